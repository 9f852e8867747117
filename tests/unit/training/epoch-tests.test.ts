import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainResult } from '@shared/domain/job';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { evaluateFiles } from '@workbench/evaluation/evaluate-files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawFaces } from '../../fixtures/drawn-faces';
import { bitsOf, lastWeights, tinyConfig, train, type TrainedRun } from '../../fixtures/train';

const data = drawFaces({ id: 'A', counts: { train: 8, dev: 8, test: 8 }, faceless: 1 });
const config = tinyConfig({ stage1: { enabled: false }, stage2: { epochs: 3 }, evaluation: { testEveryEpoch: true } });

let engine: Engine;
let watched: TrainedRun;
const folders: string[] = [];
async function run(options: Omit<Parameters<typeof train>[0], 'datasets' | 'engine'>): Promise<TrainedRun> {
  const made = await train({ datasets: [data], engine, ...options });
  folders.push(made.folder);
  return made;
}
beforeAll(async () => {
  engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
  watched = await run({ config });
});
afterAll(async () => {
  engine.dispose();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

function resultOf({ outcome }: TrainedRun): TrainResult {
  if (outcome.state !== 'done') throw new Error('the run did not end');
  return outcome.result;
}

describe('testing after each epoch', () => {
  it('measures every epoch; the last as the run’s own score files do', async () => {
    const { epochTests = [] } = resultOf(watched);
    expect(epochTests.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const file = (set: string) => join(watched.folder, 'scores', 'last', `A.${set}.csv`);
    const { test } = await evaluateFiles(
      { dev: file('dev'), test: file('test') },
      { policy: 'dev-eer', level: 'frame', score: 'classifier' },
    );
    const [last] = epochTests.at(-1)?.tests ?? [];
    expect(last?.dataset).toBe('A');
    expect(last?.hter).toBeCloseTo(test.hter ?? NaN, 9);
    expect(last?.acer).toBeCloseTo(test.acer ?? NaN, 9);
    expect(last?.auc).toBeCloseTo(test.auc ?? NaN, 9);
  });

  it('leaves the training as it is, to the bits', async () => {
    const plain = await run({ config: { ...config, evaluation: { ...config.evaluation, testEveryEpoch: false } } });
    expect(resultOf(plain).epochTests).toBeUndefined();
    expect(bitsOf(await lastWeights(plain.folder))).toEqual(bitsOf(await lastWeights(watched.folder)));
  });

  it('keeps what it measured through a stop', async () => {
    const first = await run({ config, stopAfter: 9 });
    expect(first.outcome).toEqual({ state: 'stopped', step: 9 });
    const second = await train({ config, datasets: [data], engine, resume: first.folder });
    expect(resultOf(second).epochTests).toEqual(resultOf(watched).epochTests);
  });
});
