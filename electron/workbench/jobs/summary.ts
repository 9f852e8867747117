import { hostname } from 'node:os';
import {
  type Beat,
  isActive,
  type Job,
  type JobEvent,
  type JobResult,
  type JobState,
  JobSummary,
} from '@shared/domain/job';
import type { ProjectIndex } from '@workbench/project/index-db';
import { fateOf } from '@workbench/project/process-identity';
import type { Project } from '@workbench/project/project';
import type { SlurmPlace } from '@shared/domain/slurm';
import { type InSlurm, stateInSlurm } from './executors/slurm/sight-state';
import { slurmWatch } from './executors/slurm/watch';
import { type JobFolder, jobFolder, type StoredState } from './job-folder';

/** The beat comes every two seconds; one this old means that the process stands still, or its disk does. */
export const stalledAfterMs = 15_000;

const endStates: ReadonlySet<JobState> = new Set(['stopped', 'done', 'failed', 'crashed']);

/** Whether a job in this state has no process and will get none by itself. */
export function hasEnded(state: JobState): boolean {
  return endStates.has(state);
}

export { isActive };

/**
 * What lists show of a job, from its folder alone.
 * @param index keeps summaries of ended jobs, so that a thousand of them cost nothing to list
 */
export async function readSummary(project: Project, id: string, index?: ProjectIndex): Promise<JobSummary> {
  const folder = jobFolder(project, id);
  const signature = folder.signature();
  const stored = index === undefined ? undefined : JobSummary.safeParse(index.job(id, signature)).data;
  if (stored) return stored;
  const [job, events, result, marks] = await Promise.all([
    folder.job(),
    folder.events(),
    folder.result(),
    folder.marks(),
  ]);
  const told = summarise(job, events, result, folder.beat(), await inSlurm(folder, events));
  const summary = marks === undefined ? told : { ...told, marks };
  // A crash is only what a reader concludes until it is written down, so it is not kept.
  if (index && hasEnded(summary.state) && lastState(events)?.state === summary.state)
    index.putJob(id, signature, summary);
  return summary;
}

/** The summary of a job whose files have been read. */
export function summarise(
  job: Job,
  events: readonly JobEvent[],
  result: JobResult | undefined,
  beat: Beat | undefined,
  slurm?: InSlurm,
): JobSummary {
  const last = lastState(events);
  const { state, message, endedAt } = presentState(last, beat, slurm);
  const started = events.find((event) => event.type === 'state' && event.state === 'starting');
  return {
    job,
    state,
    message,
    progress: state === 'queued' ? null : (beat?.progress ?? null),
    attempt: countAttempts(events),
    startedAt: started?.at ?? null,
    endedAt,
    result: result ?? null,
    beat: state === 'queued' ? null : (beat ?? null),
    ...(slurm === undefined ? {} : { slurm: placeOf(slurm) }),
  };
}

/** What Slurm says of a job; undefined when it has none of it, or the job has ended. */
async function inSlurm(folder: JobFolder, events: readonly JobEvent[], fresh = false): Promise<InSlurm | undefined> {
  const last = lastState(events);
  if (last && endStates.has(last.state)) return undefined;
  const submission = folder.submission();
  return submission && { submission, sight: await slurmWatch.look(submission, { fresh }) };
}

function placeOf({ submission, sight }: InSlurm): SlurmPlace {
  const task = sight.kind === 'listed' ? sight.task : undefined;
  return { id: submission.id, state: task?.state ?? null, node: task?.node ?? null };
}

/** The state that holds now: what was written last, unless the process behind it is gone or stands still. */
export function presentState(
  last: StateEvent | undefined,
  beat: Beat | undefined,
  slurm?: InSlurm,
): { state: JobState; message: string | null; endedAt: string | null } {
  const stored: StoredState = last?.state ?? 'queued';
  const message = last?.message ?? null;
  if (endStates.has(stored)) return { state: stored, message, endedAt: last?.at ?? null };
  if (slurm) {
    const there = stateInSlurm(slurm, { stored, at: last?.at ?? null, seen: beat ? vitality(beat) : 'silent' });
    if (there) {
      const endedAt = hasEnded(there.state) ? (beat?.time ?? last?.at ?? null) : null;
      return { state: there.state, message: there.message ?? message, endedAt };
    }
  }
  if (stored === 'queued') return { state: stored, message, endedAt: null };
  if (!beat) return { state: stored, message, endedAt: null };
  const age = Date.now() - Date.parse(beat.time);
  const fate = fateOf(beat);
  if (fate === 'gone')
    return {
      state: 'crashed',
      message: 'The process ended without a word; the log may tell why. Resume continues from the last checkpoint.',
      endedAt: beat.time,
    };
  if (age > stalledAfterMs)
    return {
      state: 'stalled',
      message: `No sign of life for ${Math.round(age / 1000)} s: its process or its disk stands still${beat.host === hostname() ? '' : ` on ${beat.host}`}. It goes on by itself when they do; Kill ends it, and Resume goes on from the last checkpoint.`,
      endedAt: null,
    };
  return { state: stored, message, endedAt: null };
}

function vitality(beat: Beat): 'alive' | 'silent' | 'gone' {
  if (fateOf(beat) === 'gone') return 'gone';
  return Date.now() - Date.parse(beat.time) > stalledAfterMs ? 'silent' : 'alive';
}

export type StateEvent = Extract<JobEvent, { type: 'state' }>;

export function lastState(events: readonly JobEvent[]): StateEvent | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i];
    if (event?.type === 'state') return event;
  }
  return undefined;
}

export function countAttempts(events: readonly JobEvent[]): number {
  return events.reduce((most, event) => (event.type === 'attempt' ? Math.max(most, event.attempt) : most), 0);
}

/** Whether a checkpoint was written: what a resumed job starts from, and what exit code 3 promises. */
export function hasCheckpoint(events: readonly JobEvent[]): boolean {
  return events.some((event) => event.type === 'checkpoint');
}

/**
 * A folder's present state and why, without the rest of the summary.
 * @param fresh asks Slurm again where it has the job, after the folder was read
 */
export async function presentOf(
  folder: JobFolder,
  { fresh = false } = {},
): Promise<ReturnType<typeof presentState> & { readonly last: StateEvent | undefined }> {
  const events = await folder.events();
  const last = lastState(events);
  return { ...presentState(last, folder.beat(), await inSlurm(folder, events, fresh)), last };
}

/** A folder's present state alone. */
export async function stateOf(folder: JobFolder): Promise<JobState> {
  return (await presentOf(folder)).state;
}
