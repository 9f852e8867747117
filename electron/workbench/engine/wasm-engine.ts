import { cpus } from 'node:os';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { distFile } from '@workbench/project/paths';
import { KernelAdam } from './adam';
import type { Activation, AdamOptions, Engine, NormalizedBatch, Optimizer } from './engine';
import { convolveUpsampled, normalizeBatch, registerFusedOperations, upsampleNearest } from './fused-operations';
import { chooseKernelBuild, instantiateKernels, kernelFiles, type KernelBuild } from './kernels/kernel-module';
import { KernelPool } from './kernels/kernel-pool';
import { WasmBackend } from './wasm-backend';
import { registerTensorKernels, restoreTensorKernels, type KernelContext } from './wasm-kernels';

const DEFAULT_EPSILON = 1e-3;

/** The bundled worker entry in `dist/`. */
const workerFile = 'kernel-worker.cjs';

/** tfjs's WASM backend with our SIMD kernels, on threads that share its memory. */
export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly threads: number;
  readonly device = cpus()[0]?.model.trim() ?? 'unknown processor';

  private constructor(
    private readonly context: KernelContext,
    readonly build: KernelBuild,
    private readonly onDispose: () => boolean,
  ) {
    this.threads = context.pool.threads;
  }

  /**
   * Starts backend and threads. At most one WASM engine may run in a process.
   * @param options.onDispose tells whether the caller of `dispose` was the engine's last user
   */
  static async start(options: {
    threads: number;
    reproducible: boolean;
    onDispose: () => boolean;
  }): Promise<WasmEngine> {
    const build = chooseKernelBuild(options.reproducible);
    const file = distFile(kernelFiles[build]);
    const backend = await WasmBackend.activate();
    const kernelExports = instantiateKernels(file, backend.memory);
    const worker = () => distFile(workerFile);
    const pool = new KernelPool(kernelExports, backend, { threads: options.threads, worker, file });
    const context = { pool, backend };
    registerTensorKernels(context);
    registerFusedOperations(context);
    return new WasmEngine(context, build, options.onDispose);
  }

  normalizeBatch(
    x: Tensor4D,
    scale: Tensor1D,
    offset: Tensor1D,
    activation: Activation,
    epsilon = DEFAULT_EPSILON,
  ): NormalizedBatch {
    return normalizeBatch(x, scale, offset, activation, epsilon);
  }

  upsampleNearest(x: Tensor4D): Tensor4D {
    return upsampleNearest(x);
  }

  convolveUpsampled(x: Tensor4D, filter: Tensor4D): Tensor4D {
    return convolveUpsampled(x, filter);
  }

  createAdam(options: AdamOptions): Optimizer {
    return new KernelAdam(this.context, options);
  }

  memoryBytes(): number {
    return this.context.backend.bytes;
  }

  dispose(): void {
    if (!this.onDispose()) return;
    restoreTensorKernels();
    this.context.pool.dispose();
  }
}
