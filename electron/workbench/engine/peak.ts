import { distFile } from '@workbench/project/paths';
import { instantiateKernels, kernelFiles, type KernelBuild } from './kernels/kernel-module';

const DEPTH = 256;
const REPEATS = 2000;
/** Each of the 4×8 sums takes one multiplication and one addition a step. */
const OPERATIONS = 2 * 4 * 8 * DEPTH * REPEATS;

/**
 * Makes a meter of what one thread reaches on a packed 4×8 tile with all data in the first-level cache, in GFLOPS over
 * about the given time. Timing a peak over as long as what it is compared with exposes both to the same disturbances.
 */
export function createPeakMeter(build: KernelBuild): (milliseconds: number) => number {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const kernels = instantiateKernels(distFile(kernelFiles[build]), memory);
  const left = 4096;
  const right = left + DEPTH * 4 * 4;
  const output = right + DEPTH * 8 * 4;
  new Float32Array(memory.buffer, left, DEPTH * 12).fill(0.5);
  return (milliseconds) => {
    const start = performance.now();
    let elapsed: number;
    let operations = 0;
    do {
      kernels.packedTile4x8(left, right, DEPTH, output, REPEATS);
      operations += OPERATIONS;
      elapsed = performance.now() - start;
    } while (elapsed < milliseconds);
    return operations / elapsed / 1e6;
  };
}
