/**
 * Names of the two messages by which the page gets its ports (see desktop.ts). Apart from the schemas, so that the
 * preload script stays a few lines.
 */
export const readyKind = 'relief:ready';
export const portKind = 'relief:port';
/** By which the preload script tells main of what a person dropped on the window. */
export const droppedKind = 'relief:dropped';
