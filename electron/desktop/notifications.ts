import { Notification } from 'electron';
import type { JobState, JobSummary } from '@shared/domain/job';
import type { WorkbenchClient, WorkbenchHost } from './workbench-host';

/** States in which a job has come to its end, in the words of the notification. */
const endings: Partial<Record<JobState, string>> = {
  done: 'is done',
  failed: 'failed',
  crashed: 'crashed',
};

/**
 * Tells of jobs that end while nobody is looking at the window.
 * @param isWatched whether the window has the focus
 * @param open brings the window up
 */
export function notifyOfEndedJobs(host: WorkbenchHost, isWatched: () => boolean, open: () => void): void {
  host.changed.subscribe(({ state }) => {
    if (state === 'ready' && host.client && Notification.isSupported()) void watch(host.client, isWatched, open);
  });
}

async function watch(client: WorkbenchClient, isWatched: () => boolean, open: () => void): Promise<void> {
  const seen = new Map<string, JobState>();
  try {
    for await (const jobs of client['jobs.watch']({}))
      for (const summary of jobs) {
        const before = seen.get(summary.job.id);
        seen.set(summary.job.id, summary.state);
        const ending = endings[summary.state];
        const hasEnded = before !== undefined && before !== summary.state && ending !== undefined;
        if (hasEnded && !isWatched()) notify(summary, ending, open);
      }
  } catch {
    // The workbench went away or has no project; its next start subscribes again.
  }
}

function notify({ job, message }: JobSummary, ending: string, open: () => void): void {
  const notification = new Notification({ title: `${job.name} ${ending}`, body: message ?? '' });
  notification.on('click', open);
  notification.show();
}
