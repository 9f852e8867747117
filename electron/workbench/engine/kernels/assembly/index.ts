/** What the host calls. Everything else is reached through the control block. */
export { close, closeClaims, runAlone, runShared, serve } from './control';
export { packedTile4x8 } from './tiles';

/**
 * Names the layout of jobs and scratch that these kernels and `kernels/*.ts` agree on. Raised on both sides whenever it
 * changes, because kernels of another layout would compute wrong numbers without an error.
 */
export function interfaceVersion(): i32 {
  return 2;
}
