import { readFile } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import type { SlurmSubmission } from '@shared/domain/slurm';
import { systemCode } from '@workbench/project/file-errors';
import { askSlurm } from './commands';
import { type EndedTask, readShownJob } from './squeue-text';
import { type SlurmSight, slurmWatch } from './watch';

/** Slurm lets a job that it ends have half a minute by default, then kills it. */
const endsWithinMs = 75_000;

/**
 * Takes a task out of Slurm, waiting or running, and waits until it is gone.
 * @throws AppError when Slurm cannot be asked, or does not let go of it
 */
export async function cancelTask(submission: SlurmSubmission): Promise<void> {
  await askSlurm('scancel', [submission.id]);
  const deadline = Date.now() + endsWithinMs;
  for (;;) {
    const sight = await slurmWatch.look(submission, { fresh: true });
    if (isOver(sight)) return;
    if (Date.now() > deadline)
      throw new AppError('internal', `Slurm does not let go of ${submission.id}; see "squeue --job ${submission.id}".`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function isOver(sight: SlurmSight): boolean {
  if (sight.kind === 'unknown') throw new AppError('disconnected', sight.why);
  return sight.kind === 'absent';
}

/** What Slurm says of a task's end, and what the node said before the run's own log began: a sentence each. */
export async function wordsOfEnd({ id, output }: SlurmSubmission): Promise<string> {
  const [ended, said] = await Promise.all([shownJob(id), lastLines(output)]);
  return [
    ...(ended === undefined ? [] : [`Slurm says ${ended.state}${ended.reason === null ? '' : ` (${ended.reason})`}.`]),
    ...(said === '' ? [] : [`The node said: ${said}`]),
  ].join(' ');
}

async function shownJob(id: string): Promise<EndedTask | undefined> {
  try {
    return readShownJob(await askSlurm('scontrol', ['--oneliner', 'show', 'job', id]));
  } catch (error) {
    if (error instanceof AppError) return undefined; // Slurm forgets what has ended minutes ago.
    throw error;
  }
}

async function lastLines(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim().split('\n').slice(-3).join(' ').slice(-400);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}
