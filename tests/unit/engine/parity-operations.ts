import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '@workbench/engine/engine';
import type { FusedOperations } from '@workbench/engine/portable-operations';
import { adversarialLosses } from '@workbench/training/losses/adversarial';
import { binaryCrossEntropy } from '@workbench/training/losses/classification';
import { contrastiveDepth, depthL1 } from '@workbench/training/losses/depth';
import { normalValues, rank1, rank4, type Case } from './reference';

/** What networks, losses and face models are made of, by name, and how far engines may be apart. */
export interface ParityOperation extends Case {
  readonly tolerance: number;
}

type Apply = (...inputs: tf.Tensor[]) => tf.Tensor;

const ofShapes = (apply: Apply, ...shapes: number[][]): Case => ({
  inputs: shapes.map((shape, index) => normalValues(shape, `input ${index}`)),
  apply,
});
const image = [2, 4, 6, 5];
const one = (apply: Apply, shape = image) => ofShapes(apply, shape);

/** For what no gradient is asked of: tfjs's own WASM kernel of maximum pooling has a wrong one where a maximum is negative. */
function forward(apply: (x: tf.Tensor) => tf.Tensor): Case {
  const { shape, values } = normalValues(image, 'constant');
  return one((x) => tf.add(apply(tf.tensor(values, shape)), tf.mul(tf.mean(x), 0)));
}

/** Convolutions over odd sizes, every stride and padding, and channels that fill no tile. */
const convolutions: Record<string, Case> = Object.fromEntries(
  (
    [
      { k: 1, s: 1, i: 6, o: 5 },
      { k: 1, s: 2, i: 3, o: 9 },
      { k: 3, s: 1, i: 5, o: 9 },
      { k: 3, s: 1, i: 33, o: 40 },
      { k: 3, s: 2, i: 3, o: 16 },
      { k: 4, s: 2, i: 4, o: 24 },
      { k: 3, s: 1, i: 16, o: 1 },
      { k: 3, s: 1, i: 4, o: 6, pad: 'valid' },
    ] as const
  ).map((convolution) => {
    const { k, s, i, o } = convolution;
    const pad = 'pad' in convolution ? convolution.pad : 'same';
    return [
      `conv2d ${k}×${k}, stride ${s}, ${pad}, ${i}→${o} channels`,
      ofShapes((x, filter) => tf.conv2d(rank4(x), rank4(filter), s, pad), [2, 7, 6, i], [k, k, i, o]),
    ];
  }),
);

/** More output pixels than one split of a filter gradient takes. */
const longConvolution = ofShapes(
  (x, filter) => tf.conv2d(rank4(x), rank4(filter), 1, 'same'),
  [3, 19, 17, 4],
  [3, 3, 4, 8],
);

const elementwise: Record<string, Case> = {
  'add with a broadcast bias': ofShapes(tf.add, [3, 4, 5, 6], [6]),
  'subtract with broadcasting': ofShapes(tf.sub, [3, 4, 5, 6], [4, 1, 6]),
  'multiply by a channel gate': ofShapes(tf.mul, [3, 4, 5, 6], [3, 1, 1, 6]),
  divide: ofShapes((a, b) => tf.div(a, tf.add(tf.square(b), 1)), [3, 7], [3, 7]),
  relu: one(tf.relu),
  relu6: one((x) => tf.relu6(tf.mul(x, 5))),
  leakyRelu: one((x) => tf.leakyRelu(x, 0.2)),
  sigmoid: one(tf.sigmoid),
  tanh: one(tf.tanh),
  abs: one(tf.abs),
  'square root': one((x) => tf.sqrt(tf.add(tf.square(x), 1))),
  'exp and log': one((x) => tf.log(tf.add(tf.exp(x), 1))),
  log1p: one((x) => tf.log1p(tf.exp(tf.neg(tf.abs(x))))),
  softplus: one(tf.softplus),
  softmax: one((x) => tf.softmax(x), [5, 7]),
  clipByValue: one((x) => tf.clipByValue(x, -0.5, 0.5)),
  maximum: ofShapes(tf.maximum, [4, 9], [4, 9]),
};

