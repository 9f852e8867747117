import { AppError } from '@shared/contract/errors';
import { ownIdentity } from '@workbench/project/process-identity';
import type { Project } from '@workbench/project/project';
import { startLocal } from './executors/local';
import { batchesOf, submitBatch } from './executors/slurm/submit';
import { writeFirstBeat } from './first-beat';
import { jobFolder } from './job-folder';
import { unsettle } from './note-ends';
import { freeSlots, handSlotsTo } from './slots';
import { countAttempts } from './summary';

/** Starts a job whose slots are taken; when that fails the job has failed, and the queue goes on with the next. */
export async function startHere(project: Project, id: string): Promise<void> {
  const folder = jobFolder(project, id);
  try {
    const attempt = await claim(project, id);
    const identity = await startLocal(project.folder, id, folder);
    await handSlotsTo(project.folder, id, identity);
    if (folder.beat()?.pid === process.pid) await writeFirstBeat(folder, attempt, identity);
  } catch (error) {
    freeSlots(project.folder, id);
    await folder.appendState('failed', messageOf(error));
    if (!(error instanceof AppError)) throw error;
  }
}

/**
 * Takes a job for this process, inside the queue's lock: until its own process is known, or Slurm has it, this one stands
 * for it.
 * @returns the number of the attempt that begins
 */
export async function claim(project: Project, id: string): Promise<number> {
  const folder = jobFolder(project, id);
  unsettle(project, id);
  const attempt = countAttempts(await folder.events()) + 1;
  await writeFirstBeat(folder, attempt, ownIdentity());
  await folder.clearRequest();
  await folder.appendState('starting');
  return attempt;
}

/** Hands claimed jobs to Slurm, those that were launched together as one array. What it refuses has failed. */
export async function handToSlurm(project: Project, ids: readonly string[]): Promise<void> {
  for (const batch of await batchesOf(project, ids)) {
    try {
      await submitBatch(project, batch);
    } catch (error) {
      for (const id of batch.jobs) {
        const folder = jobFolder(project, id);
        await folder.clearSubmission();
        await folder.appendState('failed', `${messageOf(error)} Resume hands it over anew.`);
      }
      if (!(error instanceof AppError)) throw error;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
