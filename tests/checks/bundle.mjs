// Bundles a TypeScript check and runs it in a process of its own, so that its memory is its own, too.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { aliases, root } from '../../build/aliases.mjs';

/**
 * @param {string} name of a file of tests/checks, without its ending
 * @param {{ node?: readonly string[], args?: readonly string[] }} [options]
 * @returns {Promise<number>} its exit code
 */
export async function runCheck(name, { node = [], args = [] } = {}) {
  const esbuild = await import('esbuild');
  const bundle = join(root, '.cache', `check-${name}.cjs`);
  await esbuild.build({
    entryPoints: [join(root, 'tests', 'checks', `${name}.ts`)],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: aliases,
    logLevel: 'error',
  });
  const { status } = spawnSync(process.execPath, [...node, bundle, ...args], { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}
