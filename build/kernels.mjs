/**
 * Builds the WASM training kernels into dist/: the AssemblyScript sources once with plain and once with relaxed SIMD,
 * and tfjs's own WASM backend with its memory marked as shared, so that kernel threads can see its tensors.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './aliases.mjs';
import { shareMemory } from './share-memory.mjs';
import { filesBelow, hashFiles, isUpToDate, writeStamp, writeWhole } from './stamps.mjs';

const assembly = 'electron/workbench/engine/kernels/assembly';
const tfjsBinary = 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm';

/** @typedef {{ name: string, inputs: string[], contents: () => Promise<Uint8Array> }} Product */

/** @type {() => Product[]} */
const products = () => {
  const sources = [...filesBelow(assembly), 'build/kernels.mjs', 'package-lock.json'];
  return [
    { name: 'kernels-simd.wasm', inputs: sources, contents: () => compile(['simd', 'threads']) },
    { name: 'kernels-relaxed.wasm', inputs: sources, contents: () => compile(['simd', 'threads', 'relaxed-simd']) },
    {
      name: 'tfjs-shared-memory.wasm',
      inputs: [tfjsBinary, 'build/share-memory.mjs'],
      contents: async () => shareMemory(await readFile(join(root, tfjsBinary))),
    },
  ];
};

/**
 * Builds what is missing or was made from other sources.
 * @returns {Promise<string[]>} names of the files written to dist/
 */
export async function buildKernels() {
  const written = [];
  for (const { name, inputs, contents } of products()) {
    if (isUpToDate(name, inputs)) continue;
    const before = hashFiles(inputs);
    writeWhole(join(root, 'dist', name), await contents());
    // Sources that changed while they were compiled are compiled again next time.
    if (hashFiles(inputs) === before) writeStamp(name, inputs, [`dist/${name}`]);
    written.push(name);
  }
  return written;
}

/**
 * @param {readonly string[]} features of WebAssembly
 * @returns {Promise<Uint8Array>}
 */
async function compile(features) {
  const asc = (await import('assemblyscript/asc')).default;
  /** @type {Map<string, string | Uint8Array>} */
  const binaries = new Map();
  let messages = '';
  const { error } = await asc.main(
    [
      'index.ts',
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--sharedMemory'],
      ...['--initialMemory', '1', '--maximumMemory', '65536'],
      ...features.flatMap((feature) => ['--enable', feature]),
    ],
    {
      readFile: (name, base) => readFile(resolve(root, assembly, base, name), 'utf8').catch(() => null),
      writeFile: (name, contents) => void binaries.set(name, contents),
      listFiles: () => [],
      stderr: {
        write: (chunk) => {
          messages += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
        },
      },
    },
  );
  const binary = binaries.get('kernels.wasm');
  if (error || !(binary instanceof Uint8Array))
    throw new Error(`AssemblyScript kernels do not compile:\n${messages}`, { cause: error });
  return binary;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const written = await buildKernels();
  process.stdout.write(written.length ? `built ${written.join(', ')}\n` : 'kernels are up to date\n');
}
