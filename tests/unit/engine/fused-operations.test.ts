import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { Activation } from '@workbench/engine/engine';
import { type FusedOperations, portableOperations } from '@workbench/engine/portable-operations';
import { describeOnEngines, expectSameAsCpu } from './engines';
import { type Case, floats, normalValues, onBackend, rank1, rank4, relativeError } from './reference';

const activations: Activation[] = ['none', 'relu', 'relu6', 'leaky-relu'];

describeOnEngines('fused operations', (engine) => {
  it.each([4, 7, 16, 33, 128].flatMap((channels) => activations.map((activation) => ({ channels, activation }))))(
    'normalizes $channels channels with activation $activation like its parts',
    ({ channels, activation }) => {
      const x = normalValues([3, 7, 5, channels], 'x');
      x.values.forEach((value, index) => (x.values[index] = value * 3 + (index % channels)));
      expectSameAsCpu(
        {
          inputs: [x, normalValues([channels], 'scale'), normalValues([channels], 'offset')],
          apply: (x, scale, offset) =>
            engine().normalizeBatch(rank4(x), rank1(scale), rank1(offset), activation, 1e-3).output,
          reference: (x, scale, offset) =>
            portableOperations.normalizeBatch(rank4(x), rank1(scale), rank1(offset), activation, 1e-3).output,
        },
        3e-5,
      );
    },
  );

  it.each([
    [3, 40, 41, 4],
    [2, 37, 31, 6],
  ])('normalizes columns that are longer than a block, [%i, %i, %i, %i]', (...shape) => {
    const channels = shape[3];
    const x = normalValues(shape, 'x');
    x.values.forEach((value, index) => (x.values[index] = value + 5 * (index % channels)));
    const inputs = [x, normalValues([channels], 'scale'), normalValues([channels], 'offset')];
    const normalize =
      (operations: () => FusedOperations): Case['apply'] =>
      (x, scale, offset) =>
        operations().normalizeBatch(rank4(x), rank1(scale), rank1(offset), 'none').output;
    expectSameAsCpu({ inputs, apply: normalize(engine), reference: normalize(() => portableOperations) }, 3e-5);
  });

  it('hands on the mean and the biased variance of long columns far from zero', () => {
    const x = normalValues([4, 40, 41, 5], 'x');
    x.values.forEach((value, index) => (x.values[index] = value + 100 * (index % 5)));
    const statistics =
      (operations: () => FusedOperations): Case['apply'] =>
      (x) => {
        const { mean, variance } = operations().normalizeBatch(rank4(x), tf.ones([5]), tf.zeros([5]), 'none');
        return tf.concat([mean, tf.mul(variance, 100)]);
      };
    tf.tidy(() => {
      const values = (operations: () => FusedOperations) =>
        floats(statistics(operations)(tf.tensor(x.values, x.shape)));
      const actual = values(engine);
      expect(
        relativeError(
          actual,
          onBackend('cpu', () => values(() => portableOperations)),
        ),
      ).toBeLessThan(3e-5);
    });
  });

  it.each([1, 4, 6, 32])('upsamples %i channels by copying each pixel to four', (channels) => {
    expectSameAsCpu({
      inputs: [normalValues([3, 5, 4, channels], 'x')],
      apply: (x) => engine().upsampleNearest(rank4(x)),
      reference: (x) => portableOperations.upsampleNearest(rank4(x)),
    });
  });

  it.each([
    { inputs: 32, outputs: 1 },
    { inputs: 16, outputs: 24 },
    { inputs: 5, outputs: 3 },
    { inputs: 1, outputs: 8 },
  ])('convolves upsampled $inputs→$outputs channels like upsampling and conv2d', ({ inputs, outputs }) => {
    expectSameAsCpu({
      inputs: [normalValues([2, 5, 6, inputs], 'x'), normalValues([3, 3, inputs, outputs], 'filter')],
      apply: (x, filter) => engine().convolveUpsampled(rank4(x), rank4(filter)),
      reference: (x, filter) => portableOperations.convolveUpsampled(rank4(x), rank4(filter)),
    });
  });
});
