import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/**
 * Mean binary cross-entropy of sigmoid(logits) against targets in [0, 1] of the same shape, computed from the logits so that
 * no logarithm of zero can arise: max(x, 0) − x·z + log(1 + exp(−|x|)); its gradient is (sigmoid(x) − z) / n.
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): Scalar {
  const loss = tf.customGrad((x, save) => {
    if (!(x instanceof tf.Tensor) || typeof save !== 'function') throw new Error('binaryCrossEntropy takes one tensor');
    save([x, targets]);
    const value = tf.mean<Scalar>(tf.add(tf.sub(tf.relu(x), tf.mul(x, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(x))))));
    return {
      value,
      gradFunc: (dy: Tensor, [logit, target]: Tensor[]) => {
        if (!logit || !target) throw new Error('binaryCrossEntropy lost its logits');
        return tf.mul(tf.div(tf.sub(tf.sigmoid(logit), target), logit.size), dy);
      },
    };
  });
  return tf.tidy(() => tf.reshape(loss(logits), []));
}
