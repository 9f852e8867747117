import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { ScalarName } from '@shared/domain/job';
import type { Batch } from './batch-filler';
import type { StepValues } from './stage';
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

/** A loss and its gradients by our weight names. The caller owns all of them. */
export interface Gradients {
  readonly loss: Scalar;
  readonly gradients: Record<string, Tensor>;
}

/** Differentiates a loss by named variables. */
export function gradientsOf(variables: Readonly<Record<string, Variable>>, loss: () => Scalar): Gradients {
  const { value, grads } = tf.variableGrads(loss, Object.values(variables));
  const gradients: Record<string, Tensor> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const gradient = grads[variable.name];
    if (gradient) gradients[name] = gradient;
  }
  return { loss: value, gradients };
}

/**
 * Reads scalars in one transfer and frees them. Engines compute behind the caller's back: whoever asks for a value waits
 * for all that was asked of them before, so a step asks once, at its end.
 */
export async function readScalars(scalars: Partial<Record<ScalarName, Scalar>>): Promise<StepValues> {
  const tensors = Object.values(scalars);
  const together = tf.stack(tensors);
  tf.dispose(tensors);
  const values = await together.data();
  together.dispose();
  return Object.fromEntries(Object.keys(scalars).map((name, position) => [name, values[position] ?? NaN]));
}

/** A scalar that a loss kept on its way. */
export function kept(scalar: Scalar | null): Scalar {
  if (!scalar) throw new Error('a loss term was not computed');
  return scalar;
}
