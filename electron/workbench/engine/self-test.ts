import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@shared/random';
import { createGenerator } from './bench-network';
import type { Engine } from './engine';
import { portableOperations, type FusedOperations } from './portable-operations';
import { lossAndGradients } from './training-step';

/** Whether an engine computes what tfjs's plain CPU backend computes. */
export interface SelfTestResult {
  readonly passed: boolean;
  /** Over the loss and all gradients of one step: largest difference relative to the largest value of its tensor. */
  readonly largestDifference: number;
}

/** Rounding differs by some 1e-6; a wrong kernel differs by far more. */
const TOLERANCE = 1e-4;
const SIZE = 16;
const BATCH = 2;

/**
 * One training step of the benchmark network on the running engine, against the same step in tfjs's own operations on its
 * CPU backend. Takes about a second; leaves the engine as tfjs's backend.
 */
export async function selfTest(engine: Engine): Promise<SelfTestResult> {
  const before = tf.getBackend();
  const actual = await stepValues(engine);
  // Both backends are ready, so the switch is done when the call returns.
  void tf.setBackend('cpu');
  try {
    return compareSteps(actual, await stepValues(portableOperations));
  } finally {
    void tf.setBackend(before);
  }
}

/** Holds what an engine computed to what another one did, each from {@link stepValues}. */
export function compareSteps(
  actual: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
): SelfTestResult {
  const differences = expected.map((values, index) => relativeDifference(actual[index] ?? [], values));
  const largestDifference = Math.max(...differences);
  return { passed: largestDifference <= TOLERANCE, largestDifference };
}

/** Loss and gradients of the first step on tfjs's backend, in the order of the variables. */
export async function stepValues(operations: FusedOperations): Promise<ArrayLike<number>[]> {
  const network = createGenerator(operations, SIZE);
  const tensors = tf.tidy(() => {
    const images = tf.tensor4d(uniformValues('images', BATCH * SIZE * SIZE * 3), [BATCH, SIZE, SIZE, 3]);
    const targets = tf.tensor4d(uniformValues('targets', BATCH * SIZE * SIZE), [BATCH, SIZE, SIZE, 1]);
    const { value, gradients } = lossAndGradients(network.variables, () => network.loss(images, targets));
    return [value, ...Object.values(gradients)];
  });
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  network.dispose();
  return values;
}

function uniformValues(seed: string, count: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.uniform());
}

/** Infinite when lengths differ or a value is not a number, so that neither can pass. */
function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let scale = 1e-12;
  for (let i = 0; i < expected.length; i++) {
    const reference = expected[i] ?? NaN;
    const distance = Math.abs((actual[i] ?? NaN) - reference);
    if (Number.isNaN(distance)) return Infinity;
    difference = Math.max(difference, distance);
    scale = Math.max(scale, Math.abs(reference));
  }
  return difference / scale;
}
