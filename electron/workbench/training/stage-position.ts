import type { Random } from '@shared/random';
import { copyState } from './batch-plan';
import type { Checkpoint, TrainingState } from './checkpoint';
import type { StageInTraining } from './loop';

/** Puts a fresh stage where a checkpoint of the same stage left it: order of the batches, optimizers, steps done. */
export function continueStage(training: StageInTraining, { state, optimizers }: Checkpoint): StageInTraining {
  training.batches.restore(state.batches);
  for (const [name, optimizer] of Object.entries(training.stage.optimizers)) {
    const stored = optimizers[name];
    if (stored) optimizer.restore(stored);
  }
  return { ...training, done: state.stageStep };
}

/** What the run around a stage adds to its checkpoint. */
export type RunPosition = Pick<TrainingState, 'step' | 'epochSums' | 'best' | 'history' | 'seconds'>;

/** A checkpoint of a stage as it stands, weights aside: with them, everything that decides the future. */
export async function positionOf(
  training: StageInTraining,
  dropout: Random | null,
  run: RunPosition,
): Promise<Omit<Checkpoint, 'weights'>> {
  const states = Object.entries(training.stage.optimizers).map(
    async ([name, optimizer]) => [name, await optimizer.state()] as const,
  );
  const optimizers = Object.fromEntries(await Promise.all(states));
  return {
    optimizers,
    state: {
      formatVersion: 1,
      stage: training.number,
      stageStep: training.done,
      batches: training.batches.state(),
      dropout: dropout && copyState(dropout.state()),
      optimizerSteps: Object.fromEntries(Object.entries(optimizers).map(([name, { step }]) => [name, step])),
      ...run,
      epochSums: { ...run.epochSums },
      history: [...run.history],
    },
  };
}
