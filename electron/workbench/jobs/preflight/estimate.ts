import type { PlannedFold } from '@shared/contract/channels';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { PreflightEstimate } from '@shared/domain/preflight';
import type { BatchTrial, CheckpointTrial } from '@workbench/training/trial';

/** What was timed, and of which configuration. */
export interface Measured {
  readonly config: ExperimentConfig;
  readonly stage1: BatchTrial | null;
  readonly stage2: BatchTrial;
  /** Seconds a sample; depth null where there is no map. */
  readonly dev: { readonly score: number; readonly depth: number | null };
  readonly checkpoint: CheckpointTrial;
  /** Seconds from the start of the process until the engine stood. */
  readonly startSeconds: number;
  readonly memoryBytes: number;
}

/** One run of the launch: its configuration and how many samples its sets hold. */
export interface PlannedRun {
  readonly config: ExperimentConfig;
  readonly counts: PlannedFold['counts'];
}

/** Score files, logs and the like, beside a line for each scored sample. */
const overheadBytes = 500_000;
const bytesPerScore = 90;

/**
 * Time and disk of a launch, from what one run's steps took. A run with another model is scaled by its side and width.
 * @param isStored whether a finished stage 1 of this configuration is there already
 */
export function estimateLaunch(
  runs: readonly PlannedRun[],
  measured: Measured,
  isStored: (config: ExperimentConfig) => boolean,
): PreflightEstimate {
  const seen = new Set<string>();
  let seconds = 0;
  let secondsPerRun = 0;
  let bytesPerRun = 0;
  for (const run of runs) {
    const { stage1, rest } = secondsOf(run, measured);
    const key = sharedKey(run);
    const whole = (isStored(run.config) ? 0 : stage1) + rest;
    secondsPerRun = Math.max(secondsPerRun, whole);
    seconds += seen.has(key) ? rest : whole;
    if (run.config.stage1.enabled) seen.add(key);
    bytesPerRun = Math.max(bytesPerRun, bytesOf(run, measured));
  }
  const step = measured.stage1 ?? measured.stage2;
  return {
    runs: runs.length,
    secondsPerRun,
    seconds,
    bytesPerRun,
    bytes: bytesPerRun * runs.length,
    memoryBytes: measured.memoryBytes,
    imagesPerSecond: measured.config.train.batchSize / step.secondsPerStep,
  };
}

function secondsOf({ config, counts }: PlannedRun, measured: Measured): { stage1: number; rest: number } {
  const { train, dev, scored } = samplesOf(counts);
  const scale = workOf(config) / workOf(measured.config);
  const steps = Math.max(1, Math.ceil(train / config.train.batchSize));
  const perImage = config.train.batchSize / measured.config.train.batchSize;
  const save = measured.checkpoint.writeSeconds;
  const depth = measured.dev.depth ?? measured.dev.score;
  const step1 = (measured.stage1 ?? measured.stage2).secondsPerStep * perImage;
  const step2 = measured.stage2.secondsPerStep * perImage;
  const stage1 = config.stage1.enabled ? config.stage1.epochs * (scale * (steps * step1 + dev * depth) + save) : 0;
  const stage2 = config.stage2.epochs * (scale * (steps * step2 + dev * measured.dev.score) + save);
  // The scores of the last and of the best epoch.
  const perScore = measured.dev.score + (config.stage1.enabled ? depth : 0);
  return { stage1, rest: measured.startSeconds + stage2 + 2 * scale * scored * perScore };
}

function bytesOf({ config, counts }: PlannedRun, { checkpoint, config: tried }: Measured): number {
  const scale = (config.model.width / tried.model.width) ** 2;
  const kept = config.compute.keepEpochs === 'all' && config.stage1.enabled ? config.stage1.epochs : 0;
  return (
    scale * (2 * checkpoint.bytes + kept * checkpoint.epochBytes) +
    2 * samplesOf(counts).scored * bytesPerScore +
    overheadBytes
  );
}

function samplesOf(counts: PlannedRun['counts']) {
  const sets = Object.values(counts);
  const sum = (of: (set: (typeof sets)[number]) => number) => sets.reduce((total, set) => total + of(set), 0);
  const dev = sum((set) => set.dev);
  return { train: sum((set) => set.train), dev, scored: dev + sum((set) => set.test) };
}

function workOf({ model }: ExperimentConfig): number {
  return model.inputSize ** 2 * model.width ** 2;
}

/** Runs with the same key train stage 1 once. */
function sharedKey({ config }: PlannedRun): string {
  const { model, stage1, train, augmentation, data } = config;
  return JSON.stringify([model, stage1, train, augmentation, data.sources, data.permuteLabels]);
}