const shaped: Record<string, Case> = {
  'mean over all': one((x) => tf.mean(x)),
  'global average pooling': one((x) => tf.mean(x, [1, 2])),
  'sum over channels': one((x) => tf.sum(x, -1)),
  'dense layer': ofShapes((x, w) => tf.matMul(x, w), [5, 37], [37, 1]),
  'matrix product': ofShapes((x, w) => tf.matMul(x, w), [9, 20], [20, 13]),
  avgPool: one((x) => tf.avgPool(rank4(x), 2, 2, 'same')),
  maxPool: forward((x) => tf.maxPool(rank4(x), 2, 2, 'same')),
  resizeBilinear: one((x) => tf.image.resizeBilinear(rank4(x), [7, 9])),
  pad: one((x) => tf.pad(x, [[0, 0], [1, 2], [2, 1], [0, 0]])), // prettier-ignore
  slice: one((x) => tf.slice(x, [0, 1, 2, 1], [2, 2, 3, 4])),
  reshape: one((x) => tf.reshape(x, [8, -1])),
  transpose: one((x) => tf.transpose(x, [0, 3, 1, 2])),
  'concat of an image and a map': ofShapes((a, b) => tf.concat([a, b], 3), [2, 3, 4, 5], [2, 3, 4, 1]),
  'depthwise convolution, stride 1': ofShapes(
    (x, filter) => tf.depthwiseConv2d(rank4(x), rank4(filter), 1, 'same'),
    [2, 7, 6, 8],
    [3, 3, 8, 1],
  ),
  'depthwise convolution, stride 2': ofShapes(
    (x, filter) => tf.depthwiseConv2d(rank4(x), rank4(filter), 2, 'same'),
    [2, 9, 6, 20],
    [3, 3, 20, 1],
  ),
  'normalisation by running statistics': ofShapes(
    (x, offset, scale) => tf.batchNorm(x, [0.1, 0.2, 0, 0, 1], [1, 2, 3, 4, 5], offset, scale),
    ...[image, [5], [5]],
  ),
};

const losses: Record<string, Case> = {
  'binary cross-entropy': ofShapes((x) => binaryCrossEntropy(tf.mul(x, 5), tf.sigmoid(tf.ones(x.shape))), [7, 1]),
  'depth L1': ofShapes((x) => depthL1(rank4(x), tf.zeros([2, 8, 8, 1])), [2, 8, 8, 1]),
  'contrastive depth': ofShapes((x) => contrastiveDepth(rank4(x), tf.zeros([2, 8, 8, 1])), [2, 8, 8, 1]),
  ...Object.fromEntries(
    Object.entries(adversarialLosses).flatMap(([name, { discriminator, generator }]) => [
      [`${name}, discriminator`, ofShapes((real, fake) => discriminator(real, fake, 0.9), [2, 8, 8, 1], [2, 8, 8, 1])],
      [`${name}, generator`, ofShapes((fake) => generator(fake), [2, 8, 8, 1])],
    ]),
  ),
};

const activations: Activation[] = ['none', 'relu', 'relu6', 'leaky-relu'];

function fused(operations: () => FusedOperations): Record<string, Case> {
  const normalizations: [string, Case][] = [6, 33].flatMap((channels) =>
    activations.map((activation): [string, Case] => [
      `normalisation of ${channels} channels, ${activation}`,
      ofShapes(
        (x, scale, offset) =>
          operations().normalizeBatch(rank4(tf.mul(x, 3)), rank1(scale), rank1(offset), activation).output,
        ...[[3, 5, 7, channels], [channels], [channels]],
      ),
    ]),
  );
  return {
    ...Object.fromEntries(normalizations),
    'mean and variance of a batch far from zero': forward((x) => {
      const { mean, variance } = operations().normalizeBatch(
        rank4(tf.add(x, 100)),
        tf.ones([5]),
        tf.zeros([5]),
        'none',
      );
      return tf.concat([mean, tf.mul(variance, 100)]);
    }),
    upsampling: one((x) => operations().upsampleNearest(rank4(x)), [2, 3, 5, 6]),
    'upsampled convolution': ofShapes(
      (x, filter) => operations().convolveUpsampled(rank4(x), rank4(filter)),
      ...[
        [2, 3, 4, 5],
        [3, 3, 5, 6],
      ],
    ),
    'upsampled convolution to one channel': ofShapes(
      (x, filter) => operations().convolveUpsampled(rank4(x), rank4(filter)),
      ...[
        [2, 8, 8, 24],
        [3, 3, 24, 1],
      ],
    ),
  };
}

/** All of them, on whichever engine runs. Differences are of the largest value: sums in another order, no more. */
export function parityOperations(operations: () => FusedOperations): Record<string, ParityOperation> {
  const within = (tolerance: number, cases: Record<string, Case>) =>
    Object.entries(cases).map(([name, parts]) => [name, { ...parts, tolerance }] as const);
  return Object.fromEntries([
    ...within(1e-5, { ...convolutions, 'conv2d over many pixels': longConvolution }),
    ...within(2e-5, { ...elementwise, ...shaped, ...losses }),
    ...within(3e-5, fused(operations)),
  ]);
}
