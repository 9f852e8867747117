import { existsSync } from 'node:fs';
import { SetupError, run } from './npm.mjs';

/** Debian packages with the libraries that Electron is linked against. */
const forElectron = [
  'libnss3',
  'libgtk-3-0',
  'libgbm1',
  'libasound2',
  'libatk-bridge2.0-0',
  'libcups2',
  'libxss1',
  'libxtst6',
];
/** What the window's tests need besides: a display without a screen. */
const forTests = ['xvfb'];

/**
 * Sees to it that Electron's system libraries are there. On Debian and its kin, root has them installed and is told
 * so; others get the one command to type. Elsewhere the program itself is asked what it misses.
 * @param {{ tests: boolean, electron: string, log: (line: string) => void }} options
 */
export async function ensureSystemLibraries({ tests, electron, log }) {
  if (process.platform !== 'linux') return;
  if (!existsSync('/usr/bin/dpkg-query')) return reportMissingLibraries(electron, tests);
  const missing = await missingPackages(tests ? [...forElectron, ...forTests] : forElectron);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new SetupError(
      `Electron needs system packages that are not installed. Type this once, then try again:\n\n` +
        `  sudo apt-get update && sudo apt-get install -y ${(await namesHere(missing)).join(' ')}\n`,
    );
  log('running as root: installing system packages with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, toStderr: true });
  const names = await namesHere(missing);
  log(`apt-get install ${names.join(' ')}`);
  const { code, output } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    env,
    quiet: true,
  });
  if (code !== 0) throw new SetupError(`apt-get could not install ${names.join(' ')}:\n${output.trim()}`);
}

/**
 * Those of the packages that dpkg does not have installed, under either name.
 * @param {readonly string[]} packages
 */
export async function missingPackages(packages) {
  // Newer releases call some of them by the old name with "t64" behind it (64-bit time).
  const candidates = packages.flatMap((name) => [name, `${name}t64`]);
  const { output } = await run('dpkg-query', ['-W', '-f=${Package} ${Status}\\n', ...candidates], { quiet: true });
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' install ok installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/**
 * The packages under the names this release of Debian knows them by.
 * @param {readonly string[]} packages
 */
async function namesHere(packages) {
  return Promise.all(
    packages.map(async (name) => {
      const { code } = await run('apt-cache', ['show', `${name}t64`], { quiet: true });
      return code === 0 ? `${name}t64` : name;
    }),
  );
}

/**
 * @param {string} electron
 * @param {boolean} tests
 */
async function reportMissingLibraries(electron, tests) {
  const { output } = await run('ldd', [electron], { quiet: true });
  const missing = [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  if (missing.length > 0)
    throw new SetupError(
      `Electron needs system libraries that are not installed: ${missing.join(', ')}.\n` +
        'Install the packages of your distribution that hold them (GTK 3, NSS, ALSA, CUPS, GBM), then try again.',
    );
  if (tests && !existsSync('/usr/bin/Xvfb'))
    throw new SetupError(
      'The window’s tests need Xvfb, which is not installed (package xorg-x11-server-Xvfb or xvfb).',
    );
}
