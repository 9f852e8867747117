import { performance } from 'node:perf_hooks';
import { AppError } from '@shared/contract/errors';
import { type ScalarName, scalarNames, type TrainResult } from '@shared/domain/job';
import { createRandom, Random } from '@shared/random';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { BatchSource } from './batches';
import {
  type Checkpoint,
  readCheckpoint,
  readCheckpointWeights,
  type TrainingState,
  writeCheckpoint,
} from './checkpoint';
import { Classification } from './classify';
import { type DevResult, devSetOf, type DevSet, isBetter, judgeDev } from './dev-evaluation';
import { epochTestsOf, judgeTest, type WatchedTest, watchedTests } from './epoch-tests';
import type { TrainingOptions, TrainingOutcome } from './events';
import { RunHealth } from './health';
import { type LoopHost, type StageInTraining, trainStage } from './loop';
import { buildModel, countParameters, mapSize, type Model } from './networks/models';
import { drawWeights, type NamedArrays, readWeights } from './networks/network';
import { Predictor } from './predictor';
import { Pretraining } from './pretrain';
import { RunProgress } from './progress';
import { assertRunFolder, checkpointsFolder, writeEpochFile } from './run-files';
import { dataHash, trainingSamples, type TrainingSample } from './samples';
import type { ScoredFile } from './score-files';
import { countScored, scoredSets, scoreRun } from './score-run';
import type { StepValues } from './stage';
import { reuseStage, stageKey, storeStage } from './stage-artefact';
import { continueStage, positionOf } from './stage-position';
import { ofRole, withRole } from './weight-names';

/** Seconds after which a checkpoint is written within an epoch. */
const secondsBetweenCheckpoints = 120;

/**
 * Trains one run, stage 1, stage 2, then the scores, and writes checkpoints/, epochs/ and scores/ into the job's folder.
 * Gives the event loop its turn every few steps; looks at `signal` between any two.
 * @throws AppError `invalid` when the data cannot train this configuration or training diverges, `no-space`, `permission`
 */
export async function runTraining(options: TrainingOptions): Promise<TrainingOutcome> {
  const run = await TrainingRun.open(options);
  let generator: NamedArrays | null = null;
  if (options.config.stage1.enabled) {
    generator = await run.pretrain();
    if (!generator) return run.stopped();
  }
  const classifier = await run.classify(generator);
  if (!classifier) return run.stopped();
  const scores = await run.score(classifier, generator);
  return scores ? run.finished(scores) : run.stopped();
}

/** A run between its start and its end: what both stages share. */
class TrainingRun {
  private stage: 1 | 2 = 1;
  private history: TrainingState['history'] = [];
  private best: TrainingState['best'] = null;
  private epochSums: Record<string, number> = {};
  /** Steps done over both stages. */
  private step = 0;
  private readonly sources: readonly PreparedData[];
  private readonly samples: readonly TrainingSample[];
  private readonly model: Model;
  private readonly dev: DevSet;
  private readonly tests: readonly WatchedTest[];
  private readonly stepsPerEpoch: number;
  private readonly progress: RunProgress;
  private lastSave = performance.now();
  private health: RunHealth;

  private constructor(
    private readonly options: TrainingOptions,
    private resumed: Checkpoint | undefined,
  ) {
    const { config, datasets } = options;
    this.sources = config.data.sources.map((id) => {
      const data = datasets.find(({ dataset }) => dataset.id === id);
      if (!data)
        throw new AppError('not-found', `data.sources: there is no dataset "${id}".`, { path: 'data.sources' });
      return data;
    });
    this.samples = trainingSamples(this.sources, config);
    this.dev = devSetOf(this.sources);
    this.tests = watchedTests(config, datasets);
    this.model = buildModel(config.model, config.stage2.dropout);
    this.stepsPerEpoch = this.newBatches(2).stepsPerEpoch;
    this.health = this.newHealth(1);
    this.progress = new RunProgress(options.emit, options.engine, {
      model: this.model,
      config,
      stepsPerEpoch: this.stepsPerEpoch,
      scoredSamples: 2 * countScored(scoredSets(options.config, options.datasets)),
    });
  }

