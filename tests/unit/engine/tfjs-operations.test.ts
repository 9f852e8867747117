import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { describeOnEngines, expectSameAsCpu } from './engines';
import { normalValues, rank4, type Case } from './reference';

const one = (apply: (x: tf.Tensor) => tf.Tensor, shape = [2, 4, 6, 5]): Case => ({
  inputs: [normalValues(shape, 'x')],
  apply,
});

const two = (apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, left: number[], right = left): Case => ({
  inputs: [normalValues(left, 'a'), normalValues(right, 'b')],
  apply,
});

function missing(): never {
  throw new Error('an input is missing');
}

/** What networks and losses are made of besides our own kernels: tfjs's kernels, which must be there with gradients. */
const operations: Record<string, Case> = {
  'add with a broadcast bias': two(tf.add, [3, 4, 5, 6], [6]),
  'subtract with broadcasting': two(tf.sub, [3, 4, 5, 6], [4, 1, 6]),
  'multiply by a channel gate': two(tf.mul, [3, 4, 5, 6], [3, 1, 1, 6]),
  divide: two((a, b) => tf.div(a, tf.add(tf.square(b), 1)), [3, 7]),
  'add of one shape': two(tf.add, [3, 7, 5]),
  'add of many elements': two(tf.add, [9, 43, 47]),
  relu: one(tf.relu),
  'relu of few elements': one(tf.relu, [3]),
  'relu6 of many elements': one((x) => tf.relu6(tf.mul(x, 5)), [9, 43, 47]),
  relu6: one((x) => tf.relu6(tf.mul(x, 5))),
  leakyRelu: one((x) => tf.leakyRelu(x, 0.2), [7, 3]),
  'leakyRelu with a slope above one': one((x) => tf.leakyRelu(x, 1.5)),
  sigmoid: one(tf.sigmoid),
  tanh: one(tf.tanh),
  abs: one(tf.abs),
  square: one(tf.square),
  'square root': one((x) => tf.sqrt(tf.add(tf.square(x), 1))),
  'exp and log': one((x) => tf.log(tf.add(tf.exp(x), 1))),
  log1p: one((x) => tf.log1p(tf.exp(tf.neg(tf.abs(x))))),
  softplus: one(tf.softplus),
  logSigmoid: one(tf.logSigmoid),
  softmax: one((x) => tf.softmax(x), [5, 7]),
  'mean over all': one((x) => tf.mean(x)),
  'global average pooling': one((x) => tf.mean(x, [1, 2])),
  'sum over channels': one((x) => tf.sum(x, -1)),
  avgPool: one((x) => tf.avgPool(rank4(x), 2, 2, 'same')),
  pad: one((x) => tf.pad(x, [[0, 0], [1, 2], [2, 1], [0, 0]])), // prettier-ignore
  slice: one((x) => tf.slice(x, [0, 1, 2, 1], [2, 2, 3, 4])),
  reshape: one((x) => tf.reshape(x, [8, -1])),
  transpose: one((x) => tf.transpose(x, [0, 3, 1, 2])),
  concat: two((a, b) => tf.concat([a, b], 3), [2, 3, 4, 5], [2, 3, 4, 1]),
  clipByValue: one((x) => tf.clipByValue(x, -0.5, 0.5)),
  maximum: two(tf.maximum, [4, 9]),
  'fixed normalisation': {
    inputs: [normalValues([2, 4, 6, 5], 'x'), ...['offset', 'scale'].map((name) => normalValues([5], name))],
    apply: (x, offset, scale) => tf.batchNorm(x, [0.1, 0.2, 0, 0, 1], [1, 2, 3, 4, 5], offset, scale),
  },
};

describeOnEngines('tfjs operations with gradients', () => {
  it.each(Object.keys(operations))('%s', (name) => {
    expectSameAsCpu(operations[name] ?? missing(), 2e-5);
  });
});
