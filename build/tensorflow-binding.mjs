import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './aliases.mjs';

/** Where packaging finds the binding to ship; not among the assets, where a checkout would take it for its own. */
export const bindingFolder = join(root, '.cache', 'binding');

/**
 * Takes the native binding of the TensorFlow that is installed on this machine for the package, so that its users need no
 * compiler. It is the same for every installation: it finds the libraries by its own place.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | null} the file to ship, null where TensorFlow is not installed here
 */
export function collectBinding(environment = process.env) {
  const built = join(dataFolder(environment), 'engines', 'tensorflow', 'tfjs_binding.node');
  rmSync(bindingFolder, { recursive: true, force: true });
  if (!existsSync(built)) return null;
  mkdirSync(bindingFolder, { recursive: true });
  const file = join(bindingFolder, `tensorflow-binding-${process.platform}-${process.arch}.node`);
  copyFileSync(built, file);
  return file;
}

/**
 * The user's data folder on Linux, where alone TensorFlow is installed (electron/workbench/project/app-home.ts).
 * @param {NodeJS.ProcessEnv} environment
 */
function dataFolder({ RELIEF_HOME: override, XDG_DATA_HOME: data }) {
  if (override) return override;
  return join(data?.startsWith('/') ? data : join(homedir(), '.local', 'share'), 'relief');
}
