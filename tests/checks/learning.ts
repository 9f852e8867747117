// What `npm run check:learning` runs: does the default preset learn what it claims to, and nothing when labels mean nothing?
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { resolveExperiment } from '@shared/domain/settings';
import { faceCorrelation } from '@shared/metrics/agreement';
import { areaUnderRoc } from '@shared/metrics/curves';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { readScoreFile } from '@workbench/evaluation/score-file';
import { loadPredictor, meanDepths } from '@workbench/training/predictor';
import { runTraining } from '@workbench/training/run';
import { learningData, learningOptions } from './learning-data';

const folder = resolve('.cache', 'check-learning');
const log = (line: string) => {
  process.stdout.write(`${line}\n`);
};

interface Expectation {
  readonly what: string;
  readonly value: number;
  readonly holds: boolean;
}

async function main(): Promise<number> {
  const data = await learningData(folder, log);
  const test = data.samples.filter(({ item }) => item.set === 'test');
  log(`domain O, strength K = ${learningOptions.strength}: ${data.samples.length} images, ${test.length} of them test`);
  const engine = await startEngine({ name: 'wasm', threads: 0, reproducible: false });
  log(`engine ${engine.name} ${engine.build}, ${engine.threads} threads, ${engine.device}`);
  const expectations: Expectation[] = [];
  const expect = (what: string, value: number, holds: boolean) => {
    expectations.push({ what, value, holds });
  };
  expect('test images', test.length, test.length >= 300);

  const full: Trained[] = [];
  for (const seed of [1, 2, 3]) full.push(await trainOnce(engine, data, `true labels, seed ${seed}`, { seed }));
  const auc = median(full.map((run) => run.auc));
  expect('AUC, median of three seeds', auc, auc >= 0.85);
  const longest = Math.max(...full.map((run) => run.seconds));
  expect('longest training, seconds', longest, longest <= 600);
  const correlation = median(full.map((run) => run.correlation));
  expect('in-face correlation of held-out maps, median', correlation, correlation >= 0.7);
  const ratio = median(full.map((run) => run.attackOverBonaFide));
  expect('mean map of attacks over bona fide', ratio, ratio <= 0.5);

  const third = await trainOnce(engine, data, 'true labels, a third of the epochs', { seed: 1, third: true });
  expect('AUC at a third of the budget', third.auc, third.auc > 0.65);
  const permuted: Trained[] = [];
  for (const seed of [1, 2, 3, 4, 5])
    permuted.push(await trainOnce(engine, data, `permuted labels ${seed}`, { seed, third: true, permuteLabels: true }));
  const chance = permuted.reduce((sum, run) => sum + run.auc, 0) / permuted.length;
  expect('AUC with permuted labels, mean of five', chance, Math.abs(chance - 0.5) <= 0.1);
  engine.dispose();

  log('');
  for (const { what, value, holds } of expectations) log(`${holds ? 'holds ' : 'FAILS '} ${what}: ${value.toFixed(3)}`);
  const failed = expectations.filter(({ holds }) => !holds).length;
  log(`${expectations.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

interface Trained {
  /** Of the classifier at its last epoch, on the true test labels. */
  readonly auc: number;
  readonly correlation: number;
  readonly attackOverBonaFide: number;
  readonly seconds: number;
}

interface Variant {
  readonly seed: number;
  readonly third?: boolean;
  readonly permuteLabels?: boolean;
}

async function trainOnce(engine: Engine, data: PreparedData, name: string, variant: Variant): Promise<Trained> {
  const config = configOf(variant);
  const job = join(folder, 'runs', name.replace(/[^a-z0-9]+/g, '-'));
  rmSync(job, { recursive: true, force: true });
  mkdirSync(job, { recursive: true });
  writeFileSync(join(job, 'config.json'), JSON.stringify(config));
  const started = performance.now();
  await runTraining({
    config,
    datasets: [data],
    folder: job,
    stageFolder: (key) => join(job, 'stages', key),
    engine,
    fromCheckpoint: false,
    signal: { stopRequested: () => false },
    emit: () => undefined,
  });
  const seconds = (performance.now() - started) / 1000;
  const file = await readScoreFile(join(job, 'scores', 'last', 'O.test.csv'));
  const auc = areaUnderRoc(sortScores(scoreSetOf({ scores: file.score, attackTypes: file.attackTypes })));
  if (auc === null) throw new Error(`${name}: the test set lacks a class`);
  const trained = { auc, ...(await measureMaps(engine, data, job, config)), seconds };
  log(
    `${name}: AUC ${auc.toFixed(3)}, map correlation ${trained.correlation.toFixed(3)}, attack/bona fide ${trained.attackOverBonaFide.toFixed(3)}, ${seconds.toFixed(0)} s`,
  );
  return trained;
}

function configOf({ seed, third = false, permuteLabels = false }: Variant): ExperimentConfig {
  const resolution = resolveExperiment({
    name: 'learning',
    data: { sources: ['O'], targets: ['O'], permuteLabels },
    train: { seed },
  });
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems));
  const { config } = resolution.experiment;
  if (!third) return config;
  const share = (epochs: number) => Math.round(epochs / 3);
  return {
    ...config,
    stage1: { ...config.stage1, epochs: share(config.stage1.epochs) },
    stage2: { ...config.stage2, epochs: share(config.stage2.epochs) },
  };
}

/** Stage 1's maps of the test set: agreement with bona fide targets, and how flat attacks come out. */
async function measureMaps(engine: Engine, data: PreparedData, job: string, config: ExperimentConfig) {
  const predictor = await loadPredictor(job, config.stage1.epochs, engine);
  const test = data.samples.filter(({ item }) => item.set === 'test');
  const maps = await predictor.predictDepth(test.map(({ row }) => data.crop(row)));
  predictor.dispose();
  const side = data.info.recipe.depthSize;
  const asMap = (values: Float32Array) => ({ width: side, height: side, data: values });
  const means = meanDepths(maps);
  const meanOf = (bonaFide: boolean) => {
    const own = [...means].filter((_, i) => (test[i]?.item.attackType === null) === bonaFide);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  const correlations = test.flatMap(({ item, row }, i) => {
    if (item.attackType !== null) return [];
    const target = Float32Array.from(data.depth(row), (level) => level / 255);
    return faceCorrelation(asMap(maps.subarray(i * side * side, (i + 1) * side * side)), asMap(target)) ?? [];
  });
  return { correlation: median(correlations), attackOverBonaFide: meanOf(false) / meanOf(true) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

void main().then((code) => process.exit(code));
