import * as tf from '@tensorflow/tfjs-core';
import type { Activation, Engine } from './engine';

/** The engine's fused operations. */
export type FusedOperations = Pick<Engine, 'normalizeBatch' | 'upsampleNearest' | 'convolveUpsampled'>;

/**
 * The fused operations in tfjs's own, on whichever backend is active: slow, plain, and therefore the reference that the
 * kernels are checked against.
 */
export const portableOperations: FusedOperations = {
  normalizeBatch(x, scale, offset, activation, epsilon = 1e-3) {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const normalized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    const output = activate(tf.add<tf.Tensor4D>(tf.mul(normalized, scale), offset), activation);
    return { output, mean: tf.reshape(mean, [-1]), variance: tf.reshape(variance, [-1]) };
  },

  /** Tiles, because tfjs's CPU backend gets the gradient of resizeNearestNeighbor wrong for more than one image. */
  upsampleNearest(x) {
    const [n, h, w, c] = x.shape;
    const rows = tf.reshape(tf.tile(tf.reshape(x, [n, h, 1, w * c]), [1, 1, 2, 1]), [n * 2 * h, w, 1, c]);
    return tf.reshape(tf.tile(rows, [1, 1, 2, 1]), [n, 2 * h, 2 * w, c]);
  },

  convolveUpsampled(x, filter) {
    return tf.conv2d(portableOperations.upsampleNearest(x), filter, 1, 'same');
  },
};

function activate(x: tf.Tensor4D, activation: Activation): tf.Tensor4D {
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
