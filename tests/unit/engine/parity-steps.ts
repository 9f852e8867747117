import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '@shared/random';
import type { Engine, OptimizerState } from '@workbench/engine/engine';
import { trainingStep } from '@workbench/engine/training-step';
import { Classification } from '@workbench/training/classify';
import { buildModel, mapSize } from '@workbench/training/networks/models';
import { drawWeights, type NamedArrays, type Weights, readWeights } from '@workbench/training/networks/network';
import { Pretraining } from '@workbench/training/pretrain';
import type { Stage, StepValues } from '@workbench/training/stage';
import { disposeBatch, uploadBatch } from '@workbench/training/tensors';
import { tinyConfig } from '../../fixtures/train';
import type { Case, Outcome } from './reference';
import { normalValues, rank4 } from './reference';

/** Output and gradients of Σ output·weights, with seeded weights, on the engine that runs. */
export async function outcomeOf({ inputs, apply }: Case): Promise<Outcome> {
  const tensors = tf.tidy(() => {
    const held = inputs.map(({ shape, values }) => tf.tensor(values, shape));
    const output = apply(...held);
    const weights = tf.tensor(normalValues(output.shape, 'weights').values, output.shape);
    return [output, ...tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(apply(...x), weights)))(held)];
  });
  const [output = new Float32Array(), ...gradients] = await Promise.all(tensors.map(floatsOf));
  tf.dispose(tensors);
  return { output, gradients };
}

export async function floatsOf(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** What a stage of training is after some steps: losses of each, weights, moments. */
export interface StageOutcome {
  readonly losses: readonly StepValues[];
  readonly weights: NamedArrays;
  readonly optimizers: Readonly<Record<string, OptimizerState>>;
}

/** Where a stage goes on from. */
export type StageStart = Pick<StageOutcome, 'weights' | 'optimizers'>;

const images = 2;

/** Trains stage 1 (adversarial) or stage 2 (with the auxiliary head, dropout on) of a narrow model, from seeded weights. */
export async function trainStage(
  engine: Engine,
  stage: 1 | 2,
  backbone: 'residual' | 'mobile',
  steps: number,
  { start, onStep }: { start?: StageStart; onStep?: (step: number) => void } = {},
): Promise<StageOutcome> {
  const config = tinyConfig({
    model: { width: 0.25, backbone },
    stage1: { contrastiveWeight: 1 },
    stage2: { auxiliaryDepthWeight: 1 },
  });
  const model = buildModel(config.model, config.stage2.dropout);
  const networks = [model.encoder, model.decoder, model.head, model.discriminator];
  const weights = start?.weights ?? new Map(networks.flatMap((network) => [...drawWeights(network, 'parity')]));
  const running: Stage =
    stage === 1
      ? new Pretraining({ engine, model, config: config.stage1 }, weights)
      : new Classification({ engine, model, config: config.stage2, dropout: createRandom('parity') }, weights);
  for (const [name, optimizer] of Object.entries(running.optimizers)) {
    const state = start?.optimizers[name];
    if (state) optimizer.restore(state);
  }
  const side = config.model.inputSize;
  const values = {
    size: images,
    images: normalValues([images, side, side, 3], 'images').values.map(Math.tanh),
    maps: normalValues([images, mapSize, mapSize, 1], 'maps').values.map((value) => Math.min(1, Math.abs(value))),
    labels: Float32Array.of(1, 0),
  };
  const losses: StepValues[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = uploadBatch(values);
    losses.push(await running.step(batch, 1));
    disposeBatch(batch);
    onStep?.(step + 1);
  }
  const outcome: StageOutcome = {
    losses,
    weights: await readWeights(...Object.values<Weights>(running.allWeights())),
    optimizers: Object.fromEntries(
      await Promise.all(
        Object.entries(running.optimizers).map(async ([name, optimizer]) => [name, await optimizer.state()] as const),
      ),
    ),
  };
  running.dispose();
  return outcome;
}

/**
 * Losses of training a small encoder and decoder, which uses every fused operation, on one batch, uploaded for each step.
 * @param onStep hears of each step's end
 */
export async function trainSmall(
  engine: Engine,
  steps: number,
  onStep: (step: number) => void = () => undefined,
): Promise<number[]> {
  const side = 8;
  const variableOf = (shape: number[], name: string, scale: number) => {
    const { values } = normalValues(shape, name);
    return tf.tidy(() =>
      tf.variable(
        tf.tensor(
          values.map((value) => value * scale),
          shape,
        ),
      ),
    );
  };
  const ones = (channels: number) => tf.tidy(() => tf.variable(tf.ones([channels])));
  const variables: Record<string, tf.Variable> = {
    down: variableOf([3, 3, 3, 8], 'down', 0.3),
    depthwise: variableOf([3, 3, 8, 1], 'depthwise', 0.4),
    up: variableOf([3, 3, 8, 1], 'up', 0.2),
    scale: ones(8),
    offset: tf.tidy(() => tf.variable(tf.zeros([8]))),
    scale2: ones(8),
    offset2: tf.tidy(() => tf.variable(tf.zeros([8]))),
  };
  const adam = engine.createAdam({ learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const of = (name: string): tf.Variable => {
    const variable = variables[name];
    if (!variable) throw new Error(`no variable ${name}`);
    return variable;
  };
  const vector = (name: string) => of(name) as tf.Variable<tf.Rank.R1>;
  const images = normalValues([4, side, side, 3], 'x');
  const targets = normalValues([4, side, side, 1], 'target').values.map(Math.abs);
  const loss = (): tf.Scalar => {
    const x = rank4(tf.tensor(images.values, images.shape));
    const target = tf.tensor(targets, [4, side, side, 1]);
    const down = tf.conv2d(x, rank4(of('down')), 2, 'same');
    const first = engine.normalizeBatch(down, vector('scale'), vector('offset'), 'relu6').output;
    const spatial = tf.depthwiseConv2d(first, rank4(of('depthwise')), 1, 'same');
    const second = engine.normalizeBatch(spatial, vector('scale2'), vector('offset2'), 'relu').output;
    const features = rank4(tf.add(first, second));
    return tf.mean(tf.square(tf.sub(tf.sigmoid(engine.convolveUpsampled(features, rank4(of('up')))), target)));
  };
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push(await trainingStep(variables, adam, loss));
    onStep(step + 1);
  }
  tf.dispose(Object.values(variables));
  adam.dispose();
  return losses;
}
