import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { builtinModules } from 'node:module';
import { aliases, root } from './aliases.mjs';
import { SetupError } from './npm.mjs';
import { filesBelow, isUpToDate, writeStamp, writeWhole } from './stamps.mjs';

/**
 * One CommonJS file of `dist/`. `runtime` is the oldest that must run it: Electron 25 (Node 18) for what lives inside
 * Electron, Node 20 for the command, jobs and their worker threads.
 *
 * @typedef {{ name: string, entry: string, runtime: 'node18' | 'node20' }} Bundle
 */

/** @type {readonly Bundle[]} */
const namedBundles = [
  { name: 'main', entry: 'electron/main.ts', runtime: 'node18' },
  { name: 'preload', entry: 'electron/preload.ts', runtime: 'node18' },
  { name: 'workbench', entry: 'electron/workbench/service-entry.ts', runtime: 'node18' },
  { name: 'job', entry: 'electron/workbench/jobs/job-entry.ts', runtime: 'node20' },
  { name: 'preflight', entry: 'electron/workbench/jobs/preflight/preflight-entry.ts', runtime: 'node20' },
  { name: 'inspector', entry: 'electron/workbench/inspection/inspector-entry.ts', runtime: 'node20' },
  { name: 'cli', entry: 'electron/cli/relief.ts', runtime: 'node20' },
  { name: 'rebuild', entry: 'electron/workbench/evaluation/rebuild-entry.ts', runtime: 'node20' },
  {
    name: 'tensorflow-backend',
    entry: 'electron/workbench/engine/tensorflow/backend-bundle.ts',
    runtime: 'node20',
  },
  { name: 'tensorflow-check', entry: 'electron/workbench/engine/tensorflow/check-entry.ts', runtime: 'node20' },
];

/** Native packages, what Electron brings, and packages that read files beside themselves: found at run time, never bundled. */
const externals = [
  'electron',
  '@ffmpeg/core',
  '@napi-rs/*',
  '@photostructure/sqlite',
  '@resvg/*',
  'pdfkit',
  'svg-to-pdfkit',
  'webgpu',
  ...builtinModules.flatMap((name) => [name, `node:${name}`]),
  'node:sqlite',
];

/**
 * The bundles whose source stands: the named entries, and every `*-worker.ts` of the workbench under its own name.
 * Workers may be started from inside Electron too, so they are held to the older runtime.
 * @returns {Bundle[]}
 */
export function nodeBundles() {
  const workers = filesBelow('electron/workbench')
    .filter((file) => file.endsWith('-worker.ts') && !file.includes('/assembly/'))
    .map((entry) => /** @type {Bundle} */ ({ name: basename(entry, '.ts'), entry, runtime: 'node18' }));
  const bundles = [...namedBundles, ...workers].filter(({ entry }) => existsSync(join(root, entry)));
  const names = bundles.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two entries would both become dist/${twice}.cjs; rename one.`);
  return bundles;
}

/**
 * Bundles whatever changed. One bundle that cannot be made does not keep the others from being made.
 * @param {{ log: (line: string) => void }} options
 */
export async function buildNodeBundles({ log }) {
  const stale = nodeBundles().filter(({ name }) => !isUpToDate(name));
  if (stale.length === 0) return;
  const failed = [];
  for (const bundle of stale) {
    const started = Date.now();
    try {
      await writeBundle(bundle);
      log(`dist/${bundle.name}.cjs (${String(Date.now() - started)} ms)`);
    } catch {
      failed.push(`dist/${bundle.name}.cjs`); // esbuild has printed what is wrong, with the line.
    }
  }
  if (failed.length > 0) throw new SetupError(`Could not build ${failed.join(', ')}.`);
}

/** @param {Bundle} bundle */
async function writeBundle(bundle) {
  const esbuild = await import('esbuild');
  const result = await esbuild.build({
    ...bundleOptions(bundle),
    entryPoints: [join(root, bundle.entry)],
    outfile: join(root, 'dist', `${bundle.name}.cjs`),
    write: false,
    metafile: true,
  });
  for (const file of result.outputFiles) writeWhole(file.path, file.contents);
  writeStamp(
    bundle.name,
    inputsOf(result.metafile),
    result.outputFiles.map(({ path }) => relative(root, path)),
  );
}

/**
 * @param {Bundle} bundle
 * @returns {import('esbuild').BuildOptions}
 */
function bundleOptions({ name, runtime }) {
  return {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: runtime,
    // tfjs registers its gradients in its ES modules only; its TensorFlow backend has classes of ES5, which can extend
    // those of the CommonJS build alone.
    mainFields: name === 'tensorflow-backend' ? ['main'] : ['module', 'main'],
    // tfjs's TensorFlow backend asks for the meta package, of which it uses the core.
    alias: { ...aliases, '@tensorflow/tfjs': '@tensorflow/tfjs-core' },
    // h5wasm asks for its own address, which a CommonJS file must be told.
    ...(name === 'hdf5-worker'
      ? {
          define: { 'import.meta.url': 'ownAddress' },
          banner: { js: "const ownAddress = require('node:url').pathToFileURL(__filename).href;" },
        }
      : {}),
    // A sandboxed preload can require nothing but Electron: all else must be inside it.
    external: name === 'preload' ? ['electron'] : externals,
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: root,
  };
}

/**
 * What a bundle was made from: our own sources by content, packages through the lock file.
 * @param {import('esbuild').Metafile} metafile
 */
function inputsOf(metafile) {
  const own = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules/') && !file.startsWith('('));
  return [...own, 'package-lock.json', 'build/aliases.mjs', 'build/node-bundles.mjs'];
}
