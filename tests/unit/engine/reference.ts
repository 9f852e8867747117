import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@shared/random';

/** A function of tensors, its inputs, and the gradient of its output. */
export interface Case {
  readonly inputs: readonly { readonly shape: number[]; readonly values: Float32Array }[];
  readonly apply: Apply;
  /** The same in tfjs's own operations, where `apply` uses the engine's. */
  readonly reference?: Apply;
}

type Apply = (...inputs: tf.Tensor[]) => tf.Tensor;

export interface Outcome {
  readonly output: Float32Array;
  readonly gradients: readonly Float32Array[];
}

/** Checks a tensor's rank. */
export function rank4(tensor: tf.Tensor | undefined): tf.Tensor4D {
  if (!tensor || !isRank4(tensor)) throw new Error('expected a tensor of rank 4');
  return tensor;
}

export function rank1(tensor: tf.Tensor | undefined): tf.Tensor1D {
  if (!tensor || !isRank1(tensor)) throw new Error('expected a tensor of rank 1');
  return tensor;
}

function isRank4(tensor: tf.Tensor): tensor is tf.Tensor4D {
  return tensor.rank === 4;
}

function isRank1(tensor: tf.Tensor): tensor is tf.Tensor1D {
  return tensor.rank === 1;
}

/** Seeded normal values. */
export function normalValues(shape: number[], seed: string | number): { shape: number[]; values: Float32Array } {
  const random = createRandom(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Output and gradients of Σ output·weights, with seeded weights, on the backend of that name. */
export function differentiate(backend: string, { inputs, apply }: Case): Outcome {
  return onBackend(backend, () =>
    tf.tidy(() => {
      const tensors = inputs.map(({ shape, values }) => tf.tensor(values, shape));
      const output = apply(...tensors);
      const weights = tf.tensor(normalValues(output.shape, 'weights').values, output.shape);
      const gradients = tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(apply(...x), weights)))(tensors);
      return { output: floats(output), gradients: gradients.map(floats) };
    }),
  );
}

/** Runs with another backend, then returns to the one before. */
export function onBackend<T>(backend: string, run: () => T): T {
  const before = tf.getBackend();
  void tf.setBackend(backend);
  try {
    return run();
  } finally {
    void tf.setBackend(before);
  }
}

export function floats(tensor: tf.Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}

/** Largest difference over the largest reference value. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let scale = 0;
  expected.forEach((value, index) => {
    const error = Math.abs((actual[index] ?? NaN) - value);
    if (!(error <= difference)) difference = error;
    scale = Math.max(scale, Math.abs(value));
  });
  return difference / Math.max(scale, 1e-30);
}
