import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BenchResult } from '@shared/domain/engine';
import { measureTraining } from '@workbench/engine/bench-present';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { buildBundles } from '../../fixtures/build';

let engine: Engine;
beforeAll(async () => {
  buildBundles();
  engine = await startEngine({ name: 'wasm', threads: 2, reproducible: false });
}, 120_000);
afterAll(() => {
  engine.dispose();
});

it('measures the training of any engine and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const workload = { model: 'gen', size: 16, batch: 2, rounds: 1, steps: 2, passes: 3 };
  const result = BenchResult.parse(await measureTraining(engine, workload));
  expect(result).toMatchObject({ model: 'gen', phase: 'train', size: 16, batch: 2, threads: 2 });
  expect(result.imagesPerSecond).toBeGreaterThan(0);
  expect(result.gflops).toBeGreaterThan(0);
  expect(result.shareOfPeak).toBeGreaterThan(0);
  expect(tf.memory().numTensors).toBe(before);
});
