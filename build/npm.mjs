import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './aliases.mjs';

/** A failure that set-up can explain; printed as it stands, without a stack. */
export class SetupError extends Error {}

/**
 * Runs a program to its end; its output goes to the terminal, that of a helper (`toStderr`) all to standard error so
 * that it never mixes with a command's own; with `quiet` it is only returned.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, toStderr?: boolean, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(program, args, options = {}) {
  const { cwd = root, env = process.env, quiet = false, toStderr = false, timeoutMs = 0 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['inherit', toStderr ? 2 : 'inherit', 'inherit'],
      timeout: timeoutMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (/** @type {Buffer} */ chunk) => {
        output += chunk.toString();
      });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Runs npm: the one that started this process where there is one, so that no shell is needed on any system.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, quiet?: boolean, toStderr?: boolean }} [options]
 */
export async function runNpm(args, options = {}) {
  const startedBy = process.env['npm_execpath'] ?? '';
  if (/npm-cli\.[cm]?js$/.test(startedBy)) return run(process.execPath, [startedBy, ...args], options);
  if (process.platform === 'win32')
    throw new SetupError('On Windows, start Relief through npm ("npm start"), so that set-up finds npm.');
  try {
    return await run('npm', args, options);
  } catch {
    throw new SetupError('npm was not found. It comes with Node.js; with Debian packages, install "npm" as well.');
  }
}

/**
 * Downloads one version of a package through the user's own npm (registry, mirror and proxy settings included) and
 * checks it against the pinned digest. The tarball is handed to `use` and removed afterwards.
 * @template T
 * @param {{ name: string, version: string, integrity: string }} pin
 * @param {(tarball: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPackage(pin, use) {
  const downloads = join(root, '.cache', 'downloads');
  mkdirSync(downloads, { recursive: true });
  const folder = mkdtempSync(join(downloads, 'pack-'));
  try {
    const { code, output } = await runNpm(
      ['pack', `${pin.name}@${pin.version}`, '--pack-destination', folder, '--silent'],
      { quiet: true },
    );
    const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (code !== 0 || file === undefined)
      throw new SetupError(`npm could not download ${pin.name}@${pin.version}:\n${output.trim()}`);
    const tarball = join(folder, file);
    await verifyIntegrity(tarball, pin);
    return await use(tarball);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} tarball
 * @param {{ name: string, version: string, integrity: string }} pin `integrity` as npm writes it: `sha512-<base64>`
 * @throws {SetupError} when the file is any other than the pinned one
 */
export async function verifyIntegrity(tarball, { name, version, integrity }) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(tarball)) hash.update(chunk);
  const found = `sha512-${hash.digest('base64')}`;
  if (found === integrity) return;
  throw new SetupError(
    `${name}@${version} from the configured npm registry is not the package that Relief was made with.\n` +
      `  expected ${integrity}\n  received ${found}\nNothing was installed from it.`,
  );
}
