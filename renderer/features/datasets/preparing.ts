import { computed, type ComputedRef } from 'vue';
import type { JobSummary } from '@shared/domain/job';
import { isActive, useJobs } from '../../stores/jobs';

/** The job that draws or prepares a dataset now, or waits to. */
export function usePreparing(): ComputedRef<ReadonlyMap<string, JobSummary>> {
  const jobs = useJobs();
  return computed(() => {
    const byDataset = new Map<string, JobSummary>();
    for (const summary of jobs.list) {
      if (summary.job.kind !== 'prepare' || !(isActive(summary.state) || summary.state === 'queued')) continue;
      for (const task of summary.job.tasks) byDataset.set(task.dataset, summary);
    }
    return byDataset;
  });
}

/** The job that checks datasets now, or waits to. */
export function useChecking(): ComputedRef<JobSummary | null> {
  const jobs = useJobs();
  return computed(
    () => jobs.list.find(({ job, state }) => job.kind === 'check' && (isActive(state) || state === 'queued')) ?? null,
  );
}

/** How far the whole job is, 0–1; null while it is not known. */
export function shareOf(summary: JobSummary): number | null {
  return summary.progress ? summary.progress.done / summary.progress.steps : null;
}

/** First word of the phase; the dataset's name follows it. */
const phases: Record<string, string> = {
  synthesis: 'drawing',
  faces: 'finding faces in',
  files: 'reading files of',
  shortcuts: 'looking for shortcuts in',
};

/** What it does now, in words. */
export function phaseOf(summary: JobSummary): string {
  if (summary.state === 'queued') return 'waits in the queue';
  const phase = summary.progress?.phase;
  if (phase === undefined) return 'starting';
  const [word = '', ...rest] = phase.split(' ');
  return [phases[word] ?? word, ...rest].join(' ');
}
