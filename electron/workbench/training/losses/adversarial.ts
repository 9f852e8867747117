import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { binaryCrossEntropy } from './classification';

export type AdversarialLossName = ExperimentConfig['stage1']['adversarialLoss'];

/** The two halves of an adversarial game over patch logits of any shape. */
export interface AdversarialLoss {
  /** What the discriminator minimises. `realTarget` is 1, or less with one-sided label smoothing (Salimans et al. 2016). */
  discriminator(real: Tensor, fake: Tensor, realTarget: number): Scalar;
  /** What the generator minimises. */
  generator(fake: Tensor): Scalar;
}

const squaredDistance = (logits: Tensor, target: number): Scalar => tf.mean(tf.square(tf.sub(logits, target)));
const crossEntropyTo = (logits: Tensor, target: number): Scalar =>
  binaryCrossEntropy(logits, tf.fill(logits.shape, target));
const half = (loss: Scalar): Scalar => tf.mul(loss, 0.5);

/** Adversarial losses by name. */
export const adversarialLosses: Readonly<Record<AdversarialLossName, AdversarialLoss>> = {
  /** Mao et al. 2017: ½(D(real) − t)² + ½D(fake)²; the generator ½(D(fake) − 1)². */
  'least-squares': {
    discriminator: (real, fake, realTarget) =>
      tf.tidy(() => half(tf.add(squaredDistance(real, realTarget), squaredDistance(fake, 0)))),
    generator: (fake) => tf.tidy(() => half(squaredDistance(fake, 1))),
  },
  /** Lim & Ye 2017: max(0, t − D(real)) + max(0, 1 + D(fake)); the generator −D(fake). Smoothing narrows the real margin. */
  hinge: {
    discriminator: (real, fake, realTarget) =>
      tf.tidy(() => tf.add(tf.mean(tf.relu(tf.sub(realTarget, real))), tf.mean(tf.relu(tf.add(fake, 1))))),
    generator: (fake) => tf.tidy(() => tf.neg(tf.mean(fake))),
  },
  /** Goodfellow et al. 2014 in its non-saturating form, from logits. */
  bce: {
    discriminator: (real, fake, realTarget) =>
      tf.tidy(() => half(tf.add(crossEntropyTo(real, realTarget), crossEntropyTo(fake, 0)))),
    generator: (fake) => tf.tidy(() => crossEntropyTo(fake, 1)),
  },
};
