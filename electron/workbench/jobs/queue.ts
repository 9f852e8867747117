import { AppError } from '@shared/contract/errors';
import type { Queue } from '@shared/domain/project';
import { ownIdentity } from '@workbench/project/process-identity';
import { writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { startLocal } from './executors/local';
import { type JobFolder, jobFolder, jobIds } from './job-folder';
import { editQueue, readQueue } from './queue-file';
import { freeSlotCount, freeSlots, handSlotsTo, type Need, needOf, slotHolders, takeSlots } from './slots';
import { countAttempts, hasEnded, lastState, presentState, stateOf } from './summary';

/**
 * Moves the queue on: writes down crashes, and starts the jobs whose turn it is while there is room for them. Any process
 * may call it, as often as it likes: the open window, a waiting command, a job at its end. The queue's lock keeps them
 * apart. A job that has to wait is not overtaken by one that needs the same kind of slot.
 * @returns ids of the jobs that were started
 */
export async function advanceQueue(project: Project): Promise<string[]> {
  const present = await readQueue(project);
  await noteCrashes(project);
  if (present.paused || present.order.length === 0) return [];
  if (freeSlotCount('cpu') === 0 && freeSlotCount('accelerator') === 0) return [];
  return editQueue(project, async (queue) => {
    await dropEnded(project, queue);
    const started: string[] = [];
    const blocked = new Set<Need['kind']>();
    for (const id of queue.paused ? [] : [...queue.order]) {
      const need = needOf(await jobFolder(project, id).config());
      if (blocked.has(need.kind)) continue;
      if (!takeSlots(need, project.folder, id)) {
        blocked.add(need.kind);
        continue;
      }
      queue.order = queue.order.filter((other) => other !== id);
      await startJob(project, id);
      started.push(id);
    }
    return started;
  });
}

/** Starts a job whose slots are taken; when that fails the job has failed, and the queue goes on with the next. */
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
    await handSlotsTo(project.folder, id, identity);
    if (folder.beat()?.pid === process.pid) await writeFirstBeat(folder, attempt, identity);
  } catch (error) {
    freeSlots(project.folder, id);
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
    freeSlots(project.folder, id);
  }
}

/** Why a queued job does not run yet, in words. */
export async function waitReason(project: Project, id: string): Promise<string> {
  const queue = await readQueue(project);
  if (queue.paused) return 'The queue is paused.';
  const place = queue.order.indexOf(id);
  if (place < 0) return 'Not in the queue any more; resume puts it back.';
  const number = `Number ${place + 1} in the queue.`;
  if (place > 0) return number;
  const need = needOf(await jobFolder(project, id).config());
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
