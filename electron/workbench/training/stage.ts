import type { ScalarName } from '@shared/domain/job';
import type { Optimizer } from '@workbench/engine/engine';
import type { Weights } from './networks/network';
import type { BatchTensors } from './tensors';

/** What a step measured, by the scalar's name. */
export type StepValues = Partial<Record<ScalarName, number>>;

/** A stage of training as the loop and the checkpoint see it. */
export interface Stage {
  /** By name; their state is part of a checkpoint. */
  readonly optimizers: Readonly<Record<string, Optimizer>>;
  /** One update, asked of the engine before this returns; the values come once it is computed. `factor` scales every learning rate. */
  step(batch: BatchTensors, factor: number): Promise<StepValues>;
  /** All weights, running statistics among them, by network. */
  allWeights(): Readonly<Record<string, Weights>>;
  dispose(): void;
}
