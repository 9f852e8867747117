import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import type { Activation } from '@workbench/engine/engine';
import { describeOnEngines, expectSameAsCpu } from './engines';
import { normalValues, rank1, rank4 } from './reference';

const activations: Activation[] = ['none', 'relu', 'relu6', 'leaky-relu'];

function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'none':
      return x;
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.clipByValue(x, 0, 6);
    case 'leaky-relu':
      return tf.leakyRelu(x, 0.2);
  }
}

function normalizeWithTfjs(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  activation: Activation,
  epsilon: number,
): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const normalized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return activate(tf.add(tf.mul(normalized, scale), offset), activation);
}

/** By tiling, because tfjs's CPU backend gets the gradient of resizeNearestNeighbor wrong for more than one image. */
function upsampleByTiles(x: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const rows = tf.reshape(tf.tile(tf.reshape(x, [n, h, 1, w * c]), [1, 1, 2, 1]), [n * 2 * h, w, 1, c]);
  return tf.reshape(tf.tile(rows, [1, 1, 2, 1]), [n, 2 * h, 2 * w, c]);
}

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
          reference: (x, scale, offset) => normalizeWithTfjs(rank4(x), rank1(scale), rank1(offset), activation, 1e-3),
        },
        3e-5,
      );
    },
  );

  it.each([1, 4, 6, 32])('upsamples %i channels by copying each pixel to four', (channels) => {
    expectSameAsCpu({
      inputs: [normalValues([3, 5, 4, channels], 'x')],
      apply: (x) => engine().upsampleNearest(rank4(x)),
      reference: (x) => upsampleByTiles(rank4(x)),
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
      reference: (x, filter) => tf.conv2d(upsampleByTiles(rank4(x)), rank4(filter), 1, 'same'),
    });
  });
});
