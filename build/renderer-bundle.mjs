import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { aliases, root } from './aliases.mjs';
import { filesBelow, isUpToDate, writeStamp } from './stamps.mjs';

/** Stands in the built page wherever a nonce belongs; the window's `app://` handler puts a fresh one in at each load. */
export const noncePlaceholder = '__RELIEF_NONCE__';

/**
 * Vite's configuration for the window's page.
 * @returns {Promise<import('vite').InlineConfig>}
 */
export async function rendererConfig() {
  const { default: vue } = await import('@vitejs/plugin-vue');
  return {
    configFile: false,
    root: join(root, 'renderer'),
    base: '/',
    plugins: [vue()],
    resolve: { alias: aliases },
    html: { cspNonce: noncePlaceholder },
    logLevel: 'warn',
    build: {
      outDir: join(root, 'dist', 'renderer'),
      emptyOutDir: true,
      // Chromium of the oldest Electron that must show the page.
      target: 'chrome114',
      sourcemap: true,
      // data: is not in the page's content security policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
    },
  };
}

/**
 * Builds the page when something it is made from has changed.
 * @param {{ log: (line: string) => void }} options
 */
export async function buildRenderer({ log }) {
  if (!existsSync(join(root, 'renderer', 'index.html'))) return false;
  const inputs = [
    ...filesBelow('renderer'),
    ...filesBelow('shared'),
    'package-lock.json',
    'build/aliases.mjs',
    'build/renderer-bundle.mjs',
  ];
  if (isUpToDate('renderer', inputs)) return false;
  const started = Date.now();
  const vite = await import('vite');
  await vite.build(await rendererConfig());
  writeStamp('renderer', inputs, ['dist/renderer/index.html']);
  log(`dist/renderer (${String(Date.now() - started)} ms)`);
  return true;
}
