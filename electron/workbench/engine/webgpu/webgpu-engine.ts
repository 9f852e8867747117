import { env, version_core, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { AppError } from '@shared/contract/errors';
import type { Activation, AdamOptions, Engine, NormalizedBatch, Optimizer } from '../engine';
import { convolveUpsampled, normalizeBatch, registerFusedGradients, upsampleNearest } from '../fused-operations';
import type { ProviderOptions } from '../provider';
import { GpuAdam } from './adam';
import { describeAdapter, findAdapter } from './dawn';
import { registerFusedKernels } from './fused-kernels';
import { Gpu } from './gpu';
import { registerTensorKernels, restoreTensorKernels } from './tensor-kernels';

const DEFAULT_EPSILON = 1e-3;

/** tfjs's matrix product of 32×32 tiles; others that it would choose add up in whatever order threads come. */
const PACKED_MATRIX_PRODUCT = 3;

/** tfjs's WebGPU backend on Dawn, with our shaders where tfjs has none or slow ones. */
export class WebgpuEngine implements Engine {
  readonly name = 'webgpu';
  readonly threads = 1;
  readonly build = `tfjs ${version_core}`;

  private constructor(
    private readonly gpu: Gpu,
    readonly device: string,
    private readonly onDispose: () => boolean,
  ) {}

  /**
   * Starts the device. At most one WebGPU engine may run in a process.
   * @throws AppError `unsupported` where there is no adapter
   */
  static async start({ reproducible, onDispose }: ProviderOptions): Promise<WebgpuEngine> {
    const found = await findAdapter();
    if (!('adapter' in found)) throw new AppError('unsupported', `${found.reason} ${found.fix}`);
    const { device } = describeAdapter(found.adapter);
    const gpu = await Gpu.activate(found.gpu, found.adapter);
    env().set('WEBGPU_MATMUL_PROGRAM_TYPE', reproducible ? PACKED_MATRIX_PRODUCT : -1);
    registerTensorKernels(gpu);
    registerFusedKernels(gpu);
    registerFusedGradients();
    return new WebgpuEngine(gpu, device, onDispose);
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
    return new GpuAdam(this.gpu, options);
  }

  memoryBytes(): number {
    return this.gpu.bytes;
  }

  dispose(): void {
    if (!this.onDispose()) return;
    restoreTensorKernels();
    this.gpu.release();
  }
}
