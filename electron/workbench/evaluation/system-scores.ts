import { AppError } from '@shared/contract/errors';
import type { FloorKind } from '@shared/domain/report';
import type { EpochRule } from '@shared/domain/scores';
import type { Project } from '@workbench/project/project';
import { readFinishedRun, runScores, type ScoreSource } from './finished-run';
import { floors, floorScores } from './floor';
import { foreignScores, readForeign } from './foreign/store';

/** Names one system of a project: a run, a floor on some sources, or imported scores. Exactly one is given. */
export interface SystemReference {
  readonly job?: string | undefined;
  readonly floor?: { readonly kind: FloorKind; readonly sources: readonly string[] } | undefined;
  readonly foreign?: string | undefined;
}

/** A system's scores with what is needed to judge them. */
export interface SystemScores {
  readonly name: string;
  readonly source: readonly string[];
  readonly scores: ScoreSource;
  /** The policy of the run's own settings. */
  readonly policy: string;
}

/**
 * Opens the scores of a system.
 * @param dataset what will be read: floors make its score file when it is not there
 * @throws AppError `bad-request` unless exactly one system is named; what reading a run or making a floor throws
 */
export async function openSystemScores(
  project: Project,
  { job, floor, foreign }: SystemReference,
  epoch: EpochRule,
  dataset: string,
): Promise<SystemScores> {
  const named = [job, floor, foreign].filter((one) => one !== undefined).length;
  if (named !== 1) throw new AppError('bad-request', 'Name one system: a run, a floor or imported scores.');
  if (job !== undefined) {
    const run = await readFinishedRun(project, job);
    return {
      name: job,
      source: run.job.sources,
      scores: runScores(project, run, epoch),
      policy: run.config.evaluation.threshold,
    };
  }
  const policy = 'source-dev-eer';
  if (floor !== undefined)
    return {
      name: floors[floor.kind].name,
      source: floor.sources,
      scores: await floorScores(project, floor.kind, floor.sources, [dataset]),
      policy,
    };
  const system = await readForeign(project, foreign ?? '');
  return { name: system.title, source: system.sources, scores: foreignScores(project, system), policy };
}
