import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of what belongs to a person rather than to a project: recent projects, window state, granted folders,
 * accelerator locks, caches. `RELIEF_HOME` overrides it (tests, several installations side by side).
 */
export function appHome(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const override = environment['RELIEF_HOME'];
  if (override !== undefined && override !== '') return override;
  switch (platform) {
    case 'win32':
      return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Relief');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Relief');
    default:
      // XDG Base Directory Specification 0.8: a relative value is to be ignored.
      return join(absoluteOr(environment['XDG_DATA_HOME'], join(homedir(), '.local', 'share')), 'relief');
  }
}

function absoluteOr(path: string | undefined, fallback: string): string {
  return path?.startsWith('/') === true ? path : fallback;
}
