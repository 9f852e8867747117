import { AppError } from '@shared/contract/errors';
import type { Queue } from '@shared/domain/project';
import { ownIdentity } from '@workbench/project/process-identity';
import { writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { startLocal } from './executors/local';
import { type JobFolder, jobFolder, jobIds } from './job-folder';
import { editQueue, readQueue } from './queue-file';
import { freeSlot, handSlotTo, slotHolder, takeSlot } from './slots';
import { countAttempts, hasEnded, lastState, presentState, stateOf } from './summary';

/**
 * Moves the queue on: writes down crashes, and starts the job at the head when its slot is free. Any process may call
 * it, as often as it likes: the open window, a waiting command, a job at its end. The queue's lock keeps them apart.
 * @returns ids of the jobs that were started
 */
export async function advanceQueue(project: Project): Promise<string[]> {
  const present = await readQueue(project);
  await noteCrashes(project);
  if (present.paused || present.order.length === 0 || slotHolder('cpu')) return [];
  return editQueue(project, async (queue) => {
    await dropEnded(project, queue);
    const next = queue.order[0];
    if (queue.paused || next === undefined) return [];
    if (!takeSlot('cpu', project.folder, next)) return [];
    queue.order.shift();
    await startJob(project, next);
    return [next];
  });
}

/** Starts a job whose slot is taken; when that fails the job has failed, and the queue goes on with the next. */
async function startJob(project: Project, id: string): Promise<void> {
  const folder = jobFolder(project, id);
  settled.delete(`${project.folder}/${id}`);
  try {
    const attempt = countAttempts(await folder.events()) + 1;
    // Until the process is known, whoever starts it stands for it.
    await writeFirstBeat(folder, attempt, ownIdentity());
    await folder.clearRequest();
    await folder.appendState('starting');
    const identity = await startLocal(project.folder, id, folder);
    await handSlotTo('cpu', project.folder, id, identity);
    if (folder.beat()?.pid === process.pid) await writeFirstBeat(folder, attempt, identity);
  } catch (error) {
    freeSlot('cpu', project.folder, id);
    const reason = error instanceof Error ? error.message : String(error);
    await folder.appendState('failed', reason);
    if (!(error instanceof AppError)) throw error;
  }
}

async function writeFirstBeat(folder: JobFolder, attempt: number, identity: ReturnType<typeof ownIdentity>) {
  await writeJson(
    folder.beatFile,
    {
      ...identity,
      attempt,
      time: new Date().toISOString(),
      progress: null,
      resources: { residentBytes: 0, cpuSeconds: 0, engineBytes: null, tensors: null },
    },
    { durable: false },
  );
}

/** Entries of jobs that are gone or no longer wait. */
async function dropEnded(project: Project, queue: Queue): Promise<void> {
  const known = new Set(jobIds(project));
  const waiting: string[] = [];
  for (const id of queue.order)
    if (known.has(id) && (await stateOf(jobFolder(project, id))) === 'queued') waiting.push(id);
  queue.order = waiting;
}

/** Ended jobs need a look only now and then: another process may have resumed one. */
const lookAtEndedEveryMs = 10_000;
const settled = new Map<string, number>();

/** Writes the state `crashed` into jobs whose process is gone without an end state. */
async function noteCrashes(project: Project): Promise<void> {
  for (const id of jobIds(project)) {
    const key = `${project.folder}/${id}`;
    if (Date.now() - (settled.get(key) ?? 0) < lookAtEndedEveryMs) continue;
    const folder = jobFolder(project, id);
    const last = lastState(await folder.events());
    const { state, message } = presentState(last, folder.beat());
    if (hasEnded(state)) settled.set(key, Date.now());
    if (state !== 'crashed' || last?.state === 'crashed') continue;
    await editQueue(project, async () => {
      const again = lastState(await folder.events());
      if (again?.state !== 'crashed' && presentState(again, folder.beat()).state === 'crashed')
        await folder.appendState('crashed', message);
    });
    freeSlot('cpu', project.folder, id);
  }
}

/** Why a queued job does not run yet, in words. */
export async function waitReason(project: Project, id: string): Promise<string> {
  const queue = await readQueue(project);
  if (queue.paused) return 'The queue is paused.';
  const place = queue.order.indexOf(id);
  if (place < 0) return 'Not in the queue any more; resume puts it back.';
  const holder = slotHolder('cpu');
  if (holder && holder.project !== project.folder)
    return `The processor is busy with ${holder.job} of another project.`;
  if (holder) return place === 0 ? `Starts after ${holder.job}.` : `Number ${place + 1} in the queue.`;
  return place === 0 ? 'Starts in a moment.' : `Number ${place + 1} in the queue.`;
}

/** Holds the queue, or lets it go on. What runs is not touched. */
export async function pauseQueue(project: Project, paused: boolean): Promise<void> {
  await editQueue(project, (queue) => {
    queue.paused = paused;
  });
}
