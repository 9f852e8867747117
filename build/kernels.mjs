/**
 * Builds the WASM training kernels into dist/: the AssemblyScript sources once with plain and once with relaxed SIMD,
 * and tfjs's own WASM backend with its memory marked as shared, so that kernel threads can see its tensors.
 */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shareMemory } from './share-memory.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(root, 'electron/workbench/engine/kernels/assembly');
const tfjsBinary = 'tfjs-backend-wasm-simd.wasm';
const sharedTfjsBinary = 'tfjs-shared-memory.wasm';

const builds = [
  { name: 'kernels-simd.wasm', features: ['simd', 'threads'] },
  { name: 'kernels-relaxed.wasm', features: ['simd', 'threads', 'relaxed-simd'] },
];

/**
 * Builds what is missing or older than its sources; everything when `force`. A file appears whole or not at all, so
 * several processes may build at the same time.
 * @returns {Promise<string[]>} names of the files written
 */
export async function buildKernels({ outputFolder = join(root, 'dist'), force = false } = {}) {
  await mkdir(outputFolder, { recursive: true });
  const written = [];
  const sources = await assemblySources();
  for (const build of builds) {
    const target = join(outputFolder, build.name);
    if (!force && (await isNewer(target, sources))) continue;
    await writeWhole(target, await compile(build.features));
    written.push(build.name);
  }
  const original = join(
    dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')),
    'dist',
    tfjsBinary,
  );
  const patched = join(outputFolder, sharedTfjsBinary);
  if (force || !(await isNewer(patched, [original, fileURLToPath(new URL('./share-memory.mjs', import.meta.url))]))) {
    await writeWhole(patched, shareMemory(await readFile(original)));
    written.push(sharedTfjsBinary);
  }
  return written;
}

async function assemblySources() {
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(assembly);
  return [...names.map((name) => join(assembly, name)), fileURLToPath(import.meta.url)];
}

async function compile(features) {
  const asc = (await import('assemblyscript/asc')).default;
  const binaries = new Map();
  const { error, stderr } = await asc.main(
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
      readFile: (name, base) => readFile(resolve(assembly, base, name), 'utf8').catch(() => null),
      writeFile: (name, contents) => void binaries.set(name, contents),
      listFiles: () => [],
    },
  );
  const binary = binaries.get('kernels.wasm');
  if (error || !binary)
    throw new Error(`AssemblyScript kernels do not compile:\n${stderr.toString()}`, { cause: error });
  return binary;
}

async function isNewer(target, sources) {
  const modified = async (path) => (await stat(path)).mtimeMs;
  try {
    const built = await modified(target);
    return (await Promise.all(sources.map(modified))).every((time) => time <= built);
  } catch {
    return false;
  }
}

async function writeWhole(target, contents) {
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = await buildKernels({ force: process.argv.includes('--force') });
  console.log(written.length ? `built ${written.join(', ')}` : 'kernels are up to date');
}
