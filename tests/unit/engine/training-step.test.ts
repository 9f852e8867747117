import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { createGenerator } from '@workbench/engine/bench-network';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { lossAndGradients, trainingStep } from '@workbench/engine/training-step';
import { portableOperations } from '@workbench/engine/portable-operations';
import { describeOnEngines } from './engines';
import { floats, normalValues, onBackend, rank4, relativeError } from './reference';

const options = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Seeded images in [−1, 1] and targets in [0, 1]. */
function batchOf(n: number, size: number): { images: tf.Tensor4D; targets: tf.Tensor4D } {
  const images = normalValues([n, size, size, 3], 'images');
  const targets = normalValues([n, size, size, 1], 'targets');
  return {
    images: rank4(tf.tensor(images.values.map(Math.tanh), images.shape)),
    targets: rank4(
      tf.tensor(
        targets.values.map(Math.abs).map((v) => Math.min(1, v)),
        targets.shape,
      ),
    ),
  };
}

/** Weights after some steps of the generator. */
async function train(engine: Engine, steps: number): Promise<Float32Array[]> {
  const network = createGenerator(engine, 16);
  const { images, targets } = batchOf(3, 16);
  const adam = engine.createAdam(options);
  for (let step = 0; step < steps; step++)
    await trainingStep(network.variables, adam, () => network.loss(images, targets));
  const weights = Object.values(network.variables).map(floats);
  [network, adam, images, targets].forEach((each) => {
    each.dispose();
  });
  return weights;
}

describeOnEngines('a training step', (engine) => {
  it('has the gradients of the same network in plain tfjs on the CPU backend', () => {
    const gradientsOn = (operations: typeof portableOperations): Record<string, Float32Array> => {
      const network = createGenerator(operations, 16);
      const { images, targets } = batchOf(2, 16);
      const gradients = tf.tidy(() =>
        Object.entries(lossAndGradients(network.variables, () => network.loss(images, targets)).gradients).map(
          ([name, gradient]) => [name, floats(gradient)] as const,
        ),
      );
      [network, images, targets].forEach((each) => {
        each.dispose();
      });
      return Object.fromEntries(gradients);
    };
    const actual = gradientsOn(engine());
    const expected = onBackend('cpu', () => gradientsOn(portableOperations));
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, gradient] of Object.entries(expected))
      expect(relativeError(actual[name] ?? new Float32Array(), gradient), name).toBeLessThan(1e-4);
  });

  it('keeps tensors and memory constant over twenty steps', async () => {
    const network = createGenerator(engine(), 16);
    const { images, targets } = batchOf(4, 16);
    const adam = engine().createAdam(options);
    const step = (): Promise<number> => trainingStep(network.variables, adam, () => network.loss(images, targets));
    const first = await step();
    await step();
    const [tensors, bytes] = [tf.memory().numTensors, engine().memoryBytes()];
    let last = first;
    for (let i = 0; i < 20; i++) last = await step();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(engine().memoryBytes()).toBe(bytes);
    expect(last).toBeLessThan(first);
    [network, adam, images, targets].forEach((each) => {
      each.dispose();
    });
  });

  it('gives the same bits every time', async () => {
    expect(await train(engine(), 3)).toEqual(await train(engine(), 3));
  });
});

describe('threads', () => {
  let running: Engine | undefined;
  afterEach(() => running?.dispose());

  it('do not change a single bit of the result', async () => {
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
      running = await startEngine({ name: 'wasm', threads, reproducible: true });
      results.push(await train(running, 3));
      running.dispose();
    }
    running = undefined;
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe('the benchmark network', () => {
  it('has exactly the parameters it claims', async () => {
    const engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
    const network = createGenerator(engine, 64);
    expect(network.parameters).toBe(293_633);
    network.dispose();
    engine.dispose();
  });
});
