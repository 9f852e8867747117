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
  const { code } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { toStderr: true });
  if (code !== 0) throw new SetupError('"npm ci" failed; its own message stands above.');
  return true;
}

/** Whether node_modules holds what the lock file asks for. */
export function arePackagesInstalled() {
  return satisfiesLock(
    packagesOf(join(root, 'package-lock.json')),
    packagesOf(join(root, 'node_modules', '.package-lock.json')),
  );
}

/**
 * Whether every package of the lock is installed in its version; optional ones, which may be for other systems, may be
 * absent.
 * @param {Packages} locked
 * @param {Packages} installed
 */
export function satisfiesLock(locked, installed) {
  return Object.entries(locked).every(([path, { version, optional, peer }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? optional === true || peer === true : found.version === version;
  });
}

/**
 * @typedef {Record<string, { version?: string, optional?: boolean, peer?: boolean }>} Packages keyed by folder, as in lock files
 *
 * @param {string} lockFile
 * @returns {Packages}
 */
function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}
