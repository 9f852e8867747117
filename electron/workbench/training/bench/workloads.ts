import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D, Tensor } from '@tensorflow/tfjs-core';
import { ExperimentConfig } from '@shared/domain/experiment';
import { createRandom } from '@shared/random';
import { createGenerator } from '@workbench/engine/bench-network';
import type { Engine } from '@workbench/engine/engine';
import { trainingStep } from '@workbench/engine/training-step';
import { binaryCrossEntropy } from '../losses/classification';
import { depthL1 } from '../losses/depth';
import type { Network } from '../networks/layers';
import { buildModel } from '../networks/models';
import { applyNetwork, createWeights, disposeWeights, drawWeights, trainableWeights } from '../networks/network';
import type { ObservedStatistics } from '../networks/registry';
import { forwardOperations } from './operations';
import { mobileReference } from './reference-networks';

/** What the bench knows by name: two references that other libraries' speeds are known for, and what Relief trains. */
export const benchModels = [
  'gen',
  'mob',
  'residual-generator',
  'residual-classifier',
  'mobile-generator',
  'mobile-classifier',
  'discriminator',
] as const;
export type BenchModel = (typeof benchModels)[number];

/** Something to measure on a running engine. */
export interface Workload {
  /** Floating-point operations of one image's forward pass. */
  readonly operationsPerImage: number;
  readonly parameters: number;
  /** Predicts the batch. */
  forward(): Promise<void>;
  /** Forward, backward and Adam. */
  step(): Promise<void>;
  dispose(): void;
}

const adamOptions = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** A model with a batch of noise on the running engine. `size` is the side of its images. */
export function createWorkload(engine: Engine, model: BenchModel, size: 64 | 128, batch: number): Workload {
  if (model === 'gen') return referenceGenerator(engine, size, batch);
  const networks = networksOf(model, size);
  const [first] = networks;
  const last = networks.at(-1);
  if (!first || !last) throw new Error(`${model} has no network`);
  const drawn = new Map(networks.flatMap((network) => [...drawWeights(network, 'bench')]));
  const weights = networks.map((network) => ({ network, weights: createWeights(network, drawn) }));
  const variables = trainableWeights(...weights.map((each) => each.weights));
  const apply = (training: boolean, statistics?: ObservedStatistics[]): Tensor =>
    weights.reduce<Tensor>(
      (x, each) => applyNetwork(each.network, each.weights, x, { engine, training, statistics, random }),
      images,
    );
  const random = createRandom('bench dropout');
  const images = tf.tensor(noise(batch * product(first.input), 'images'), [batch, ...first.input]);
  const outputs = tf.tidy(() => apply(false).shape);
  const targets = tf.tensor(noise(product(outputs), 'targets'), outputs);
  const isMap = outputs.length === 4 && model.endsWith('generator');
  const adam = engine.createAdam(adamOptions);
  return {
    operationsPerImage: forwardOperations(networks),
    parameters: Object.values(variables).reduce((sum, { size: count }) => sum + count, 0),
    forward: () => read(tf.tidy(() => tf.sum(apply(false)))),
    async step() {
      await trainingStep(variables, adam, () => {
        const y = apply(true);
        return isMap ? depthL1(y as Tensor4D, targets as Tensor4D) : binaryCrossEntropy(y, targets);
      });
    },
    dispose() {
      for (const each of weights) disposeWeights(each.weights);
      tf.dispose([images, targets]);
      adam.dispose();
    },
  };
}

/** The layer lists of a model; each takes what the one before gives. */
export function networksOf(model: Exclude<BenchModel, 'gen'>, size: 64 | 128): readonly Network[] {
  if (model === 'mob') return [mobileReference(size)];
  const backbone = model.startsWith('mobile') ? 'mobile' : 'residual';
  const config = ExperimentConfig.parse({ model: { backbone, inputSize: size } });
  const { encoder, decoder, head, discriminator } = buildModel(config.model, config.stage2.dropout);
  if (model === 'discriminator') return [discriminator];
  return model.endsWith('generator') ? [encoder, decoder] : [encoder, head];
}

function referenceGenerator(engine: Engine, size: number, batch: number): Workload {
  const network = createGenerator(engine, size);
  const adam = engine.createAdam(adamOptions);
  const images = tf.tensor4d(noise(batch * size * size * 3, 'images'), [batch, size, size, 3]);
  const targets = tf.tensor4d(noise(batch * size * size, 'targets'), [batch, size, size, 1]);
  return {
    operationsPerImage: network.operationsPerImage,
    parameters: network.parameters,
    forward: () => read(tf.tidy(() => network.loss(images, targets))),
    async step() {
      await trainingStep(network.variables, adam, () => network.loss(images, targets));
    },
    dispose() {
      for (const each of [network, adam, images, targets]) each.dispose();
    },
  };
}

/** Waits until the engine has computed a tensor, and frees it. */
async function read(tensor: Tensor): Promise<void> {
  await tensor.data();
  tensor.dispose();
}

function noise(count: number, seed: string): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.uniform());
}

function product(shape: readonly number[]): number {
  return shape.reduce((whole, side) => whole * side, 1);
}
