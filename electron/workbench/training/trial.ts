import { performance } from 'node:perf_hooks';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { createRandom, type Random } from '@shared/random';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import type { Engine } from '@workbench/engine/engine';
import { BatchSource } from './batches';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint';
import { Classification } from './classify';
import { devSetOf } from './dev-evaluation';
import type { StageInTraining } from './loop';
import { buildModel, mapSize, type Model } from './networks/models';
import { drawWeights, type NamedArrays, readWeights } from './networks/network';
import { Predictor } from './predictor';
import { Pretraining } from './pretrain';
import { checkpointsFolder } from './run-files';
import { trainingSamples, type TrainingSample } from './samples';
import { positionOf } from './stage-position';
import type { StepValues } from './stage';
import { disposeBatch, uploadBatch } from './tensors';
import { ofRole, withRole } from './weight-names';

/** Steps that are timed after the first, which makes what stays; fewer where one takes long. */
const timedSteps = 5;
const timedWithinMs = 8000;

export interface BatchTrial {
  readonly secondsPerStep: number;
  readonly steps: number;
  /** Losses of the last step. */
  readonly values: StepValues;
}

export interface CheckpointTrial {
  readonly bytes: number;
  /** The generator of one epoch, as it is kept for scrubbing. */
  readonly epochBytes: number;
  readonly writeSeconds: number;
  readonly readSeconds: number;
}

/**
 * Tries what a run will do, with the run's own parts: its first batches in each stage, a batch of the dev sets, and a
 * checkpoint that is written and read again. What it trains is thrown away.
 */
export class TrainingTrial {
  private readonly model: Model;
  private readonly samples: readonly TrainingSample[];
  private readonly dropout: Random;
  private readonly pretraining: Pretraining | null;
  private readonly classification: Classification;

  /** @throws AppError `invalid` when the data cannot train this configuration */
  constructor(
    private readonly engine: Engine,
    private readonly config: ExperimentConfig,
    private readonly sources: readonly PreparedData[],
  ) {
    this.samples = trainingSamples(sources, config);
    this.model = buildModel(config.model, config.stage2.dropout);
    this.dropout = createRandom(`${config.train.seed}/dropout`);
    const { encoder, decoder, head, discriminator } = this.model;
    const drawn = (...networks: readonly (typeof encoder)[]): NamedArrays =>
      new Map(networks.flatMap((network) => [...drawWeights(network, `${config.train.seed}/weights`)]));
    this.pretraining = config.stage1.enabled
      ? new Pretraining({ engine, model: this.model, config: config.stage1 }, drawn(encoder, decoder, discriminator))
      : null;
    const setup = { engine, model: this.model, config: config.stage2, dropout: this.dropout };
    this.classification = new Classification(setup, drawn(encoder, decoder, head));
  }

  /**
   * First batches of a stage, each read, augmented and trained on.
   * @throws AppError `invalid` when a loss is no number
   */
  async trainBatches(number: 1 | 2): Promise<BatchTrial> {
    const training = this.inTraining(number);
    try {
      let values = await this.step(training);
      const started = performance.now();
      let steps = 0;
      while (steps < timedSteps && performance.now() - started < timedWithinMs) {
        values = await this.step(training);
        steps++;
      }
      return { secondsPerStep: (performance.now() - started) / 1000 / steps, steps, values };
    } finally {
      await training.batches.close();
    }
  }

  /** Predictions for a batch of the source dev sets, by the classifier and the depth map. @returns seconds a sample of each */
  async devBatch(): Promise<{ samples: number; score: number; depth: number | null }> {
    const { crops } = devSetOf(this.sources);
    const part = { length: Math.min(32, crops.length), at: (i: number) => crops.at(i) };
    if (part.length === 0) return { samples: 0, score: 0, depth: null };
    const depth = this.pretraining?.weights ?? null;
    const predictor = new Predictor(this.engine, this.model, { classifier: this.classification, depth });
    const secondsEach = async (predict: () => Promise<unknown>) => {
      await predict();
      const started = performance.now();
      await predict();
      return (performance.now() - started) / 1000 / part.length;
    };
    return {
      samples: part.length,
      score: await secondsEach(() => predictor.predictScore(part)),
      depth: depth === null ? null : await secondsEach(() => predictor.predictDepthScore(part)),
    };
  }

