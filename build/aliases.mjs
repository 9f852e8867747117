import { fileURLToPath } from 'node:url';

/** The checkout's root folder, without a trailing separator. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Import aliases of the rooms, as absolute folders. The one list for esbuild, Vite and vitest; TypeScript reads the
 * same pairs from `paths` of tsconfig.base.json (a unit test holds the two together).
 */
export const aliases = {
  '@shared': `${root}/shared`,
  '@workbench': `${root}/electron/workbench`,
  '@desktop': `${root}/electron/desktop`,
  '@cli': `${root}/electron/cli`,
  '@renderer': `${root}/renderer`,
};
