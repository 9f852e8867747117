import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './aliases.mjs';

/**
 * Remembers what each build step was made from, so that a second `npm start` builds nothing. A stamp is a list of
 * input files and one hash over their contents; it is valid while that hash still holds and every output exists.
 *
 * @typedef {{ inputs: string[], outputs: string[], hash: string }} Stamp
 */

const folder = join(root, 'dist', '.stamps');

/**
 * Hash over the names and contents of files; a missing file counts as such.
 * @param {readonly string[]} files paths relative to the checkout
 */
export function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const path = join(root, file);
    hash.update(`${file}\0`);
    hash.update(existsSync(path) ? readFileSync(path) : 'missing');
  }
  return hash.digest('hex');
}

/**
 * Whether the step's outputs stand and its inputs are unchanged.
 * @param {string} step
 * @param {readonly string[]} [inputs] what the step reads, where that is known beforehand; else the remembered list
 */
export function isUpToDate(step, inputs) {
  const stamp = readStamp(step);
  if (!stamp) return false;
  if (stamp.outputs.some((file) => !existsSync(join(root, file)))) return false;
  return stamp.hash === hashFiles(inputs ?? stamp.inputs);
}

/**
 * @param {string} step
 * @param {readonly string[]} inputs
 * @param {readonly string[]} outputs
 */
export function writeStamp(step, inputs, outputs) {
  writeWhole(
    join(folder, `${step}.json`),
    JSON.stringify({ inputs: [...inputs].sort(), outputs, hash: hashFiles(inputs) }),
  );
}

/**
 * @param {string} step
 * @returns {Stamp | undefined}
 */
function readStamp(step) {
  const path = join(folder, `${step}.json`);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // A torn stamp only means that the step runs again.
  }
}

/**
 * Writes a file so that no reader ever sees half of it; leaves it alone when it already holds the same bytes.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
export function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(contents))) return;
  const temporary = `${path}.${String(process.pid)}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/**
 * All files below a folder of the checkout, as sorted paths relative to the checkout; none when it does not exist.
 * @param {string} start
 * @returns {string[]}
 */
export function filesBelow(start) {
  const path = join(root, start);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [start];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(`${start}/${name}`));
}
