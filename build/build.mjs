import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, watch as watchFolder } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './aliases.mjs';
import { buildNodeBundles } from './node-bundles.mjs';
import { buildRenderer } from './renderer-bundle.mjs';
import { isScript, runScript } from './script.mjs';

/**
 * Brings `dist/` up to date: Node-side bundles, the window's page, the SIMD kernels and tfjs's WASM files. What is
 * unchanged is left alone. With `watch` it builds again after every change and only returns when the process ends.
 * @param {{ watch?: boolean, log?: (line: string) => void }} [options]
 */
export async function build({ watch = false, log = printLine } = {}) {
  await buildOnce(log);
  if (watch) await rebuildOnChange(log);
}

/** @param {(line: string) => void} log */
async function buildOnce(log) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  copyTensorFlowWasm();
  await buildKernelsIfPresent();
  try {
    await buildNodeBundles({ log });
  } finally {
    await buildRenderer({ log });
  }
}

/** tfjs-backend-wasm's own binaries, which it reads from a folder at run time. */
function copyTensorFlowWasm() {
  const source = join(root, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'wasm-out');
  for (const name of readdirSync(source).filter((file) => file.endsWith('.wasm'))) {
    const target = join(root, 'dist', name);
    if (!existsSync(target) || statSync(target).size !== statSync(join(source, name)).size)
      copyFileSync(join(source, name), target);
  }
}

async function buildKernelsIfPresent() {
  const script = join(root, 'build', 'kernels.mjs');
  if (!existsSync(script)) return;
  const { buildKernels } = await import(pathToFileURL(script).href);
  await buildKernels();
}

/** @param {(line: string) => void} log */
async function rebuildOnChange(log) {
  log('watching electron/, renderer/ and shared/ …');
  /** @type {NodeJS.Timeout | undefined} */
  let pending;
  const rebuild = () => {
    buildOnce(log).catch((/** @type {unknown} */ error) => {
      log(error instanceof Error ? error.message : String(error));
    });
  };
  for (const room of ['electron', 'renderer', 'shared'])
    watchFolder(join(root, room), { recursive: true }, () => {
      clearTimeout(pending);
      pending = setTimeout(rebuild, 150);
    });
  await new Promise(() => {}); // Ends with the process.
}

/** @param {string} line */
function printLine(line) {
  process.stdout.write(`  built ${line}\n`);
}

if (isScript(import.meta.url))
  await runScript(async () => {
    await build({ watch: process.argv.includes('--watch') });
    return 0;
  });
