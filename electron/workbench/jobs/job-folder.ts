import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { ExperimentConfig } from '@shared/domain/experiment';
import { Beat, Job, JobEvent, JobRequest, JobResult, Provenance } from '@shared/domain/job';
import { JobId } from '@shared/domain/names';
import { RunMarks } from '@shared/domain/run-marks';
import { SlurmSubmission } from '@shared/domain/slurm';
import type { z } from '@shared/zod';
import { systemCode } from '@workbench/project/file-errors';
import { appendLine, readJson, readJsonIfPresent, readLines, removeFile, writeJson } from '@workbench/project/files';
import { removeLeftovers } from '@workbench/project/folders';
import type { Project } from '@workbench/project/project';

/** The files of one job. Whoever runs it writes them; whoever shows it reads them. */
export class JobFolder {
  constructor(readonly path: string) {}

  private file(name: string): string {
    return join(this.path, name);
  }

  /** @throws AppError `not-found` when there is no such job */
  job(): Promise<Job> {
    return readJson(this.file('job.json'), Job, 'job');
  }
  config(): Promise<ExperimentConfig | undefined> {
    return readJsonIfPresent(this.file('config.json'), ExperimentConfig, 'configuration');
  }
  provenance(): Promise<Provenance | undefined> {
    return readJsonIfPresent(this.file('provenance.json'), Provenance, 'provenance');
  }
  writeProvenance(provenance: Provenance): Promise<void> {
    return writeJson(this.file('provenance.json'), provenance);
  }
  result(): Promise<JobResult | undefined> {
    return readJsonIfPresent(this.file('result.json'), JobResult, 'result');
  }
  writeResult(result: JobResult): Promise<void> {
    return writeJson(this.file('result.json'), result);
  }

  /** Removes what a killed attempt left half-written in the job's folders; for the start of the next one. */
  async removeLeftovers(): Promise<void> {
    for (const entry of readdirSync(this.path, { withFileTypes: true }))
      if (entry.isDirectory()) await removeLeftovers(this.file(entry.name));
  }

  events(): Promise<JobEvent[]> {
    return readLines(this.file('events.jsonl'), JobEvent, { torn: 'any' });
  }
  appendEvent(event: JobEvent): Promise<void> {
    return appendLine(this.file('events.jsonl'), event);
  }
  /** Appends a state with the present time. */
  appendState(state: StoredState, message: string | null = null): Promise<void> {
    return this.appendEvent({ type: 'state', at: new Date().toISOString(), state, message });
  }

  /** The last beat; undefined before the first one, or in the moment of a foreign file system's rename. */
  beat(): Beat | undefined {
    return readQuietly(this.beatFile, Beat);
  }
  get beatFile(): string {
    return this.file('beat.json');
  }

  /** The present wish, or undefined. Synchronous: asked between two steps of a training. */
  request(): JobRequest | undefined {
    return readQuietly(this.requestFile, JobRequest);
  }
  get requestFile(): string {
    return this.file('request.json');
  }
  writeRequest(wish: JobRequest['wish']): Promise<void> {
    return writeJson(this.requestFile, { wish, at: new Date().toISOString() });
  }
  clearRequest(): Promise<void> {
    return removeFile(this.requestFile);
  }

  /** Where the run was handed to; undefined when this machine runs it, or it waits in the project's own queue. */
  submission(): SlurmSubmission | undefined {
    return readQuietly(this.file('slurm.json'), SlurmSubmission);
  }
  writeSubmission(submission: SlurmSubmission): Promise<void> {
    return writeJson(this.file('slurm.json'), submission);
  }
  clearSubmission(): Promise<void> {
    return removeFile(this.file('slurm.json'));
  }

  /** What a person has noted on it; undefined for nothing. */
  marks(): Promise<RunMarks | undefined> {
    return readJsonIfPresent(this.file('marks.json'), RunMarks, 'marks');
  }

  get logFile(): string {
    return this.file('log.txt');
  }
  get scalarsFolder(): string {
    return this.file('scalars');
  }
  /** Takes disk space that is given back when the disk is full, so that the end can still be written down. */
  get reserveFile(): string {
    return this.file('reserve.tmp');
  }

  /** Tells whether anything that a summary is made of has changed. */
  signature(): string {
    return ['events.jsonl', 'result.json', 'marks.json'].map((name) => signatureOf(this.file(name))).join(' ');
  }
}

export type StoredState = Extract<JobEvent, { type: 'state' }>['state'];

/** The folder of a job, after checking that it exists. */
export function jobFolder(project: Project, id: string): JobFolder {
  if (!JobId.safeParse(id).success || !existsSync(join(project.jobFolder(id), 'job.json')))
    throw new AppError('not-found', `There is no job ${id} in ${project.folder}.`, { job: id });
  return new JobFolder(project.jobFolder(id));
}

/** Ids of all jobs, oldest first. */
export function jobIds(project: Pick<Project, 'folder'>): string[] {
  const folder = join(project.folder, 'jobs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => JobId.safeParse(name).success)
    .sort((a, b) => parseInt(a, 10) - parseInt(b, 10) || a.localeCompare(b));
}

/**
 * The job a person means: its id, or its number with or without leading zeros.
 * @throws AppError `not-found` naming what was asked for
 */
export function findJobId(project: Project, asked: string): string {
  const ids = jobIds(project);
  const exact = ids.find((id) => id === asked);
  if (exact !== undefined) return exact;
  const byNumber = /^\d+$/.test(asked) ? ids.find((id) => parseInt(id, 10) === parseInt(asked, 10)) : undefined;
  if (byNumber === undefined)
    throw new AppError('not-found', `There is no job "${asked}" in ${project.folder}; "relief jobs" lists them.`, {
      job: asked,
    });
  return byNumber;
}

function signatureOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size}-${mtimeMs}`;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '-';
  }
}

function readQuietly<S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined;
    throw error;
  }
}
