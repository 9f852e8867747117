// A network on one engine, for beside-pytorch.mjs: trains so many steps for every line with a number on standard input, and
// answers with a JSON list of milliseconds. Arguments: engine, threads, batch, size, network (`generator` of the bench, or the
// product's `classifier` on its mobile backbone).
import * as tf from '@tensorflow/tfjs-core';
import { createInterface } from 'node:readline';
import { EngineName } from '@shared/domain/engine';
import { createRandom } from '@shared/random';
import { createGenerator } from '@workbench/engine/bench-network';
import type { Engine } from '@workbench/engine/engine';
import { switchOnRelaxedSimd } from '@workbench/engine/kernels/kernel-module';
import { startEngine } from '@workbench/engine/start';
import { trainingStep } from '@workbench/engine/training-step';
import { Classification } from '@workbench/training/classify';
import { buildModel, countParameters, mapSize } from '@workbench/training/networks/models';
import { drawWeights } from '@workbench/training/networks/network';
import { tinyConfig } from '../fixtures/train';

void main();

async function main(): Promise<void> {
  const name = EngineName.parse(process.argv[2]);
  const [threads = 0, batch = 0, size = 0] = process.argv.slice(3).map(Number);
  switchOnRelaxedSimd();
  const engine = await startEngine({ name, threads, reproducible: false });
  const images = tf.tensor4d(uniform(batch * size * size * 3), [batch, size, size, 3]);
  const { parameters, step } =
    process.argv[6] === 'classifier' ? classifier(engine, images) : generator(engine, images, size);
  for (let at = 0; at < 3; at++) await step();
  answer({ name: `${name} ${engine.build}`, parameters });
  for await (const line of createInterface({ input: process.stdin })) {
    const times = [];
    for (let at = 0; at < Number(line); at++) {
      const start = performance.now();
      await step();
      times.push(performance.now() - start);
    }
    answer(times);
  }
  process.exit(0);
}

interface Trained {
  readonly parameters: number;
  readonly step: () => Promise<unknown>;
}

function generator(engine: Engine, images: tf.Tensor4D, size: number): Trained {
  const network = createGenerator(engine, size);
  const adam = engine.createAdam({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const [batch] = images.shape;
  const targets = tf.tensor4d(uniform(batch * size * size), [batch, size, size, 1]);
  const step = () => trainingStep(network.variables, adam, () => network.loss(images, targets));
  return { parameters: network.parameters, step };
}

function classifier(engine: Engine, images: tf.Tensor4D): Trained {
  const [batch, size] = images.shape;
  const { model: settings, stage2 } = tinyConfig({
    model: { width: 1, backbone: 'mobile', inputSize: size },
    stage2: { auxiliaryDepthWeight: 0, dropout: 0 },
  });
  const model = buildModel(settings, 0);
  const weights = new Map([model.encoder, model.head].flatMap((network) => [...drawWeights(network, 'bench')]));
  const stage = new Classification({ engine, model, config: stage2, dropout: createRandom('bench') }, weights);
  const labels = tf.tensor2d(
    Float32Array.from({ length: batch }, (_, index) => index % 2),
    [batch, 1],
  );
  const maps = tf.zeros<tf.Rank.R4>([batch, mapSize, mapSize, 1]);
  return {
    parameters: countParameters(settings).total,
    step: () => stage.step({ images, labels, maps }, 1),
  };
}

function uniform(count: number): Float32Array {
  const random = createRandom('bench images');
  return Float32Array.from({ length: count }, () => random.uniform());
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
