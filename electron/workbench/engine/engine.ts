import type { EngineName } from '@shared/domain/engine';
import type { Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-core';

export type { EngineName };

/** Activations that the fused kernels know. `leaky-relu` has slope 0.2, `relu6` clips at 6. */
export type Activation = 'none' | 'relu' | 'relu6' | 'leaky-relu';

/** Output of batch normalisation in training mode. */
export interface NormalizedBatch {
  /** `[n, h, w, c]`, activation applied. */
  readonly output: Tensor4D;
  /** `[c]`, batch mean over n, h, w. */
  readonly mean: Tensor1D;
  /** `[c]`, biased batch variance over n, h, w. */
  readonly variance: Tensor1D;
}

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Steps taken and moment vectors: the same form on every engine, so that a checkpoint loads in each. */
export interface OptimizerState {
  readonly step: number;
  readonly moments: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>;
}

/**
 * Adam (Kingma & Ba 2015) over named variables, updated in place by a kernel. Its state is part of a checkpoint:
 * restoring it continues the very same trajectory.
 */
export interface Optimizer {
  learningRate: number;
  /** One update of each named variable from its gradient, `gradients` keyed like `variables`; variables without a gradient are left alone. */
  apply(variables: Readonly<Record<string, Variable>>, gradients: Readonly<Record<string, Tensor>>): void;
  /** Steps taken and moment vectors, keyed `<variable>/m` and `<variable>/v`; copies, in the variables' shapes. */
  state(): Promise<OptimizerState>;
  restore(state: OptimizerState): void;
  dispose(): void;
}

/**
 * What training asks of a compute engine: a tfjs backend with fast gradients for every operation our networks use,
 * and these fused operations, all differentiable through tfjs's tape. Training code never asks which engine it is.
 */
export interface Engine {
  readonly name: EngineName;
  /** For provenance: `simd`, `relaxed-simd`, or the backend's version. */
  readonly build: string;
  readonly threads: number;
  /** Human name of what computes, such as the CPU's model name. */
  readonly device: string;
  /** Batch normalisation with batch statistics, then the activation. epsilon 1e-3 unless given. */
  normalizeBatch(
    x: Tensor4D,
    scale: Tensor1D,
    offset: Tensor1D,
    activation: Activation,
    epsilon?: number,
  ): NormalizedBatch;
  /** Nearest-neighbour upsampling by two: `[n, h, w, c]` → `[n, 2h, 2w, c]`. */
  upsampleNearest(x: Tensor4D): Tensor4D;
  /**
   * The same values as a 3×3 'same' convolution of `upsampleNearest(x)`, with less than half the arithmetic, as the large
   * image is never made: `[n, h, w, i]`, filter `[3, 3, i, o]` → `[n, 2h, 2w, o]`.
   */
  convolveUpsampled(x: Tensor4D, filter: Tensor4D): Tensor4D;
  createAdam(options: AdamOptions): Optimizer;
  /** Bytes the engine holds (the WASM heap); constant from step to step once warm. */
  memoryBytes(): number;
  /** Ends worker threads; the engine cannot be used afterwards. */
  dispose(): void;
}

export interface EngineOptions {
  readonly name: EngineName | 'auto';
  /** Threads inside the kernels; 0 = all cores. */
  readonly threads: number;
  /** Forces plain SIMD (no fused multiply-add), so that results are the same bits on every host. */
  readonly reproducible: boolean;
}
