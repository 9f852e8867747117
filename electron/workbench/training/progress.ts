import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs-core';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { Engine } from '@workbench/engine/engine';
import type { TrainingOptions } from './events';
import type { StageInTraining } from './loop';
import type { Model } from './networks/models';
import { multiplyAdds } from './networks/network';

interface Plan {
  readonly model: Model;
  readonly config: ExperimentConfig;
  readonly stepsPerEpoch: number;
  /** Samples to score after training, both epochs together. */
  readonly scoredSamples: number;
}

/** Weight of the newest step in the smoothed speed. */
const smoothing = 0.1;

/**
 * How far a run is and how long it will take. Time left is estimated from multiply-adds, since a step of stage 1 costs more
 * than one of stage 2 and scoring less than either.
 */
export class RunProgress {
  private readonly stage1Steps: number;
  private readonly stage2Steps: number;
  private readonly scoreSteps: number;
  private readonly work: { readonly stage1: number; readonly stage2: number; readonly score: number };
  private earlierSeconds = 0;
  private readonly started = performance.now();
  private previous = performance.now();
  private secondsPerStep: number | null = null;
  private waitedPerStep = 0;
  /** Work and time measured in this attempt. */
  private measuredWork = 0;
  private measuredSeconds = 0;
  private scoredSamples = 0;

  constructor(
    private readonly emit: TrainingOptions['emit'],
    private readonly engine: Engine,
    private readonly plan: Plan,
  ) {
    const { config, model, stepsPerEpoch } = plan;
    this.stage1Steps = config.stage1.enabled ? config.stage1.epochs * stepsPerEpoch : 0;
    this.stage2Steps = config.stage2.epochs * stepsPerEpoch;
    this.scoreSteps = plan.scoredSamples / config.train.batchSize;
    const [encoder, decoder, discriminator] = [model.encoder, model.decoder, model.discriminator].map(multiplyAdds);
    const generator = (encoder ?? 0) + (decoder ?? 0);
    // Backward costs about twice the forward pass; the discriminator sees real and fake, and the generator's pass.
    this.work = {
      stage1: 3 * (generator + (config.stage1.adversarial ? 3 * (discriminator ?? 0) : 0)),
      stage2: 3 * (encoder ?? 0),
      score: (encoder ?? 0) + (config.stage1.enabled ? generator : 0),
    };
  }

  /** Training time of all attempts so far. */
  get seconds(): number {
    return this.earlierSeconds + (performance.now() - this.started) / 1000;
  }

  /** Goes on from an earlier attempt's training time. */
  takeUp(seconds: number): void {
    this.earlierSeconds = seconds;
  }

  /** Leaves what happened since the last step (evaluation, checkpoint) out of the speed. */
  pause(): void {
    this.previous = performance.now();
  }

  /**
   * After a step that waited so long for its batch.
   * @returns images per second and the share of time spent waiting for data, both smoothed
   */
  step(training: StageInTraining, globalStep: number, waitedMs: number): { speed: number; waiting: number } {
    const now = performance.now();
    const taken = (now - this.previous) / 1000;
    this.previous = now;
    // The first batch waits for its thread to start, which says nothing about those that follow.
    const waited = this.secondsPerStep === null ? 0 : waitedMs / 1000;
    this.waitedPerStep = (1 - smoothing) * this.waitedPerStep + smoothing * waited;
    this.secondsPerStep =
      this.secondsPerStep === null ? taken : (1 - smoothing) * this.secondsPerStep + smoothing * taken;
    const waiting = Math.min(1, this.waitedPerStep / this.secondsPerStep);
    this.measuredWork += training.number === 1 ? this.work.stage1 : this.work.stage2;
    this.measuredSeconds += taken;
    const speed = this.plan.config.train.batchSize / this.secondsPerStep;
    const epoch = Math.ceil(training.done / training.batches.stepsPerEpoch);
    this.tell(`stage-${training.number}`, globalStep, { epoch, epochs: training.epochs, speed, waiting });
    return { speed, waiting };
  }

  /** After a chunk of scored samples. */
  scored(samples: number): void {
    this.scoredSamples += samples;
    const done = this.stage1Steps + this.stage2Steps + this.scoredSamples / this.plan.config.train.batchSize;
    this.tell('scores', done, { epoch: null, epochs: null, speed: null, waiting: null });
  }

  private tell(
    phase: string,
    done: number,
    now: { epoch: number | null; epochs: number | null; speed: number | null; waiting: number | null },
  ) {
    const steps = Math.max(1, this.stage1Steps + this.stage2Steps + this.scoreSteps);
    this.emit({
      type: 'progress',
      progress: {
        phase,
        done: Math.min(done, steps),
        steps,
        epoch: now.epoch,
        epochs: now.epochs,
        imagesPerSecond: now.speed,
        dataWaiting: now.waiting,
        secondsLeft: this.secondsLeft(done),
      },
      tensors: tf.memory().numTensors,
      engineBytes: this.engine.memoryBytes(),
    });
  }

  private secondsLeft(done: number): number | null {
    if (this.measuredWork === 0) return null;
    const [first, second] = [this.stage1Steps, this.stage1Steps + this.stage2Steps];
    const left =
      Math.max(0, first - done) * this.work.stage1 +
      Math.max(0, second - Math.max(first, done)) * this.work.stage2 +
      Math.max(0, second + this.scoreSteps - Math.max(second, done)) * this.work.score;
    return (left * this.measuredSeconds) / this.measuredWork;
  }
}
