import { Worker } from 'node:worker_threads';
import { usableCores } from '@workbench/project/usable-cores';
import type { KernelExports } from './kernel-module';
import type { KernelWorkerData } from './kernel-worker';

/** Kernel numbers of `assembly/dispatch.ts`. */
export const kernels = {
  packFilter: 0,
  convolve: 1,
  convolveToOne: 2,
  filterGradient: 3,
  singleFilterGradient: 4,
  depthwise: 5,
  depthwiseInputGradient: 6,
  depthwiseFilterGradient: 7,
  generalDepthwiseInputGradient: 8,
  generalDepthwiseFilterGradient: 9,
  batchNormMoments: 10,
  batchNormMerge: 11,
  batchNormApply: 12,
  batchNormGradientAffine: 13,
  batchNormGradientSums: 14,
  batchNormGradientMerge: 15,
  batchNormGradientSpread: 16,
  upsample: 17,
  upsampleGradient: 18,
  expandUpsampledFilter: 19,
  foldUpsampledFilter: 20,
  adam: 21,
  batchNormAffine: 22,
  activate: 23,
  add: 24,
} as const;

export type KernelName = keyof typeof kernels;

/** Memory in which tensors, scratch and the control block lie. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /** @returns the address of at least `bytes` bytes, 8-byte aligned or better; throws when the 4 GiB are used up */
  allocate(bytes: number): number;
  free(address: number): void;
}

/** A job's field: an address, a count, or a 32-bit float. */
export type JobField = number | { readonly float: number };

export interface Job {
  readonly kernel: KernelName;
  /** Independent parts of the job; threads take them in any order. */
  readonly units: number;
  /** Bytes each thread may use while it runs a unit. */
  readonly scratchBytes: number;
  /** In the order of the job's class in `assembly/`. */
  readonly fields: readonly JobField[];
}

/** Layout of `assembly/control.ts`, in 32-bit words. */
const word = { units: 2, grain: 3, kernel: 5, scratch: 6, scratchStride: 7, job: 16 } as const;
const CONTROL_BYTES = 512;

/**
 * Runs kernels on the calling thread and on `threads − 1` workers that share its memory. The caller blocks until a job
 * is done. A job's result does not depend on the number of threads. Scratch memory only ever grows, to what the largest
 * job needs.
 */
export class KernelPool {
  readonly threads: number;
  private readonly workers: Worker[];
  private readonly control: number;
  private readonly integers: Int32Array;
  private readonly floats: Float32Array;
  private readonly arenas = new Map<string, { address: number; bytes: number }>();

  /**
   * @param threads at least 1; 0 = all cores
   * @param worker the bundled `kernel-worker` file; @param file the kernels' file, for the workers to load
   */
  constructor(
    private readonly kernelExports: KernelExports,
    private readonly heap: Heap,
    options: { threads: number; worker: () => string; file: string },
  ) {
    this.threads = options.threads > 0 ? options.threads : usableCores();
    this.control = Math.ceil(heap.allocate(CONTROL_BYTES + 64) / 64) * 64;
    this.integers = new Int32Array(heap.memory.buffer, this.control, CONTROL_BYTES / 4).fill(0);
    this.floats = new Float32Array(heap.memory.buffer, this.control, CONTROL_BYTES / 4);
    kernelExports.closeClaims(this.control);
    this.workers = Array.from({ length: this.threads - 1 }, (_, index) => {
      const workerData: KernelWorkerData = {
        file: options.file,
        memory: heap.memory,
        control: this.control,
        thread: index + 1,
      };
      const worker = new Worker(options.worker(), { workerData });
      worker.unref();
      return worker;
    });
  }

  /** Runs the job to its end; does nothing when it has no units. */
  run(job: Job): void {
    if (job.units <= 0) return;
    const stride = Math.ceil(job.scratchBytes / 64) * 64;
    const { integers, floats } = this;
    integers[word.units] = job.units;
    integers[word.grain] = Math.max(1, Math.floor(job.units / (this.threads * 8)));
    integers[word.kernel] = kernels[job.kernel];
    integers[word.scratch] = this.scratch('threads', stride * this.threads);
    integers[word.scratchStride] = stride;
    job.fields.forEach((field, index) => {
      if (typeof field === 'number') integers[word.job + index] = field;
      else floats[word.job + index] = field.float;
    });
    if (this.threads > 1 && job.units > 1) this.kernelExports.runShared(this.control);
    else this.kernelExports.runAlone(this.control);
  }

  /** A grow-only area by name, for what one kernel hands to the next; its content lasts until the next call by that name. */
  scratch(name: string, bytes: number): number {
    const arena = this.arenas.get(name);
    if (arena && arena.bytes >= bytes) return arena.address;
    if (arena) this.heap.free(arena.address);
    this.arenas.delete(name);
    const size = Math.max(256, bytes);
    const grown = { address: this.heap.allocate(size), bytes: size };
    this.arenas.set(name, grown);
    return grown.address;
  }

  /** Copies integers to the area of that name and returns its address. */
  writeIntegers(name: string, values: readonly number[]): number {
    const address = this.scratch(name, values.length * 4);
    new Int32Array(this.heap.memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Ends the workers and frees the scratch memory. */
  dispose(): void {
    this.kernelExports.close(this.control);
    for (const { address } of this.arenas.values()) this.heap.free(address);
    this.arenas.clear();
    // The control block stays: a worker may still read it on its way out. It is half a kilobyte.
  }
}
