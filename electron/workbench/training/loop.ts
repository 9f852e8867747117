import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '@shared/contract/errors';
import type { BatchSource } from './batches';
import { learningRateFactor } from './schedule';
import type { Stage, StepValues } from './stage';
import { disposeBatch, uploadBatch } from './tensors';

/** Steps between two turns of the event loop. */
const stepsPerBreath = 4;

/** A stage in training: what the loop needs of it, and how far it is. */
export interface StageInTraining {
  readonly number: 1 | 2;
  readonly stage: Stage;
  readonly batches: BatchSource;
  readonly epochs: number;
  /** Steps done in this stage; the loop counts on. */
  done: number;
}

/** What the loop tells and asks of the run around it. */
export interface LoopHost {
  stopRequested(): boolean;
  /** After each step, its values read. `waitedMs` is how long it waited for its batch. */
  onStep(values: StepValues, learningRate: number, waitedMs: number): void;
  /** After the last step of an epoch (from 1): judge, keep, checkpoint. */
  onEpoch(epoch: number): Promise<void>;
  /** Called where a stop or a long epoch asks for a checkpoint. */
  save(): Promise<void>;
  saveIsDue(): boolean;
}

/**
 * Trains a stage to its end. Between any two steps it can be stopped: everything that decides the future is then saved, and
 * going on from there gives the same bits as never having stopped.
 */
export async function trainStage(training: StageInTraining, host: LoopHost): Promise<'done' | 'stopped'> {
  try {
    return await trainSteps(training, host);
  } finally {
    await training.batches.close();
  }
}

async function trainSteps(training: StageInTraining, host: LoopHost): Promise<'done' | 'stopped'> {
  const { stage, batches, epochs } = training;
  const steps = epochs * batches.stepsPerEpoch;
  const leaks = new LeakGuard();
  while (training.done < steps) {
    if (host.stopRequested()) {
      await host.save();
      return 'stopped';
    }
    const factor = learningRateFactor(training.done, steps);
    const batch = uploadBatch(await batches.next());
    const values = await stage.step(batch, factor);
    disposeBatch(batch);
    training.done += 1;
    checkFinite(values, training);
    leaks.check();
    host.onStep(values, factor, batches.waited);
    if (training.done % batches.stepsPerEpoch === 0) await host.onEpoch(training.done / batches.stepsPerEpoch);
    else if (host.saveIsDue()) await host.save();
    if (training.done % stepsPerBreath === 0) await setImmediate();
  }
  return 'done';
}

function checkFinite(values: StepValues, { number, done }: StageInTraining): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value)) continue;
    throw new AppError(
      'invalid',
      `Training diverged: ${name} is ${value} at step ${done} of stage ${number}. Lower stage${number}.learningRate.`,
    );
  }
}

/** Asserts that steps leave no tensors behind, once the first have made what stays (optimizer moments, caches). */
class LeakGuard {
  private steps = 0;
  private settled = 0;

  check(): void {
    const tensors = tf.memory().numTensors;
    this.steps += 1;
    if (this.steps <= 2) this.settled = tensors;
    else if (tensors > this.settled)
      throw new Error(`step ${this.steps} left ${tensors - this.settled} tensors behind (${tensors} in all)`);
  }
}
