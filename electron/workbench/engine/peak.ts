import { distFile } from '@workbench/project/paths';
import { instantiateKernels, kernelFiles, type KernelBuild } from './kernels/kernel-module';

const DEPTH = 256;
const REPEATS = 4000;
/** Each of the 4×8 sums takes one multiplication and one addition a step. */
const OPERATIONS = 2 * 4 * 8 * DEPTH * REPEATS;

/**
 * A function that measures what one thread reaches on a packed 4×8 tile with all data in the first-level cache: GFLOPS of
 * one run of about two milliseconds.
 */
export function createPeakMeter(build: KernelBuild): () => number {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const kernels = instantiateKernels(distFile(kernelFiles[build]), memory);
  const left = 4096;
  const right = left + DEPTH * 4 * 4;
  const output = right + DEPTH * 8 * 4;
  new Float32Array(memory.buffer, left, DEPTH * 12).fill(0.5);
  return () => {
    const start = performance.now();
    kernels.packedTile4x8(left, right, DEPTH, output, REPEATS);
    return OPERATIONS / (performance.now() - start) / 1e6;
  };
}
