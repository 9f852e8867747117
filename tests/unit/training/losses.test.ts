import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adversarialLosses } from '@workbench/training/losses/adversarial';
import { binaryCrossEntropy } from '@workbench/training/losses/classification';
import { contrastiveDepth, depthL1 } from '@workbench/training/losses/depth';
import { createCpuEngine } from '../../fixtures/cpu-engine';

const valueOf = (scalar: tf.Tensor) => scalar.dataSync()[0] ?? NaN;

beforeAll(async () => {
  await createCpuEngine();
});

describe('depth losses', () => {
  // 4×4, prediction 0, label 1 at (1, 1) and 0.5 at (2, 2): the design's golden case.
  const target = () => {
    const values = new Float32Array(16);
    values[5] = 1;
    values[10] = 0.5;
    return tf.tensor4d(values, [1, 4, 4, 1]);
  };

  it('gives the golden contrastive depth loss', () => {
    expect(valueOf(contrastiveDepth(tf.zeros([1, 4, 4, 1]), target()))).toBeCloseTo(0.3671875, 7);
  });

  it('gives the mean absolute error', () => {
    expect(valueOf(depthL1(tf.zeros([1, 4, 4, 1]), target()))).toBeCloseTo(1.5 / 16, 7);
  });

  it('is blind to a constant offset only in the contrastive loss', () => {
    const shifted = tf.add<tf.Tensor4D>(target(), 0.25);
    expect(valueOf(contrastiveDepth(shifted, target()))).toBeCloseTo(0, 10);
    expect(valueOf(depthL1(shifted, target()))).toBeCloseTo(0.25, 6);
  });
});

describe('binary cross-entropy from logits', () => {
  it('equals the textbook formula where that can be computed', () => {
    const logits = [-2, -0.5, 0, 1, 3];
    const targets = [0, 1, 0.9, 1, 0];
    const expected =
      logits.reduce((sum, x, i) => {
        const p = 1 / (1 + Math.exp(-x));
        const z = targets[i] ?? 0;
        return sum - z * Math.log(p) - (1 - z) * Math.log(1 - p);
      }, 0) / logits.length;
    expect(valueOf(binaryCrossEntropy(tf.tensor1d(logits), tf.tensor1d(targets)))).toBeCloseTo(expected, 6);
  });

  it('stays finite and right for logits whose sigmoid is 0 or 1 in floats', () => {
    const loss = binaryCrossEntropy(tf.tensor1d([-200, 200]), tf.tensor1d([1, 1]));
    expect(valueOf(loss)).toBeCloseTo(100, 4);
  });

  it('has the gradient (sigmoid(x) − z) / n', () => {
    const gradient = tf.grad((x) => binaryCrossEntropy(x, tf.tensor1d([1, 0])))(tf.tensor1d([0, 2]));
    const [first, second] = gradient.dataSync();
    expect(first).toBeCloseTo(-0.25, 6);
    expect(second).toBeCloseTo(1 / (1 + Math.exp(-2)) / 2, 6);
  });
});

describe('adversarial losses', () => {
  const real = () => tf.tensor1d([0.5, 2]);
  const fake = () => tf.tensor1d([-0.5, 1]);

  it('computes least squares with one-sided smoothing', () => {
    const { discriminator, generator } = adversarialLosses['least-squares'];
    expect(valueOf(discriminator(real(), fake(), 0.9))).toBeCloseTo(
      0.5 * ((0.16 + 1.21) / 2) + 0.5 * ((0.25 + 1) / 2),
      6,
    );
    expect(valueOf(generator(fake()))).toBeCloseTo(0.5 * (2.25 / 2), 6);
  });

  it('computes hinge', () => {
    const { discriminator, generator } = adversarialLosses.hinge;
    expect(valueOf(discriminator(real(), fake(), 1))).toBeCloseTo(0.25 + (0.5 + 2) / 2, 6);
    expect(valueOf(generator(fake()))).toBeCloseTo(-0.25, 6);
  });

  it('computes BCE from logits without overflow', () => {
    const { discriminator, generator } = adversarialLosses.bce;
    expect(valueOf(generator(tf.tensor1d([-500])))).toBeCloseTo(500, 3);
    expect(valueOf(discriminator(tf.tensor1d([0]), tf.tensor1d([0]), 0.9))).toBeCloseTo(Math.log(2), 6);
  });
});
