import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { ExperimentConfig } from '@shared/domain/experiment';
import { Job, JobResult, type TrainJob, type TrainResult } from '@shared/domain/job';
import type { Protocol } from '@shared/domain/protocol';
import type { EpochRule } from '@shared/domain/scores';
import { readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import { readJson, readJsonIfPresent } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { readScoreFile, type ScoreFile } from './score-file';

/** A training job that has its scores. */
export interface FinishedRun {
  readonly job: TrainJob;
  readonly config: ExperimentConfig;
  readonly result: TrainResult;
  /** What divided its datasets; undefined for their own sets. */
  readonly protocol: Protocol | undefined;
}

/**
 * @throws AppError `not-found` for an unknown job, `invalid` for one that is no training or has no result yet
 */
export async function readFinishedRun(project: Project, id: string): Promise<FinishedRun> {
  const folder = project.jobFolder(id);
  const job = await readJson(join(folder, 'job.json'), Job, `job ${id}`);
  if (job.kind !== 'train')
    throw new AppError('invalid', `${id} is no training run, so it has no scores.`, { job: id });
  const result = await readJsonIfPresent(join(folder, 'result.json'), JobResult, `result of ${id}`);
  if (result?.kind !== 'train')
    throw new AppError('invalid', `${id} has not finished, so it has no scores yet.`, { job: id });
  return {
    job,
    config: await readJson(join(folder, 'config.json'), ExperimentConfig, `configuration of ${id}`),
    result,
    protocol: await readJobProtocol(folder),
  };
}

/** A score file with its place in the project. */
export interface PlacedScores {
  readonly dataset: string;
  readonly set: 'dev' | 'test';
  /** Relative to the project. */
  readonly path: string;
  readonly file: ScoreFile;
}

/** Where scores of one system on one source combination come from: a run's folder or a floor's. */
export interface ScoreSource {
  /** Datasets that have a test file. */
  readonly targets: readonly string[];
  /** Null when there is no such file. */
  read(dataset: string, set: 'dev' | 'test'): Promise<PlacedScores | null>;
}

/** The score files of a run at its last or best epoch; each is read once. */
export function runScores(project: Project, run: FinishedRun, epoch: EpochRule): ScoreSource {
  const listed = run.result.scores.filter((entry) => entry.epoch === epoch);
  const read = new Map<string, Promise<PlacedScores>>();
  return {
    targets: listed.filter((entry) => entry.set === 'test').map((entry) => entry.dataset),
    async read(dataset, set) {
      const entry = listed.find((candidate) => candidate.dataset === dataset && candidate.set === set);
      if (!entry) return null;
      const path = `jobs/${run.job.id}/${entry.path}`;
      const known = read.get(path) ?? place(project, dataset, set, path);
      read.set(path, known);
      return known;
    },
  };
}

/** Reads a score file by its place in the project. */
export async function place(
  project: Project,
  dataset: string,
  set: 'dev' | 'test',
  path: string,
): Promise<PlacedScores> {
  return { dataset, set, path, file: await readScoreFile(join(project.folder, path)) };
}
