/** What the host calls. Everything else is reached through the control block. */
export { close, closeClaims, runAlone, runShared, serve } from './control';
export { packedTile4x8 } from './tiles';
