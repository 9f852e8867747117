import * as tf from '@tensorflow/tfjs-core';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { availableParallelism } from 'node:os';
import type { BenchReport } from '@shared/domain/engine';
import { createRandom } from '@shared/random';
import { median } from '@shared/metrics/median';
import { createGenerator } from './bench-network';
import { benchPresent } from './bench-present';
import type { Engine } from './engine';
import { supportsRelaxedSimd, switchOnRelaxedSimd, type KernelBuild } from './kernels/kernel-module';
import { createPeakMeter } from './peak';
import { selfTest } from './self-test';
import { startEngine } from './start';
import { trainingStep } from './training-step';

export interface BenchOptions {
  /** Side of the images and images per step; 64 and 16 unless given. */
  readonly size?: number;
  readonly batch?: number;
  /** Thread counts to measure; one and all cores unless given. */
  readonly threads?: readonly number[];
  /** Rounds over all variants (7) and timed steps in each (4). */
  readonly rounds?: number;
  readonly steps?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

interface Variant {
  readonly build: KernelBuild;
  readonly threads: number;
  readonly imagesPerSecond: number[];
  readonly peaks: number[];
  peakBytes: number;
}

const MODEL = 'gen';
/** Backward passes of a convolution take the forward pass's operations twice: for the input and for the filter. */
const PASSES = 3;

/**
 * Measures training throughput (forward, backward and Adam) of the `gen` network on every kernel build that runs here, and
 * checks the engine's results; then the same on every other engine that is present. Variants take turns, medians are reported. `gflops` counts what convolutions really
 * compute, without what upsampled convolutions save; `shareOfPeak` relates it to the peak of a packed 4×8 tile, measured
 * in one thread between the steps, times threads.
 *
 * No other engine may run in the process. On Node 20 relaxed SIMD is switched on for the rest of the process.
 */
export async function benchEngines(options: BenchOptions = {}): Promise<BenchReport> {
  const { size = 64, batch = 16, rounds = 7, steps = 4 } = options;
  const threadCounts = options.threads ?? [...new Set([1, availableParallelism()])];
  switchOnRelaxedSimd();
  const builds: KernelBuild[] = supportsRelaxedSimd() ? ['simd', 'relaxed-simd'] : ['simd'];
  const variants = builds.flatMap((build) =>
    threadCounts.map((threads): Variant => ({ build, threads, imagesPerSecond: [], peaks: [], peakBytes: 0 })),
  );

  let device = '';
  let operationsPerImage = 0;
  const tests = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, variant] of variants.entries()) {
      const engine = await startEngine({
        name: 'wasm',
        threads: variant.threads,
        reproducible: variant.build === 'simd',
      });
      try {
        device = engine.device;
        if (round === 0) tests.push(await selfTest(engine));
        operationsPerImage = await measureRound(engine, variant, { size, batch, steps });
      } finally {
        engine.dispose();
      }
      options.onProgress?.(round * variants.length + index + 1, rounds * variants.length);
    }
  }

  const results = variants.map((variant) => {
    const imagesPerSecond = median(variant.imagesPerSecond);
    const gflops = (imagesPerSecond * operationsPerImage * PASSES) / 1e9;
    return {
      ...{ model: MODEL, phase: 'train', size, batch, threads: variant.threads, build: variant.build },
      ...{ imagesPerSecond, gflops, shareOfPeak: gflops / (median(variant.peaks) * variant.threads) },
      peakBytes: variant.peakBytes,
    };
  });
  const selfTestResult = {
    passed: tests.every(({ passed }) => passed),
    largestDifference: Math.max(...tests.map(({ largestDifference }) => largestDifference)),
  };
  const wasm = { name: 'wasm', device, version: version_wasm, selfTest: selfTestResult, results };
  return { engines: [wasm, ...(await benchPresent({ model: MODEL, size, batch, rounds, steps, passes: PASSES }))] };
}

/** Trains a fresh network for two steps unmeasured, then measures steps and peak in turn. Returns operations per image. */
async function measureRound(
  engine: Engine,
  variant: Variant,
  { size, batch, steps }: { size: number; batch: number; steps: number },
): Promise<number> {
  const network = createGenerator(engine, size);
  const adam = engine.createAdam({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const random = createRandom('bench images');
  const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform());
  const images = tf.tensor4d(values(batch * size * size * 3), [batch, size, size, 3]);
  const targets = tf.tensor4d(values(batch * size * size), [batch, size, size, 1]);
  const measurePeak = createPeakMeter(variant.build);
  const timeStep = async (): Promise<number> => {
    const start = performance.now();
    await trainingStep(network.variables, adam, () => network.loss(images, targets));
    return performance.now() - start;
  };
  await timeStep();
  let milliseconds = await timeStep();
  for (let step = 0; step < steps; step++) {
    variant.peaks.push(measurePeak(milliseconds));
    milliseconds = await timeStep();
    variant.imagesPerSecond.push((batch / milliseconds) * 1000);
  }
  variant.peakBytes = Math.max(variant.peakBytes, engine.memoryBytes());
  for (const each of [network, adam, images, targets]) each.dispose();
  return network.operationsPerImage;
}
