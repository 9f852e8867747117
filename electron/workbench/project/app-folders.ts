import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/**
 * Relief's folders of this user. `RELIEF_HOME` puts both below one folder of its own (tests, portable installs);
 * otherwise the system's conventions hold.
 */
export function appHome(): { readonly data: string; readonly cache: string } {
  const own = process.env['RELIEF_HOME'];
  if (own !== undefined && own !== '') return { data: join(own, 'data'), cache: join(own, 'cache') };
  const home = homedir();
  switch (platform()) {
    case 'win32': {
      const local = process.env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
      return { data: join(local, 'Relief', 'data'), cache: join(local, 'Relief', 'cache') };
    }
    case 'darwin':
      return {
        data: join(home, 'Library', 'Application Support', 'Relief'),
        cache: join(home, 'Library', 'Caches', 'Relief'),
      };
    default:
      return {
        data: join(process.env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'relief'),
        cache: join(process.env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'relief'),
      };
  }
}

/** What should outlive a clean-up: recent projects, slot locks, the last bench. */
export function dataFolder(): string {
  return appHome().data;
}

/** What can be made again: indexes, thumbnails. */
export function cacheFolder(): string {
  return appHome().cache;
}
