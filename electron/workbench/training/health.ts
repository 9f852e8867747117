import { blindDiscriminatorLoss } from '@shared/domain/adversarial';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { StepValues } from './stage';

/** Weight of the past in the averages that are judged: about the last fifty steps. */
const past = 0.98;
/** Steps of a stage before anything is said: its beginning is wild. */
const settleSteps = 200;
/** How long a sign must last. */
const lastingSteps = 150;
/** Share of the loss of a discriminator that cannot tell; below it, it has won. */
const wonShare = 0.05;
const risenTimes = 3;
const slowShare = 0.3;
/** Spread of the mean depth over the dev faces below which all maps are the same one. */
const sameMaps = 0.01;

/** An average that forgets, without the bias towards its start. */
class Average {
  private sum = 0;
  private mass = 0;

  add(value: number): number {
    this.sum = past * this.sum + (1 - past) * value;
    this.mass = past * this.mass + (1 - past);
    return this.sum / this.mass;
  }
}

/**
 * Watches a stage of training for what its numbers alone do not say out loud: a discriminator that has won, a loss that
 * rises above where it began, maps that are the same for every face, and steps that wait for their data. Each is told once,
 * with what to change.
 */
export class RunHealth {
  private readonly averages = new Map<string, Average>();
  private readonly told = new Set<string>();
  private readonly since = new Map<string, number>();
  private readonly began = new Map<string, number>();
  private readonly least = new Map<string, number>();
  private steps = 0;

  /** @param tell hears a warning in words */
  constructor(
    private readonly stage: 1 | 2,
    private readonly config: ExperimentConfig,
    private readonly tell: (message: string) => void,
  ) {}

  /** After each step. @param waiting share of the time spent waiting for data */
  step(values: StepValues, waiting: number, globalStep: number): void {
    this.steps++;
    const name = this.stage === 1 ? 'generator-loss' : 'classifier-loss';
    const loss = values[name];
    if (loss !== undefined) this.lookAtLoss(name, loss, globalStep);
    const judged = values['discriminator-loss'];
    if (judged !== undefined) this.lookAtDiscriminator(judged, globalStep);
    const waits = this.average('waiting', waiting);
    if (this.lasts('slow', waits > slowShare))
      this.say(
        'slow',
        `Training waits ${Math.round(100 * waits)} % of its time for data (step ${globalStep}). Is the project on a slow or a network disk?`,
      );
  }

  /** After each epoch of stage 1. @param depths mean depth of each dev face */
  depthEpoch(epoch: number, depths: Float32Array): void {
    const { epochs } = this.config.stage1;
    if (epoch < Math.max(3, Math.ceil(epochs / 4)) || depths.length < 4) return;
    const mean = depths.reduce((sum, depth) => sum + depth, 0) / depths.length;
    const sd = Math.sqrt(depths.reduce((sum, depth) => sum + (depth - mean) ** 2, 0) / depths.length);
    if (sd < sameMaps)
      this.say(
        'same maps',
        `The generator paints the same map for every face (mean depth ${mean.toFixed(3)} ± ${sd.toFixed(3)} over the dev sets after epoch ${epoch}). Raise stage1.l1Weight, or lower stage1.adversarialWeight.`,
      );
  }

  private lookAtLoss(name: string, value: number, globalStep: number): void {
    const average = this.average(name, value);
    if (this.steps === 20) this.began.set(name, average);
    if (this.steps < 20) return;
    const least = Math.min(this.least.get(name) ?? Infinity, average);
    this.least.set(name, least);
    const isRising = average > risenTimes * least && average > (this.began.get(name) ?? Infinity);
    if (this.lasts(`${name} rises`, isRising))
      this.say(
        `${name} rises`,
        `Training diverges: the loss is ${average.toPrecision(3)} at step ${globalStep}, after it had been ${least.toPrecision(3)}. Lower stage${this.stage}.learningRate.`,
      );
  }

  private lookAtDiscriminator(value: number, globalStep: number): void {
    const average = this.average('discriminator', value);
    const blind = blindDiscriminatorLoss(this.config.stage1);
    if (this.lasts('discriminator wins', average < wonShare * blind))
      this.say(
        'discriminator wins',
        `The discriminator wins: its loss is ${average.toPrecision(2)} at step ${globalStep}, where one that cannot tell has ${blind.toPrecision(3)}. The generator learns little from it; lower stage1.discriminatorLearningRate.`,
      );
  }

  private average(name: string, value: number): number {
    const held = this.averages.get(name) ?? new Average();
    this.averages.set(name, held);
    return held.add(value);
  }

  /** Whether something has been so for long enough, and past the beginning. */
  private lasts(name: string, isSo: boolean): boolean {
    if (!isSo) {
      this.since.delete(name);
      return false;
    }
    const since = this.since.get(name) ?? this.steps;
    this.since.set(name, since);
    return this.steps >= settleSteps && this.steps - since >= lastingSteps;
  }

  private say(name: string, message: string): void {
    if (this.told.has(name)) return;
    this.told.add(name);
    this.tell(message);
  }
}
