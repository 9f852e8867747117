import * as tf from '@tensorflow/tfjs-core';
import type { BenchReport } from '@shared/domain/engine';
import { createRandom } from '@shared/random';
import { median } from '@shared/metrics/median';
import { createGenerator } from './bench-network';
import type { Engine } from './engine';
import type { EnginePresent, EngineProvider } from './provider';
import { selfTest } from './self-test';
import { providers, startEngine } from './start';
import { trainingStep } from './training-step';

interface Workload {
  readonly model: string;
  readonly size: number;
  readonly batch: number;
  readonly rounds: number;
  readonly steps: number;
  /** Forward passes' operations that a training step takes. */
  readonly passes: number;
}

/** Side of the square matrices whose product tells an engine's peak. */
const PEAK_SIDE = 1024;
const PEAK_PRODUCTS = 8;

/**
 * The bench on every engine besides WASM that is present: its results checked, then its training throughput. `shareOfPeak`
 * relates to the engine's own product of large matrices. Software adapters are checked only: their speed says nothing.
 */
export async function benchPresent(workload: Workload): Promise<BenchReport['engines']> {
  const reports: BenchReport['engines'] = [];
  for (const provider of providers) {
    if (provider.name === 'wasm') continue;
    const found = await provider.detect();
    if (found.present) reports.push(await benchProvider(provider, found, workload));
  }
  return reports;
}

async function benchProvider(
  { name }: EngineProvider,
  { device, version, software }: EnginePresent,
  workload: Workload,
): Promise<BenchReport['engines'][number]> {
  const engine = await startEngine({ name, threads: 0, reproducible: false });
  try {
    const tested = await selfTest(engine);
    const results = software ? [] : [await measureTraining(engine, workload)];
    return { name, device, version, selfTest: tested, results };
  } finally {
    engine.dispose();
  }
}

/** Medians over all rounds, after two steps that compile and allocate. */
export async function measureTraining(
  engine: Engine,
  { model, size, batch, rounds, steps, passes }: Workload,
): Promise<BenchReport['engines'][number]['results'][number]> {
  const network = createGenerator(engine, size);
  const adam = engine.createAdam({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const random = createRandom('bench images');
  const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform());
  const images = tf.tensor4d(values(batch * size * size * 3), [batch, size, size, 3]);
  const targets = tf.tensor4d(values(batch * size * size), [batch, size, size, 1]);
  const step = () => trainingStep(network.variables, adam, () => network.loss(images, targets));
  const seconds: number[] = [];
  const peaks: number[] = [];
  try {
    await step();
    await step();
    for (let round = 0; round < rounds; round++) {
      peaks.push(await measurePeak());
      for (let at = 0; at < steps; at++) {
        const start = performance.now();
        await step();
        seconds.push((performance.now() - start) / 1000);
      }
    }
  } finally {
    for (const each of [network, adam, images, targets]) each.dispose();
  }
  const imagesPerSecond = batch / median(seconds);
  const gflops = (imagesPerSecond * network.operationsPerImage * passes) / 1e9;
  return {
    ...{ model, phase: 'train', size, batch, threads: engine.threads, build: engine.build },
    ...{ imagesPerSecond, gflops, shareOfPeak: gflops / median(peaks), peakBytes: engine.memoryBytes() },
  };
}

/** GFLOPS of products of large matrices, the last one read back. */
async function measurePeak(): Promise<number> {
  const matrix = tf.ones<tf.Rank.R2>([PEAK_SIDE, PEAK_SIDE]);
  const start = performance.now();
  const last = tf.tidy(() => {
    let product: tf.Tensor2D = matrix;
    for (let at = 0; at < PEAK_PRODUCTS; at++) product = tf.matMul(matrix, matrix);
    return tf.slice(product, [0, 0], [1, 1]);
  });
  await last.data();
  const milliseconds = performance.now() - start;
  tf.dispose([matrix, last]);
  return (PEAK_PRODUCTS * 2 * PEAK_SIDE ** 3) / milliseconds / 1e6;
}
