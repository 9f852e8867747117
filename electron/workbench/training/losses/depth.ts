import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';

/** Mean absolute error over all pixels of the maps, `[n, h, w, 1]` each, values in [0, 1]. */
export function depthL1(predicted: Tensor4D, target: Tensor4D): Scalar {
  return tf.tidy(() => tf.mean(tf.abs(tf.sub(predicted, target))));
}

/** Eight 3×3 kernels `[3, 3, 1, 8]`, each a neighbour minus the centre. */
function contrastKernels(): Tensor4D {
  const kernels = new Float32Array(3 * 3 * 8);
  const neighbours = [0, 1, 2, 3, 5, 6, 7, 8];
  neighbours.forEach((position, kernel) => {
    kernels[position * 8 + kernel] = 1;
    kernels[4 * 8 + kernel] = -1;
  });
  return tf.tensor4d(kernels, [3, 3, 1, 8]);
}

/**
 * Contrastive depth loss (Wang et al. 2020, "Deep spatial gradient and temporal depth learning for face anti-spoofing"): the
 * mean squared error between the maps' eight local contrasts, over the pixels that have all neighbours. The contrast is
 * linear, so it is taken once, of the difference of the maps.
 */
export function contrastiveDepth(predicted: Tensor4D, target: Tensor4D): Scalar {
  return tf.tidy(() =>
    tf.mean(tf.square(tf.conv2d(tf.sub<Tensor4D>(predicted, target), contrastKernels(), 1, 'valid'))),
  );
}
