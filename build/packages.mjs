import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './aliases.mjs';
import { SetupError, runNpm } from './npm.mjs';

/**
 * Installs the packages of package-lock.json when what lies in node_modules differs from it. Install scripts of
 * packages do not run (.npmrc): some of them download binaries from places a restricted network cannot reach.
 */
export async function installPackages() {
  if (arePackagesInstalled()) return false;
  const { code } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new SetupError('"npm ci" failed; its own message stands above.');
  return true;
}

/** Whether node_modules holds every package of the lock file in its version; optional ones may be absent. */
export function arePackagesInstalled() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, entry]) =>
      path === '' ||
      (installed[path] === undefined
        ? entry.optional === true || entry.peer === true
        : installed[path].version === entry.version),
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }>}
 */
function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}