  /**
   * Writes a checkpoint as a run does at its largest, and reads it again.
   * @param folder stands for the run's
   * @throws AppError `no-space`, `permission`; an error when it comes back changed
   */
  async checkpoint(folder: string): Promise<CheckpointTrial> {
    const generator: NamedArrays = this.pretraining
      ? withRole('generator', await readWeights(this.pretraining.weights.encoder, this.pretraining.weights.decoder))
      : new Map<string, never>();
    const [first, second] = [await this.stageCheckpoint(1, generator), await this.stageCheckpoint(2, generator)];
    const largest = first && sizeOf(first) > sizeOf(second) ? first : second;
    const started = performance.now();
    const bytes = await writeCheckpoint(checkpointsFolder(folder), largest, ['last']);
    const written = performance.now();
    const held = await readCheckpoint(checkpointsFolder(folder), 'last');
    const read = performance.now();
    if (!held || !areSame(largest.weights, held.weights)) throw new Error('The checkpoint came back changed.');
    return {
      bytes,
      epochBytes: 4 * countValues(generator),
      writeSeconds: (written - started) / 1000,
      readSeconds: (read - written) / 1000,
    };
  }

  dispose(): void {
    this.pretraining?.dispose();
    this.classification.dispose();
  }

  private inTraining(number: 1 | 2): StageInTraining {
    const { train, model, augmentation, stage1, stage2 } = this.config;
    const stage = number === 1 ? this.pretraining : this.classification;
    if (!stage) throw new Error('this experiment has no stage 1');
    const batches = new BatchSource(this.samples, this.sources, {
      ...{ batchSize: train.batchSize, inputSize: model.inputSize, mapSize, augmentation },
      seed: `${train.seed}/stage-${number}`,
    });
    return { number, stage, batches, epochs: (number === 1 ? stage1 : stage2).epochs, done: 0 };
  }

  private async step({ stage, batches }: StageInTraining): Promise<StepValues> {
    const batch = uploadBatch(await batches.next());
    const values = await stage.step(batch, 1);
    disposeBatch(batch);
    return values;
  }

  private async stageCheckpoint(number: 1, generator: NamedArrays): Promise<Checkpoint | null>;
  private async stageCheckpoint(number: 2, generator: NamedArrays): Promise<Checkpoint>;
  private async stageCheckpoint(number: 1 | 2, generator: NamedArrays): Promise<Checkpoint | null> {
    if (number === 1 && !this.pretraining) return null;
    const training = this.inTraining(number);
    const position = await positionOf(training, number === 2 ? this.dropout : null, {
      ...{ step: 1, epochSums: {}, best: null, history: [], seconds: 0 },
    });
    await training.batches.close();
    const weights: NamedArrays =
      number === 1
        ? new Map([
            ...generator,
            ...(this.pretraining?.weights.discriminator
              ? await readWeights(this.pretraining.weights.discriminator)
              : []),
          ])
        : new Map([
            ...generator,
            ...withRole('classifier', await readWeights(...Object.values(this.classification.allWeights()))),
          ]);
    return { ...position, weights };
  }
}

function sizeOf({ weights, optimizers }: Checkpoint): number {
  const moments = Object.values(optimizers).flatMap((state) => Object.values(state.moments));
  return countValues(weights) + moments.reduce((sum, { values }) => sum + values.length, 0);
}

function countValues(held: NamedArrays): number {
  return [...held.values()].reduce((sum, { values }) => sum + values.length, 0);
}

function areSame(written: NamedArrays, read: NamedArrays): boolean {
  if (written.size !== read.size) return false;
  for (const [name, { values }] of written) {
    const back = read.get(name)?.values;
    if (!back || Buffer.compare(bytesOf(values), bytesOf(back)) !== 0) return false;
  }
  return ofRole('classifier', read).size + ofRole('generator', read).size > 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
