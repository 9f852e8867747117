import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeOnEngines, expectSameAsCpu } from './engines';
import { floats, normalValues, rank4, relativeError } from './reference';

interface Window {
  h: number;
  w: number;
  ci: number;
  co: number;
  k: number;
  s: number;
  pad: 'same' | 'valid';
}

/** Odd sizes, filters of 1, 3 and 4, strides 1 to 3, channels that fill no vector, and both single-channel paths. */
const windows: Window[] = [
  { h: 12, w: 12, ci: 8, co: 16, k: 3, s: 1, pad: 'same' },
  { h: 11, w: 13, ci: 8, co: 16, k: 3, s: 2, pad: 'same' },
  { h: 9, w: 9, ci: 3, co: 32, k: 3, s: 2, pad: 'same' },
  { h: 10, w: 7, ci: 32, co: 1, k: 3, s: 1, pad: 'same' },
  { h: 10, w: 7, ci: 4, co: 1, k: 4, s: 2, pad: 'same' },
  { h: 10, w: 7, ci: 1, co: 4, k: 4, s: 2, pad: 'same' },
  { h: 16, w: 15, ci: 16, co: 24, k: 1, s: 1, pad: 'same' },
  { h: 8, w: 9, ci: 12, co: 10, k: 1, s: 2, pad: 'same' },
  { h: 16, w: 16, ci: 16, co: 24, k: 4, s: 2, pad: 'same' },
  { h: 13, w: 11, ci: 5, co: 7, k: 3, s: 2, pad: 'valid' },
  { h: 12, w: 12, ci: 1, co: 8, k: 3, s: 1, pad: 'same' },
  { h: 12, w: 12, ci: 6, co: 2, k: 4, s: 2, pad: 'same' },
  { h: 6, w: 6, ci: 4, co: 64, k: 4, s: 1, pad: 'valid' },
  { h: 24, w: 20, ci: 9, co: 9, k: 3, s: 1, pad: 'valid' },
  { h: 14, w: 14, ci: 6, co: 12, k: 4, s: 3, pad: 'same' },
];

describeOnEngines('convolutions', () => {
  it.each(windows)(
    'equals the CPU backend with its gradients: $h×$w, $ci→$co channels, filter $k, stride $s, $pad',
    (window) => {
      const { h, w, ci, co, k, s, pad } = window;
      const inputs = [normalValues([3, h, w, ci], 'x'), normalValues([k, k, ci, co], 'filter')];
      expectSameAsCpu({ inputs, apply: (x, filter) => tf.conv2d(rank4(x), rank4(filter), s, pad) });
    },
  );

  it('dilates, strides unequally and pads explicitly as the CPU backend does', () => {
    const x = normalValues([2, 17, 14, 5], 'x');
    const filter = normalValues([3, 2, 5, 9], 'filter');
    const run = (): Float32Array[] =>
      tf.tidy(() => {
        const input = rank4(tf.tensor(x.values, x.shape));
        const weights = rank4(tf.tensor(filter.values, filter.shape));
        return [
          tf.conv2d(input, weights, 1, 'same', 'NHWC', 2),
          tf.conv2d(input, weights, [2, 1], 'valid'),
          tf.conv2d(input, weights, 1, [[0, 0], [1, 2], [0, 3], [0, 0]]), // prettier-ignore
          tf.conv2d(input, weights, 1, 1, 'NHWC', 1, 'floor'),
        ].map(floats);
      });
    const actual = run();
    void tf.setBackend('cpu');
    const expected = run();
    void tf.setBackend('wasm');
    expected.forEach((values, index) => {
      expect(relativeError(actual[index] ?? new Float32Array(), values)).toBeLessThan(1e-5);
    });
  });

  it.each([
    { c: 8, k: 3, s: 1, h: 12, w: 9, multiplier: 1 },
    { c: 12, k: 3, s: 2, h: 12, w: 12, multiplier: 1 },
    { c: 16, k: 3, s: 2, h: 9, w: 11, multiplier: 1 },
    { c: 4, k: 3, s: 1, h: 2, w: 1, multiplier: 1 },
    { c: 20, k: 3, s: 2, h: 3, w: 2, multiplier: 1 },
    { c: 7, k: 3, s: 1, h: 8, w: 7, multiplier: 1 },
    { c: 3, k: 4, s: 2, h: 9, w: 8, multiplier: 2 },
  ])('equals the CPU backend depthwise: $h×$w, $c channels ×$multiplier, filter $k, stride $s', (window) => {
    const { c, k, s, h, w, multiplier } = window;
    const inputs = [normalValues([3, h, w, c], 'x'), normalValues([k, k, c, multiplier], 'filter')];
    expectSameAsCpu({ inputs, apply: (x, filter) => tf.depthwiseConv2d(rank4(x), rank4(filter), s, 'same') });
  });

  it.each([
    { m: 17, k: 33, n: 10 },
    { m: 1, k: 320, n: 2 },
    { m: 32, k: 128, n: 1 },
    { m: 5, k: 3, n: 7 },
  ])('equals the CPU backend in matrix products with gradients: $m×$k · $k×$n', ({ m, k, n }) => {
    expectSameAsCpu({
      inputs: [normalValues([m, k], 'a'), normalValues([k, n], 'b')],
      apply: (a, b) => tf.matMul(a, b),
    });
    expectSameAsCpu({
      inputs: [normalValues([m, k], 'a'), normalValues([n, k], 'b')],
      apply: (a, b) => tf.matMul(a, b, false, true),
    });
    expectSameAsCpu({
      inputs: [normalValues([k, m], 'a'), normalValues([k, n], 'b')],
      apply: (a, b) => tf.matMul(a, b, true, false),
    });
  });

  it('leaves batches of matrices to tfjs', () => {
    expectSameAsCpu({
      inputs: [normalValues([3, 4, 5], 'a'), normalValues([3, 5, 6], 'b')],
      apply: (a, b) => tf.matMul(a, b),
    });
  });
});
