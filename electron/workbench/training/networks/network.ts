import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core';
import { createRandom, type Random } from '@shared/random';
import type { Engine } from '@workbench/engine/engine';
import type { Network, Shape } from './layers';
import {
  applyLayers,
  multiplyAddsOf,
  type ObservedStatistics,
  outputShapeOf,
  weightsOf,
  type WeightSpec,
} from './registry';

/** Weights by full name (`encoder/stem/conv/kernel`): variables, running statistics among them. */
export type Weights = Map<string, Variable>;

/** Named values outside the engine: what checkpoints hold. */
export type NamedArrays = Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

export function outputShape(network: Network): Shape {
  return outputShapeOf(network.layers, network.input);
}

/** All weights of a network in order, with their full names. */
export function weightSpecs(network: Network): WeightSpec[] {
  return weightsOf(network.layers, network.input, `${network.name}/`);
}

/** Trainable parameters; running statistics do not count. */
export function parameterCount(network: Network): number {
  return weightSpecs(network)
    .filter((spec) => spec.trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
}

/** Multiply-adds of one image through the network. */
export function multiplyAdds(network: Network): number {
  return multiplyAddsOf(network.layers, network.input);
}

/** Random starting values (He normal), the same for the same seed whatever other networks there are. */
export function drawWeights(network: Network, seed: string): NamedArrays {
  const drawn: NamedArrays = new Map();
  for (const { name, shape, start } of weightSpecs(network)) {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    if (start.kind === 'constant') values.fill(start.value);
    else fillNormal(values, createRandom(`${seed}/${name}`), start.deviation);
    drawn.set(name, { shape, values });
  }
  return drawn;
}

function fillNormal(values: Float32Array, random: Random, deviation: number): void {
  for (let i = 0; i < values.length; i++) values[i] = random.normal(0, deviation);
}

/**
 * Variables of a network from named values; values of other networks are passed over.
 * @throws Error when a weight is missing or has another shape
 */
export function createWeights(network: Network, values: NamedArrays): Weights {
  const weights: Weights = new Map();
  for (const { name, shape, trainable } of weightSpecs(network)) {
    const held = values.get(name);
    if (!held) throw new Error(`weight ${name} is missing`);
    if (String(held.shape) !== String(shape))
      throw new Error(`weight ${name} has shape [${String(held.shape)}], the network asks for [${String(shape)}]`);
    const variable = tf.tidy(() => tf.variable(tf.tensor(held.values, [...shape]), trainable));
    weights.set(name, variable);
  }
  return weights;
}

/** Copies of all values of networks. */
export async function readWeights(...all: readonly Weights[]): Promise<NamedArrays> {
  const read = all
    .flatMap((weights) => [...weights])
    .map(async ([name, variable]) => {
      const values = Float32Array.from(await variable.data());
      return [name, { shape: variable.shape, values }] as const;
    });
  return new Map(await Promise.all(read));
}

export function disposeWeights(weights: Weights): void {
  for (const variable of weights.values()) variable.dispose();
  weights.clear();
}

/** The trainable part, as the optimizer takes it. */
export function trainableWeights(...all: readonly Weights[]): Record<string, Variable> {
  return Object.fromEntries(all.flatMap((weights) => [...weights].filter(([, variable]) => variable.trainable)));
}

export interface ApplyOptions {
  readonly engine: Engine;
  readonly training: boolean;
  /** Draws dropout masks; needed when a network with dropout trains. */
  readonly random?: Random | undefined;
  /** Where batch statistics go in training; {@link updateRunningStatistics} takes them in. */
  readonly statistics?: ObservedStatistics[] | undefined;
}

/**
 * Runs a network: `[n, ...input]` → `[n, ...output]`. In training, normalizations use the batch's own statistics and hand
 * them to `statistics`; otherwise they use the running ones.
 */
export function applyNetwork(network: Network, weights: Weights, x: Tensor, options: ApplyOptions): Tensor {
  const { engine, training, random = null, statistics } = options;
  return applyLayers(
    network.layers,
    x,
    {
      engine,
      training,
      random,
      weight: (name) => {
        const variable = weights.get(name);
        if (!variable) throw new Error(`weight ${name} is missing`);
        return variable;
      },
      observe: (observed) => {
        if (!statistics) return;
        tf.keep(observed.mean);
        tf.keep(observed.variance);
        statistics.push(observed);
      },
    },
    `${network.name}/`,
  );
}

/** Share of the old running value that a step keeps. Low, since runs are short. */
const runningMomentum = 0.9;

/**
 * Moves running statistics towards the batch's and frees the latter. All of them at once, one after the other in a vector:
 * a network has dozens of them, of a few channels each.
 */
export function updateRunningStatistics(statistics: readonly ObservedStatistics[], ...all: readonly Weights[]): void {
  const variableOf = (name: string) => {
    const variable = all.map((weights) => weights.get(name)).find((found) => found !== undefined);
    if (!variable) throw new Error(`running statistic ${name} is missing`);
    return variable;
  };
  const pairs = statistics.flatMap(({ name, mean, variance }) => [
    { running: variableOf(`${name}/mean`), observed: mean },
    { running: variableOf(`${name}/variance`), observed: variance },
  ]);
  if (pairs.length === 0) return;
  tf.tidy(() => {
    const before = tf.concat1d(pairs.map(({ running }) => running as Tensor1D));
    const batch = tf.concat1d(pairs.map(({ observed }) => observed));
    const after = tf.add(tf.mul(before, runningMomentum), tf.mul(batch, 1 - runningMomentum));
    const parts = tf.split(
      after,
      pairs.map(({ observed }) => observed.size),
    );
    for (const [index, { running }] of pairs.entries()) {
      const part = parts[index];
      if (part) running.assign(part);
    }
  });
  tf.dispose(pairs.map(({ observed }) => observed));
}