  static async open(options: TrainingOptions): Promise<TrainingRun> {
    const resumed = options.fromCheckpoint
      ? await readCheckpoint(checkpointsFolder(options.folder), 'last')
      : undefined;
    const run = new TrainingRun(options, resumed);
    if (resumed) run.takeUp(resumed.state);
    else run.tellFindings();
    return run;
  }

  private takeUp({ stage, step, history, best, epochSums, seconds }: TrainingState): void {
    this.stage = stage;
    this.step = step;
    this.history = [...history];
    this.best = best;
    this.epochSums = { ...epochSums };
    this.progress.takeUp(seconds);
  }

  private tellFindings(): void {
    const { config, emit } = this.options;
    if (config.data.permuteLabels)
      emit({ type: 'finding', severity: 'info', message: 'Labels are permuted: a control run, not a detector.' });
    if (new Set(this.dev.classes).size < 2)
      emit({
        type: 'finding',
        severity: 'warning',
        message: 'The source dev sets lack a class: no epoch can be chosen by them, so best is the last.',
      });
  }

  /** Stage 1. @returns the generator's weights, or null when stopped */
  async pretrain(): Promise<NamedArrays | null> {
    if (this.stage === 2) return this.resumed ? ofRole('generator', this.resumed.weights) : null;
    const { config, engine, stageFolder, folder, emit } = this.options;
    const key = stageKey(config, dataHash(this.sources), engine);
    const reused = this.resumed ? undefined : await reuseStage(stageFolder(key), folder);
    if (reused) {
      emit({ type: 'stage-reused', key });
      for (const record of reused.artefact.history) emit({ type: 'epoch', ...record });
      this.history = [...reused.artefact.history];
      this.step = reused.artefact.steps;
      return reused.generator;
    }

    const stored = this.resumed?.weights;
    const start = stored
      ? new Map([...ofRole('generator', stored), ...withRole('discriminator', ofRole('discriminator', stored))])
      : this.drawn(this.model.encoder, this.model.decoder, this.model.discriminator);
    const stage = new Pretraining({ engine, model: this.model, config: config.stage1 }, start);
    const generatorNow = () => readWeights(stage.weights.encoder, stage.weights.decoder);
    const training = this.beginStage(1, stage, config.stage1.epochs);
    const predictor = new Predictor(engine, this.model, { classifier: null, depth: stage.weights });
    const snapshot = async () => ({
      ...(await this.snapshot(training, null)),
      weights: new Map([
        ...withRole('generator', await generatorNow()),
        ...(stage.weights.discriminator ? await readWeights(stage.weights.discriminator) : []),
      ]),
    });
    const outcome = await trainStage(
      training,
      this.host(training, config.stage1.learningRate, snapshot, async (epoch) => {
        const depths = await predictor.predictDepthScore(this.dev.crops);
        const judged = judgeDev(this.dev, depths);
        this.health.depthEpoch(epoch, depths);
        await this.keepEpoch(epoch, withRole('generator', await generatorNow()));
        return { values: { 'dev-depth-hter': judged.hter, 'dev-depth-auc': judged.auc }, best: false };
      }),
    );
    const generator = await generatorNow();
    stage.dispose();
    if (outcome === 'stopped') return null;
    const { steps, seconds } = { steps: this.step, seconds: this.progress.seconds };
    await storeStage(
      stageFolder(key),
      folder,
      { formatVersion: 1, key, steps, seconds, history: this.history },
      generator,
    );
    return generator;
  }

