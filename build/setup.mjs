import { build } from './build.mjs';
import { SetupError } from './npm.mjs';
import { installPackages } from './packages.mjs';
import { fetchAssets } from './assets.mjs';
import { fetchElectron } from './electron-binary.mjs';
import { isScript, runScript } from './script.mjs';
import { ensureSystemLibraries } from './system-libraries.mjs';

/** The oldest Node that Relief and its tools run on; the same as `engines` in package.json. */
const oldestNode = [20, 10];

/**
 * Makes a checkout ready to run: packages, third-party assets, Electron with its system libraries (for the window and
 * the tests) and the build. What is there already is left alone. Uses nothing but Node until the packages are there.
 * @param {{ window: boolean, tests?: boolean, log?: (line: string) => void }} options
 */
export async function setup({ window, tests = false, log = printLine }) {
  checkNode();
  await step('packages', log, installPackages);
  await step('assets', log, () => fetchAssets({ log }));
  if (window)
    await step('Electron', log, async () => {
      const { executable } = await fetchElectron({ log });
      await ensureSystemLibraries({ tests, electron: executable, log });
    });
  await step('build', log, () => build({ log }));
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(
    `Relief needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}.\n` +
      'Install a newer one (nodejs.org, your distribution, or a version manager such as nvm or fnm) and try again.',
  );
}

/**
 * @param {string} name
 * @param {(line: string) => void} log
 * @param {() => Promise<unknown>} work
 */
async function step(name, log, work) {
  const started = Date.now();
  await work();
  const seconds = (Date.now() - started) / 1000;
  log(`${name} ready${seconds >= 1 ? ` (${seconds.toFixed(0)} s)` : ''}`);
}

/** @param {string} line */
function printLine(line) {
  process.stdout.write(`[setup] ${line}\n`);
}

if (isScript(import.meta.url))
  await runScript(async () => {
    await setup({ window: true, tests: true });
    return 0;
  });
