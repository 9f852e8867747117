import { usableCores } from '@workbench/project/usable-cores';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Activation, AdamOptions, Engine, NormalizedBatch, Optimizer } from '../engine';
import type { ProviderOptions } from '../provider';
import { FlatAdam } from './flat-adam';
import { convolveUpsampled, normalizeBatch, registerFusedOperations, upsampleNearest } from './fused-operations';
import { registerTensorKernels } from './tensor-kernels';
import { TensorFlowBackend } from './tensorflow-backend';

const DEFAULT_EPSILON = 1e-3;

/** TensorFlow through tfjs's backend and its C interface: on the processor by oneDNN, on a GPU by CUDA. */
export class TensorFlowEngine implements Engine {
  readonly name = 'tensorflow';
  readonly threads: number;
  readonly build: string;
  /** What the process held before TensorFlow was loaded. */
  private readonly bytesBefore: number;

  private constructor(
    private readonly backend: TensorFlowBackend,
    readonly device: string,
    options: ProviderOptions,
    bytesBefore: number,
  ) {
    this.threads = options.threads > 0 ? options.threads : usableCores();
    this.build = `${backend.version} ${backend.onGpu ? 'CUDA' : 'CPU'}`;
    this.bytesBefore = bytesBefore;
    this.onDispose = options.onDispose;
  }
  private readonly onDispose: () => boolean;

  /** @throws AppError as {@link loadTensorFlow} */
  static async start(
    bindingFile: string,
    { device, isGpu }: { readonly device: string; readonly isGpu: boolean },
    options: ProviderOptions,
  ): Promise<TensorFlowEngine> {
    const bytesBefore = process.memoryUsage.rss();
    const { threads, reproducible } = options;
    const backend = await TensorFlowBackend.activate(bindingFile, { threads, deterministicGpu: reproducible && isGpu });
    registerTensorKernels(backend);
    registerFusedOperations(backend);
    return new TensorFlowEngine(backend, device, options, bytesBefore);
  }

  /** TensorFlow's own version. */
  get version(): string {
    return this.backend.version;
  }

  get onGpu(): boolean {
    return this.backend.onGpu;
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
    return new FlatAdam(this.backend, options);
  }

  memoryBytes(): number {
    return Math.max(0, process.memoryUsage.rss() - this.bytesBefore);
  }

  /** TensorFlow itself stays loaded until the process ends. */
  dispose(): void {
    this.onDispose();
  }
}
