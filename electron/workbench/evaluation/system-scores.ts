import { AppError } from '@shared/contract/errors';
import type { FloorKind } from '@shared/domain/report';
import type { EpochRule } from '@shared/domain/scores';
import type { Project } from '@workbench/project/project';
import { readFinishedRun, runScores, type ScoreSource } from './finished-run';
import { floors, floorScores } from './floor';

/** Names one system of a project: a run, or a floor on some sources. Exactly one is given. */
export interface SystemReference {
  readonly job?: string | undefined;
  readonly floor?: { readonly kind: FloorKind; readonly sources: readonly string[] } | undefined;
}

/** A system's scores with what is needed to judge them. */
export interface SystemScores {
  readonly name: string;
  readonly source: readonly string[];
  readonly scores: ScoreSource;
  /** The policy of the run's own settings. */
  readonly policy: string;
  readonly hasDepth: boolean;
}

/**
 * Opens the scores of a system.
 * @param dataset what will be read: floors make its score file when it is not there
 * @throws AppError `bad-request` unless exactly one system is named; what reading a run or making a floor throws
 */
export async function openSystemScores(
  project: Project,
  { job, floor }: SystemReference,
  epoch: EpochRule,
  dataset: string,
): Promise<SystemScores> {
  if (job !== undefined && floor === undefined) {
    const run = await readFinishedRun(project, job);
    return {
      name: job,
      source: run.job.sources,
      scores: runScores(project, run, epoch),
      policy: run.config.evaluation.threshold,
      hasDepth: true,
    };
  }
  if (floor !== undefined && job === undefined) {
    return {
      name: floors[floor.kind].name,
      source: floor.sources,
      scores: await floorScores(project, floor.kind, floor.sources, [dataset]),
      policy: 'source-dev-eer',
      hasDepth: false,
    };
  }
  throw new AppError('bad-request', 'Name one system: a run or a floor.');
}
