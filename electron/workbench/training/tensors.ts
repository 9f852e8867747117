import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { Batch } from './batches';
import { mapSize } from './networks/models';

/** A batch on the engine. */
export interface BatchTensors {
  /** `[n, s, s, 3]` in [−1, 1]. */
  readonly images: Tensor4D;
  /** `[n, 32, 32, 1]` in [0, 1]. */
  readonly maps: Tensor4D;
  /** `[n, 1]`, 1 bona fide. */
  readonly labels: Tensor;
}

export function uploadBatch(batch: Batch): BatchTensors {
  const side = Math.sqrt(batch.images.length / batch.size / 3);
  return {
    images: tf.tensor4d(batch.images, [batch.size, side, side, 3]),
    maps: tf.tensor4d(batch.maps, [batch.size, mapSize, mapSize, 1]),
    labels: tf.tensor2d(batch.labels, [batch.size, 1]),
  };
}

export function disposeBatch({ images, maps, labels }: BatchTensors): void {
  tf.dispose([images, maps, labels]);
}

/** A loss's value and its gradients by our weight names. */
export interface Gradients {
  readonly loss: number;
  readonly gradients: Record<string, Tensor>;
}

/** Differentiates a loss by named variables. The caller owns the gradients. */
export function gradientsOf(variables: Readonly<Record<string, Variable>>, loss: () => tf.Scalar): Gradients {
  const { value, grads } = tf.variableGrads(loss, Object.values(variables));
  const gradients: Record<string, Tensor> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const gradient = grads[variable.name];
    if (gradient) gradients[name] = gradient;
  }
  const [read] = value.dataSync();
  value.dispose();
  return { loss: read ?? NaN, gradients };
}

/** Reads a kept scalar and frees it. */
export function takeScalar(scalar: Tensor | null): number {
  if (!scalar) throw new Error('a loss term was not computed');
  const [value] = scalar.dataSync();
  scalar.dispose();
  return value ?? NaN;
}
