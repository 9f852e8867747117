import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { appHome } from './app-home';

/** What should outlive a clean-up: recent projects, slot locks, the last bench. */
export function dataFolder(): string {
  return appHome();
}

/** What can be made again: indexes, thumbnails. Below `RELIEF_HOME` where that is set, else where the system keeps caches. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const override = environment['RELIEF_HOME'];
  if (override !== undefined && override !== '') return join(override, 'cache');
  switch (platform) {
    case 'win32':
      return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Relief', 'cache');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Relief');
    default: {
      const given = environment['XDG_CACHE_HOME'];
      return join(given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache'), 'relief');
    }
  }
}
