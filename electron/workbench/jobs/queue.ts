import { existsSync } from 'node:fs';
import type { Queue } from '@shared/domain/project';
import type { Project } from '@workbench/project/project';
import { jobFolder, jobIds } from './job-folder';
import { noteEnds } from './note-ends';
import { editQueue, readQueue } from './queue-file';
import { freeSlotCount, type Need, needOf, slotHolders, takeSlots } from './slots';
import { claim, handToSlurm, startHere } from './start';
import { presentOf, stateOf } from './summary';

/**
 * Moves the queue on: writes down crashes, and starts the jobs whose turn it is while there is room for them. Any process
 * may call it, as often as it likes: the open window, a waiting command, a job at its end. The queue's lock keeps them
 * apart. A job that has to wait is not overtaken by one that needs the same kind of slot; those for Slurm wait there.
 * @returns ids of the jobs that were started
 */
export async function advanceQueue(project: Project): Promise<string[]> {
  const present = await readQueue(project);
  await noteEnds(project);
  if (present.paused || present.order.length === 0) return [];
  const forSlurm = (await Promise.all(present.order.map((id) => isForSlurm(project, id)))).some(Boolean);
  if (!forSlurm && freeSlotCount('cpu') === 0 && freeSlotCount('accelerator') === 0) return [];
  const { here, away } = await editQueue(project, async (queue) => {
    await dropEnded(project, queue);
    const started = { here: Array.of<string>(), away: Array.of<string>() };
    const blocked = new Set<Need['kind']>();
    for (const id of queue.paused ? [] : [...queue.order]) {
      if (await isForSlurm(project, id)) {
        queue.order = queue.order.filter((other) => other !== id);
        await claim(project, id);
        started.away.push(id);
        continue;
      }
      const need = needOf(await jobFolder(project, id).config());
      if (blocked.has(need.kind)) continue;
      if (!takeSlots(need, project.folder, id)) {
        blocked.add(need.kind);
        continue;
      }
      queue.order = queue.order.filter((other) => other !== id);
      await startHere(project, id);
      started.here.push(id);
    }
    return started;
  });
  // Slurm may take its time, and the queue's lock is for moments.
  if (away.length > 0) await handToSlurm(project, away);
  return [...here, ...away];
}

/** What a job is for never changes. */
const known = new Map<string, boolean>();

async function isForSlurm(project: Project, id: string): Promise<boolean> {
  const key = `${project.folder}/${id}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (!existsSync(project.jobFolder(id))) return false;
  const job = await jobFolder(project, id).job();
  const answer = job.kind === 'train' && job.slurm !== undefined;
  known.set(key, answer);
  return answer;
}

/** Entries of jobs that are gone or no longer wait. */
async function dropEnded(project: Project, queue: Queue): Promise<void> {
  const known = new Set(jobIds(project));
  const waiting: string[] = [];
  for (const id of queue.order)
    if (known.has(id) && (await stateOf(jobFolder(project, id))) === 'queued') waiting.push(id);
  queue.order = waiting;
}

/** Why a queued job does not run yet, in words. */
export async function waitReason(project: Project, id: string): Promise<string> {
  const folder = jobFolder(project, id);
  if (folder.submission() !== undefined) return (await presentOf(folder)).message ?? 'In Slurm.';
  const queue = await readQueue(project);
  if (queue.paused) return 'The queue is paused.';
  const place = queue.order.indexOf(id);
  if (place < 0) return 'Not in the queue any more; resume puts it back.';
  const number = `Number ${place + 1} in the queue.`;
  if (place > 0) return number;
  const need = needOf(await folder.config());
  const wanted = need.kind === 'cpu' ? need.cores : 1;
  const free = freeSlotCount(need.kind);
  if (free >= wanted) return 'Starts in a moment.';
  const holders = slotHolders(need.kind);
  const names = holders.map(({ job, project: other }) =>
    other === project.folder ? job : `${job} of another project`,
  );
  const what = need.kind === 'accelerator' ? 'The accelerator is' : 'The processor is';
  if (holders.every((holder) => holder.project === project.folder)) return `Starts after ${names.join(' and ')}.`;
  return `${what} busy with ${names.join(' and ')}.`;
}

/** Holds the queue, or lets it go on. What runs is not touched. */
export async function pauseQueue(project: Project, paused: boolean): Promise<void> {
  await editQueue(project, (queue) => {
    queue.paused = paused;
  });
}
