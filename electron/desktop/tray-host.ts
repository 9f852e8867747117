import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const watcher = 'org.kde.StatusNotifierWatcher';

/** Programs that can ask the session bus whether someone owns a name; the first one that is installed answers. */
const questions: readonly (readonly [program: string, args: readonly string[]])[] = [
  [
    'dbus-send',
    [
      ...['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'],
      ...['org.freedesktop.DBus.NameHasOwner', `string:${watcher}`],
    ],
  ],
  [
    'gdbus',
    [
      ...['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'],
      ...['--method', 'org.freedesktop.DBus.NameHasOwner', watcher],
    ],
  ],
];

/**
 * Whether an icon in a tray would be seen. Windows and macOS have one; a Linux desktop has one when something watches
 * status icons on the session bus. Where that cannot be told there is none: an application that hides in a tray that
 * nobody sees could not be reached again.
 */
export async function hasTrayHost(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  if (platform !== 'linux') return platform === 'win32' || platform === 'darwin';
  const user = process.getuid?.() ?? 0;
  if (environment['DBUS_SESSION_BUS_ADDRESS'] === undefined && !existsSync(`/run/user/${user}/bus`)) return false;
  for (const [program, args] of questions) {
    try {
      const { stdout } = await run(program, [...args], { timeout: 2000, env: environment });
      return /\btrue\b/.test(stdout);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return false;
    }
  }
  return false;
}
