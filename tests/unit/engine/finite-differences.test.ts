import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeOnEngines } from './engines';
import { differentiate, floats, normalValues, rank1, rank4, type Case } from './reference';

/** Step of the central difference: large enough for float32 sums, small enough that curvature does not count. */
const STEP = 1e-2;
const SAMPLES = 12;

/**
 * Compares gradients of Σ output·weights with central differences of the kernels' own outputs, at a spread of elements of
 * every input. Knows nothing of any other implementation.
 */
function expectSlopes(testCase: Case): void {
  const { gradients } = differentiate('wasm', testCase);
  testCase.inputs.forEach(({ values }, index) => {
    const gradient = gradients[index] ?? new Float32Array();
    const scale = Math.max(...gradient.map(Math.abs));
    for (let sample = 0; sample < Math.min(SAMPLES, values.length); sample++) {
      const element = Math.floor((sample * values.length) / SAMPLES) % values.length;
      const slope = (sumWith(testCase, index, element, STEP) - sumWith(testCase, index, element, -STEP)) / (2 * STEP);
      const error = Math.abs(slope - (gradient[element] ?? NaN)) / scale;
      expect(error, `input ${String(index)}, element ${String(element)}`).toBeLessThan(5e-3);
    }
  });
}

/** Σ output·weights in double precision, one element of one input moved. */
function sumWith({ inputs, apply }: Case, input: number, element: number, by: number): number {
  return tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }, index) => {
      const moved = Float32Array.from(values);
      if (index === input) moved[element] = (moved[element] ?? NaN) + by;
      return tf.tensor(moved, shape);
    });
    const output = apply(...tensors);
    const weights = normalValues(output.shape, 'weights').values;
    return floats(output).reduce((sum, value, index) => sum + value * (weights[index] ?? NaN), 0);
  });
}

describeOnEngines('finite differences agree with the gradient of', (engine) => {
  it.each([
    { k: 1, s: 1, ci: 6, co: 5 },
    { k: 3, s: 1, ci: 5, co: 9 },
    { k: 3, s: 2, ci: 8, co: 16 },
    { k: 4, s: 2, ci: 3, co: 8 },
    { k: 3, s: 1, ci: 16, co: 1 },
  ])('conv2d, filter $k, stride $s, $ci→$co channels', ({ k, s, ci, co }) => {
    expectSlopes({
      inputs: [normalValues([2, 7, 6, ci], 'x'), normalValues([k, k, ci, co], 'filter')],
      apply: (x, filter) => tf.conv2d(rank4(x), rank4(filter), s, 'same'),
    });
  });

  it.each([1, 2])('depthwiseConv2d, stride %i', (s) => {
    expectSlopes({
      inputs: [normalValues([2, 7, 6, 8], 'x'), normalValues([3, 3, 8, 1], 'filter')],
      apply: (x, filter) => tf.depthwiseConv2d(rank4(x), rank4(filter), s, 'same'),
    });
  });

  it('normalizeBatch', () => {
    expectSlopes({
      inputs: [normalValues([4, 3, 3, 6], 'x'), normalValues([6], 'scale'), normalValues([6], 'offset')],
      apply: (x, scale, offset) => engine().normalizeBatch(rank4(x), rank1(scale), rank1(offset), 'none').output,
    });
  });

  it('upsampleNearest', () => {
    expectSlopes({ inputs: [normalValues([2, 3, 5, 6], 'x')], apply: (x) => engine().upsampleNearest(rank4(x)) });
  });

  // For these two tfjs's CPU backend has a wrong gradient, so there is nothing else to compare with.
  it('resizeBilinear', () => {
    expectSlopes({
      inputs: [normalValues([2, 4, 6, 5], 'x')],
      apply: (x) => tf.image.resizeBilinear(rank4(x), [7, 9]),
    });
  });

  it('maxPool', () => {
    expectSlopes({ inputs: [normalValues([2, 4, 6, 5], 'x')], apply: (x) => tf.maxPool(rank4(x), 2, 2, 'same') });
  });

  it('convolveUpsampled', () => {
    expectSlopes({
      inputs: [normalValues([2, 3, 4, 5], 'x'), normalValues([3, 3, 5, 6], 'filter')],
      apply: (x, filter) => engine().convolveUpsampled(rank4(x), rank4(filter)),
    });
  });
});
