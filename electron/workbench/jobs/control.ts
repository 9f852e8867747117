import { AppError } from '@shared/contract/errors';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { EngineChoice } from '@shared/domain/engine';
import type { JobState } from '@shared/domain/job';
import { readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import { writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { createJobs, type JobDraft } from './create';
import { killLocal } from './executors/local';
import { cancelTask } from './executors/slurm/control';
import { type JobFolder, jobFolder } from './job-folder';
import { editQueue } from './queue-file';
import { freeSlots } from './slots';
import { countAttempts, hasEnded, stateOf } from './summary';

/**
 * Asks a job to save and stop. A waiting job is taken out of the queue instead.
 * @throws AppError `conflict` when it has ended
 */
export async function stopJob(project: Project, id: string): Promise<void> {
  const folder = jobFolder(project, id);
  const state = await stateOf(folder);
  if (state === 'queued') return cancelJob(project, id);
  refuseEnded(id, state);
  await folder.writeRequest('stop');
}

/**
 * Ends a job at once, without saving; no process of it is left when this returns. Resume continues from its last
 * checkpoint. On another host the wish is left for the job to find.
 */
export async function killJob(project: Project, id: string): Promise<void> {
  const folder = jobFolder(project, id);
  const state = await stateOf(folder);
  if (state === 'queued') return cancelJob(project, id);
  refuseEnded(id, state);
  await folder.writeRequest('kill');
  const submission = folder.submission();
  if (submission) {
    // The wish reaches a process that computes at once; Slurm ends one that does not listen.
    await cancelTask(submission);
    return noteKilled(project, id);
  }
  // While a job is being started its beat names the process that starts it; that happens inside the queue's lock.
  const beat = await editQueue(project, async () => {
    refuseEnded(id, await stateOf(folder));
    return folder.beat();
  });
  if (beat?.host !== hostname()) return;
  killLocal(beat.pid);
  await waitUntilGone(folder);
  await noteKilled(project, id);
}

async function noteKilled(project: Project, id: string): Promise<void> {
  const folder = jobFolder(project, id);
  await editQueue(project, async () => {
    const present = await stateOf(folder);
    if (present === 'crashed' || !hasEnded(present))
      await folder.appendState('stopped', 'Killed; resume continues from the last checkpoint.');
  });
  await folder.clearRequest();
  freeSlots(project.folder, id);
}

async function waitUntilGone(folder: JobFolder): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const state = await stateOf(folder);
    if (hasEnded(state)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new AppError('internal', 'The process could not be ended.');
}

/** Takes a waiting job out of the queue, the project's or Slurm's. */
export async function cancelJob(project: Project, id: string): Promise<void> {
  const folder = jobFolder(project, id);
  const submission = folder.submission();
  // One that is started in this very moment saves what it has, which is nothing yet.
  if (submission && (await stateOf(folder)) === 'queued') await cancelTask(submission);
  await editQueue(project, async (queue) => {
    const state = await stateOf(folder);
    if (state !== 'queued')
      throw new AppError('conflict', `${id} does not wait any more: it is ${state}.`, { job: id });
    queue.order = queue.order.filter((other) => other !== id);
    await folder.appendState(
      'stopped',
      countAttempts(await folder.events()) > 0 ? 'Cancelled while it waited.' : 'Cancelled before it started.',
    );
  });
}

/**
 * Puts a job that stopped, failed or crashed back into the queue; it continues from its last checkpoint.
 * @throws AppError `conflict` when it runs, waits or is done
 */
export async function resumeJob(project: Project, id: string, engine?: EngineChoice): Promise<void> {
  await editQueue(project, async (queue) => {
    const folder = jobFolder(project, id);
    const state = await stateOf(folder);
    if (state !== 'stopped' && state !== 'failed' && state !== 'crashed')
      throw new AppError('conflict', `${id} is ${state}: there is nothing to resume.`, { job: id });
    if (engine !== undefined) await changeEngine(folder, engine);
    await folder.clearSubmission();
    await folder.clearRequest();
    await folder.appendState('queued');
    queue.order = [...queue.order.filter((other) => other !== id), id];
  });
}

/** A checkpoint loads on every engine, so that a run may go on where there is another; its log tells which made what. */
async function changeEngine(folder: JobFolder, engine: EngineChoice): Promise<void> {
  const config = await folder.config();
  if (!config) throw new AppError('unsupported', `${folder.path}: only training runs go on with another engine.`);
  await writeJson(join(folder.path, 'config.json'), { ...config, compute: { ...config.compute, engine } });
}

/** A new job with the same settings, from the start, linked to this one. */
export async function retryJob(project: Project, id: string): Promise<string> {
  const folder = jobFolder(project, id);
  const job = await folder.job();
  const slug = id.replace(/^\d+-/, '');
  const common = { name: job.name, group: job.group, parent: job.id, slug };
  let draft: JobDraft;
  if (job.kind === 'prepare') {
    const { tasks, engine } = job;
    draft = { ...common, kind: 'prepare', tasks, ...(engine === undefined ? {} : { engine }) };
  } else if (job.kind === 'check') {
    draft = { ...common, kind: 'check', datasets: job.datasets };
  } else {
    const config = await folder.config();
    if (!config) throw new AppError('not-found', `${id} has no config.json to run again.`, { job: id });
    const protocol = await readJobProtocol(folder.path);
    const { experiment, preset, seed, sources, targets, variant, slurm } = job;
    draft = {
      ...common,
      ...{ kind: 'train', experiment, preset, seed, sources, targets, config },
      ...(variant === undefined ? {} : { variant }),
      ...(slurm === undefined ? {} : { slurm }),
      ...(protocol === undefined ? {} : { protocol }),
    };
  }
  const [created] = await createJobs(project, [draft]);
  if (created === undefined) throw new Error('a job was created without an id');
  return created;
}

/** Makes a waiting job the next to start. */
export async function moveToFront(project: Project, id: string): Promise<void> {
  await editQueue(project, (queue) => {
    if (!queue.order.includes(id)) throw notInQueue(project, id);
    queue.order = [id, ...queue.order.filter((other) => other !== id)];
  });
}

/**
 * Puts a waiting job before another one that waits, or at the end.
 * @param before the job that is to come after it; null for the end
 */
export async function moveInQueue(project: Project, id: string, before: string | null): Promise<void> {
  await editQueue(project, (queue) => {
    for (const named of before === null ? [id] : [id, before])
      if (!queue.order.includes(named)) throw notInQueue(project, named);
    if (id === before) return;
    const others = queue.order.filter((other) => other !== id);
    const place = before === null ? others.length : others.indexOf(before);
    queue.order = [...others.slice(0, place), id, ...others.slice(place)];
  });
}

function notInQueue(project: Project, id: string): AppError {
  const inSlurm = jobFolder(project, id).submission();
  const words = inSlurm ? `waits in Slurm as ${inSlurm.id}, which keeps its own order` : 'does not wait in the queue';
  return new AppError('conflict', `${id} ${words}.`, { job: id });
}

function refuseEnded(id: string, state: JobState): void {
  if (hasEnded(state)) throw new AppError('conflict', `${id} is ${state} already.`, { job: id });
}
