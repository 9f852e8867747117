import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { SlurmSettings } from '@shared/domain/slurm';
import { withFileErrors } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import { distFile } from '@workbench/project/paths';
import type { Project } from '@workbench/project/project';
import { type JobFolder, jobFolder } from '../../job-folder';
import { findNode } from '../node-runtime';
import { batchScript, outputPattern } from './batch-script';
import { askSlurm } from './commands';
import { readSubmitted } from './squeue-text';

/** Runs that go to Slurm as one array: launched together, with the same wishes. */
export interface Batch {
  readonly name: string;
  readonly settings: SlurmSettings;
  readonly cores: number;
  readonly jobs: readonly string[];
}

/** Arrays of one cluster have a most; its default is a thousand. */
const mostTasks = 1000;

/** The runs in as few arrays as can be, in order. Runs without a group go alone. */
export async function batchesOf(project: Project, ids: readonly string[]): Promise<Batch[]> {
  const batches = new Map<string, { name: string; settings: SlurmSettings; cores: number; jobs: string[] }>();
  for (const id of ids) {
    const folder = jobFolder(project, id);
    const [job, config] = await Promise.all([folder.job(), folder.config()]);
    if (job.kind !== 'train' || job.slurm === undefined) throw new Error(`${id} is none for Slurm`);
    const threads = config?.compute.threads ?? 0;
    const cores = threads > 0 ? threads : job.slurm.cores;
    const key = JSON.stringify([job.group ?? id, cores, job.slurm]);
    const batch = batches.get(key) ?? { name: job.group ?? id, settings: job.slurm, cores, jobs: [] };
    batches.set(key, batch);
    batch.jobs.push(id);
  }
  return [...batches.values()].flatMap((batch) =>
    Array.from({ length: Math.ceil(batch.jobs.length / mostTasks) }, (_, part) => ({
      ...batch,
      jobs: batch.jobs.slice(part * mostTasks, (part + 1) * mostTasks),
    })),
  );
}

/**
 * Hands an array to Slurm. It is held there until every run knows where it is, so that none starts unknown.
 * @throws AppError when Slurm is not there or refuses; nothing is left in its queue then
 */
export async function submitBatch(project: Project, batch: Batch): Promise<void> {
  const folder = join(project.folder, 'jobs', '.slurm', `${batch.jobs[0] ?? ''}-${Date.now()}`);
  const script = join(folder, 'batch.sh');
  await withFileErrors('create', folder, () => mkdir(folder, { recursive: true }));
  const node = findNode();
  await writeFileAtomic(
    script,
    batchScript({
      ...batch,
      name: `relief-${batch.name}`,
      projectFolder: project.folder,
      node,
      entry: distFile('job.cjs'),
    }),
  );
  const printed = await askSlurm('sbatch', ['--parsable', '--hold', `--output=${outputPattern(folder)}`, script]);
  const array = readSubmitted(printed);
  if (array === undefined)
    throw new AppError('internal', `sbatch answers "${printed.trim().slice(0, 200)}", which names no job.`);
  try {
    for (const [task, id] of batch.jobs.entries())
      await recordSubmission(jobFolder(project, id), batch, {
        id: `${array}_${task}`,
        script,
        output: join(folder, `${task}.out`),
      });
    await askSlurm('scontrol', ['release', array]);
  } catch (error) {
    await askSlurm('scancel', [array]).catch(() => undefined); // What went wrong first is told.
    throw error;
  }
}

async function recordSubmission(
  folder: JobFolder,
  { settings }: Batch,
  place: { readonly id: string; readonly script: string; readonly output: string },
): Promise<void> {
  await folder.writeSubmission({
    formatVersion: 1,
    ...place,
    user: userInfo().username,
    partition: settings.partition,
    requeue: settings.requeue,
    at: new Date().toISOString(),
  });
  await folder.appendState('queued');
}

/**
 * Asks Slurm whether it would take runs with these settings, without handing it any.
 * @throws AppError `unsupported`, `disconnected`, `invalid` with what is to be done
 */
export async function checkWithSlurm(settings: SlurmSettings, project: Project): Promise<void> {
  const text = batchScript({
    name: 'relief-check',
    settings,
    cores: settings.cores,
    projectFolder: project.folder,
    jobs: ['check'],
    node: { path: process.execPath, options: [] },
    entry: 'job.cjs',
  });
  const script = join(project.folder, 'jobs', '.slurm', 'check.sh');
  await withFileErrors('create', script, () => mkdir(join(project.folder, 'jobs', '.slurm'), { recursive: true }));
  await writeFileAtomic(script, text);
  await askSlurm('sbatch', ['--test-only', script]);
}
