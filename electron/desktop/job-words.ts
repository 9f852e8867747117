import { isActive, type JobState, type JobSummary } from '@shared/domain/job';
import type { JobChange } from './job-watch';

/** What tray, taskbar and the question before quitting say of the jobs. */
export interface JobsInShort {
  /** Jobs with a process on this machine; those of Slurm are not its matter. */
  readonly active: readonly JobSummary[];
  readonly waiting: number;
  /** Mean share done of the active ones, in [0, 1]; null when nothing runs. */
  readonly share: number | null;
  /** One line for each active job, then what waits; "Nothing runs" without either. */
  readonly lines: readonly string[];
}

export function inShort(jobs: readonly JobSummary[]): JobsInShort {
  const active = jobs.filter(({ state, slurm }) => isActive(state) && slurm === undefined);
  const waiting = jobs.filter(({ state, slurm }) => state === 'queued' && slurm === undefined).length;
  const shares = active.map((job) => shareOf(job));
  const lines = [
    ...active.map((job) => lineOf(job)),
    ...(waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} in the queue`]),
  ];
  return {
    active,
    waiting,
    share: active.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / active.length,
    lines: lines.length === 0 ? ['Nothing runs'] : lines,
  };
}

function shareOf({ progress }: JobSummary): number {
  return progress === null ? 0 : Math.min(1, progress.done / progress.steps);
}

function lineOf(summary: JobSummary): string {
  const { job, state, progress } = summary;
  if (state === 'stalled') return `${job.name}: stands still`;
  if (state === 'stopping') return `${job.name}: saving`;
  const left = progress?.secondsLeft;
  const words = left === null || left === undefined ? '' : `, ${leftWords(left)} left`;
  return `${job.name}: ${Math.floor(100 * shareOf(summary))} %${words}`;
}

function leftWords(seconds: number): string {
  if (seconds >= 5400) return `${Math.round(seconds / 3600)} h`;
  return seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${Math.max(1, Math.round(seconds))} s`;
}

/** What a person is told of who does not look at the window. */
export interface Notice {
  readonly title: string;
  readonly body: string;
}

const troubles: Partial<Record<JobState, string>> = {
  failed: 'failed',
  crashed: 'crashed',
  stalled: 'stands still',
};

/**
 * Jobs that came to an end or into trouble. Of runs that were launched together only troubles are told one by one; that they
 * are done is told once, with the last of them.
 * @param all every job as it is now
 */
export function noticesOf(changes: readonly JobChange[], all: readonly JobSummary[]): Notice[] {
  return changes.flatMap(({ before, now }) => {
    if (before === undefined || before.state === now.state) return [];
    const { job, state, message } = now;
    const trouble = troubles[state];
    const notices = trouble === undefined ? [] : [{ title: `${job.name} ${trouble}`, body: message ?? '' }];
    if (job.group === null) return state === 'done' ? [{ title: `${job.name} is done`, body: message ?? '' }] : notices;
    const hasEnded = state === 'done' || state === 'failed' || state === 'crashed' || state === 'stopped';
    const group = all.filter((other) => other.job.group === job.group);
    if (!hasEnded || group.some((other) => isActive(other.state) || other.state === 'queued')) return notices;
    return [...notices, { title: `${groupName(job.group)} has ended`, body: countsOf(group) }];
  });
}

/** `claim-20261125T1030` → `claim`. */
function groupName(group: string): string {
  return group.replace(/-\d{8}T\d{4,6}$/, '');
}

function countsOf(group: readonly JobSummary[]): string {
  const counts = new Map<JobState, number>();
  for (const { state } of group) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