  /** Stage 2, on a copy of the generator's encoder. @returns the classifier's weights, or null when stopped */
  async classify(generator: NamedArrays | null): Promise<NamedArrays | null> {
    const { config, engine } = this.options;
    const stored = this.stage === 2 && this.resumed ? ofRole('classifier', this.resumed.weights) : null;
    if (this.stage === 1) this.resumed = undefined;
    this.stage = 2;
    const dropout = this.resumed?.state.dropout
      ? new Random(this.resumed.state.dropout)
      : createRandom(`${config.train.seed}/dropout`);
    const start =
      stored ??
      new Map([...this.drawn(this.model.encoder, this.model.decoder, this.model.head), ...encoderOf(generator)]);
    const stage = new Classification({ engine, model: this.model, config: config.stage2, dropout }, start);
    const classifierNow = () => readWeights(...Object.values(stage.allWeights()));
    const training = this.beginStage(2, stage, config.stage2.epochs);
    const predictor = new Predictor(engine, this.model, { classifier: stage, depth: null });
    const snapshot = async () => ({
      ...(await this.snapshot(training, dropout)),
      weights: new Map([
        ...(generator ? withRole('generator', generator) : []),
        ...withRole('classifier', await classifierNow()),
      ]),
    });
    const outcome = await trainStage(
      training,
      this.host(training, config.stage2.learningRate, snapshot, async (epoch) => {
        const judged = judgeDev(this.dev, await predictor.predictScore(this.dev.crops));
        if (stage.decoder) await this.keepEpoch(epoch, withRole('classifier', await classifierNow()));
        const tested: Record<string, number | null> = {};
        for (const test of this.tests)
          Object.assign(tested, judgeTest(test, await predictor.predictScore(test.crops), judged.threshold));
        return {
          values: { 'dev-hter': judged.hter, 'dev-auc': judged.auc, ...tested },
          best: this.considerBest(epoch, judged),
        };
      }),
    );
    const classifier = await classifierNow();
    stage.dispose();
    return outcome === 'stopped' ? null : classifier;
  }

  /** Scores of the last and the best epoch. @returns the files, or null when stopped */
  async score(classifier: NamedArrays, generator: NamedArrays | null): Promise<ScoredFile[] | null> {
    const last = new Map([
      ...withRole('classifier', classifier),
      ...(generator ? withRole('generator', generator) : []),
    ]);
    const best = (await readCheckpointWeights(checkpointsFolder(this.options.folder), 'best')) ?? last;
    return scoreRun(this.options, this.model, { last, best }, (samples) => {
      this.progress.scored(samples);
    });
  }

  finished(scores: ScoredFile[]): TrainingOutcome {
    const { config } = this.options;
    const last = this.history[this.history.length - 1];
    const result: TrainResult = {
      kind: 'train',
      parameters: countParameters(config.model).total,
      steps: this.step,
      seconds: this.progress.seconds,
      epochs: {
        stage1: config.stage1.enabled ? config.stage1.epochs : 0,
        stage2: config.stage2.epochs,
        best: this.best?.epoch ?? config.stage2.epochs,
      },
      devHter: last?.values['dev-hter'] ?? null,
      devAuc: last?.values['dev-auc'] ?? null,
      scores,
      ...(this.tests.length === 0
        ? {}
        : {
            epochTests: epochTestsOf(
              this.history,
              this.tests.map(({ dataset }) => dataset),
            ),
          }),
    };
    return { state: 'done', result };
  }

  stopped(): TrainingOutcome {
    return { state: 'stopped', step: this.step };
  }

  private drawn(...networks: readonly Parameters<typeof drawWeights>[0][]): NamedArrays {
    const seed = `${this.options.config.train.seed}/weights`;
    return new Map(networks.flatMap((network) => [...drawWeights(network, seed)]));
  }

  private newBatches(stage: 1 | 2): BatchSource {
    const { config } = this.options;
    return new BatchSource(this.samples, this.sources, {
      batchSize: config.train.batchSize,
      inputSize: config.model.inputSize,
      mapSize,
      augmentation: config.augmentation,
      seed: `${config.train.seed}/stage-${stage}`,
    });
  }

