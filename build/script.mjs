import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SetupError } from './npm.mjs';

/**
 * Whether a module is the program that Node was started with, rather than imported by another.
 * @param {string} url its `import.meta.url`
 */
export function isScript(url) {
  const program = process.argv[1];
  return program !== undefined && url === pathToFileURL(realpathSync(program)).href;
}

/**
 * Runs a script's work; a failure that can be explained is printed without a stack and ends the process with 1.
 * @param {() => Promise<number>} work returns the exit code
 */
export async function runScript(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
