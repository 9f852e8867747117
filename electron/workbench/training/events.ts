import type { ExperimentConfig } from '@shared/domain/experiment';
import type { Progress, ScalarName, TrainResult } from '@shared/domain/job';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import type { Engine } from '@workbench/engine/engine';

/** What a training run tells while it runs. */
export type TrainingEvent =
  /** Points of curves at a global step: a step's losses, or an epoch's dev values. */
  | { readonly type: 'scalars'; readonly step: number; readonly values: Partial<Record<ScalarName, number>> }
  | {
      readonly type: 'epoch';
      readonly stage: 1 | 2;
      /** Within the stage, from 1. */
      readonly epoch: number;
      /** Global step after it. */
      readonly step: number;
      /** Mean losses of the epoch and its dev values; null where a class is missing. */
      readonly values: Readonly<Record<string, number | null>>;
    }
  /** A checkpoint is about to be written: what was told so far must be on disk before it, or a resumed run would lack it. */
  | { readonly type: 'saving' }
  | { readonly type: 'checkpoint'; readonly step: number; readonly bytes: number; readonly best: boolean }
  | { readonly type: 'stage-reused'; readonly key: string }
  | { readonly type: 'finding'; readonly severity: 'info' | 'warning' | 'error'; readonly message: string }
  | {
      readonly type: 'progress';
      readonly progress: Progress;
      /** Live tensors: constant from step to step. */
      readonly tensors: number;
      readonly engineBytes: number;
    };

export interface TrainingOptions {
  readonly config: ExperimentConfig;
  /** Sources and targets, each once; those named in `config.data.sources` train, all of `targets` (or all) are scored. */
  readonly datasets: readonly PreparedData[];
  /** The job's folder: checkpoints/, epochs/ and scores/ are written in it. */
  readonly folder: string;
  /** Folder of a stage-1 artefact by its key, shared by the project's runs. */
  readonly stageFolder: (key: string) => string;
  readonly engine: Engine;
  /** Goes on from the folder's last checkpoint, where there is one; otherwise starts anew. */
  readonly fromCheckpoint: boolean;
  readonly signal: { stopRequested(): boolean };
  readonly emit: (event: TrainingEvent) => void;
}

/** How a run ended: with its result, or stopped at a step with a checkpoint to go on from. */
export type TrainingOutcome =
  { readonly state: 'done'; readonly result: TrainResult } | { readonly state: 'stopped'; readonly step: number };
