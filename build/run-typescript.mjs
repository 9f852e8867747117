import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { aliases, root } from './aliases.mjs';

/**
 * Bundles a script in TypeScript and runs it with plain Node from the checkout's folder.
 * @param {string} entry path relative to the checkout
 * @param {readonly string[]} [args]
 * @returns {Promise<number>} its exit code
 */
export async function runTypeScript(entry, args = []) {
  const bundle = await bundleTypeScript(entry);
  return spawnSync(process.execPath, [bundle, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/**
 * Bundles a script in TypeScript for plain Node.
 * @param {string} entry path relative to the checkout
 * @returns {Promise<string>} path of the bundle
 */
export async function bundleTypeScript(entry) {
  const esbuild = await import('esbuild');
  const bundle = join(root, '.cache', `${basename(entry, '.ts')}.cjs`);
  await esbuild.build({
    entryPoints: [join(root, entry)],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@ffmpeg/core', '@playwright/test', '@napi-rs/*', '@photostructure/sqlite'],
    alias: aliases,
    // Build scripts find the checkout by their own address, which a CommonJS bundle does not have.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: `const importMetaUrl = ${JSON.stringify(new URL('aliases.mjs', import.meta.url).href)};` },
    logLevel: 'error',
  });
  return bundle;
}