  private newHealth(stage: 1 | 2): RunHealth {
    return new RunHealth(stage, this.options.config, (message) => {
      this.options.emit({ type: 'finding', severity: 'warning', message });
    });
  }

  /** A stage as the loop takes it: fresh, or where the checkpoint left it. */
  private beginStage(number: 1 | 2, stage: StageInTraining['stage'], epochs: number): StageInTraining {
    this.health = this.newHealth(number);
    const fresh = { number, stage, batches: this.newBatches(number), epochs, done: 0 };
    if (this.resumed?.state.stage === number) return continueStage(fresh, this.resumed);
    this.epochSums = {};
    return fresh;
  }

  private snapshot(training: StageInTraining, dropout: Random | null): Promise<Omit<Checkpoint, 'weights'>> {
    const { step, epochSums, best, history } = this;
    return positionOf(training, dropout, { step, epochSums, best, history, seconds: this.progress.seconds });
  }

  private host(
    training: StageInTraining,
    learningRate: number,
    snapshot: () => Promise<Checkpoint>,
    judge: (epoch: number) => Promise<{ values: Record<string, number | null>; best: boolean }>,
  ): LoopHost {
    const save = async (best: boolean) => {
      const pointers = best ? (['best', 'last'] as const) : (['last'] as const);
      assertRunFolder(this.options.folder);
      this.options.emit({ type: 'saving' });
      const bytes = await writeCheckpoint(checkpointsFolder(this.options.folder), await snapshot(), pointers);
      this.lastSave = performance.now();
      this.options.emit({ type: 'checkpoint', step: this.step, bytes, best });
    };
    return {
      stopRequested: () => this.options.signal.stopRequested(),
      saveIsDue: () => performance.now() - this.lastSave > 1000 * secondsBetweenCheckpoints,
      save: () => save(false),
      onStep: (values, factor, waitedMs) => {
        this.step += 1;
        for (const [name, value] of Object.entries(values)) this.epochSums[name] = (this.epochSums[name] ?? 0) + value;
        const { speed, waiting } = this.progress.step(training, this.step, waitedMs);
        this.health.step(values, waiting, this.step);
        this.tellScalars({
          ...values,
          'learning-rate': learningRate * factor,
          'images-per-second': speed,
          'data-waiting': waiting,
        });
      },
      onEpoch: async (epoch) => {
        const judged = await judge(epoch);
        const means = Object.entries(this.epochSums).map(([name, sum]) => [name, sum / this.stepsPerEpoch] as const);
        const record = {
          stage: training.number,
          epoch,
          step: this.step,
          values: { ...Object.fromEntries(means), ...judged.values },
        };
        this.history.push(record);
        this.epochSums = {};
        this.tellScalars(judged.values);
        this.options.emit({ type: 'epoch', ...record });
        await save(judged.best);
        this.progress.pause();
      },
    };
  }

  private tellScalars(values: StepValues | Record<string, number | null>): void {
    const known: Partial<Record<ScalarName, number>> = {};
    const given = new Map(Object.entries(values));
    for (const name of scalarNames) {
      const value = given.get(name);
      if (typeof value === 'number') known[name] = value;
    }
    this.options.emit({ type: 'scalars', step: this.step, values: known });
  }

  private considerBest(epoch: number, judged: DevResult): boolean {
    if (!isBetter(judged, this.best)) return false;
    this.best = { epoch, step: this.step, hter: judged.hter, auc: judged.auc };
    return true;
  }

  private async keepEpoch(epoch: number, weights: NamedArrays): Promise<void> {
    if (this.options.config.compute.keepEpochs === 'all') await writeEpochFile(this.options.folder, epoch, weights);
  }
}

/** The encoder's weights out of a generator's. */
function encoderOf(generator: NamedArrays | null): NamedArrays {
  return new Map([...(generator ?? [])].filter(([name]) => name.startsWith('encoder/')));
}
