import { AppError } from '@shared/contract/errors';
import type { JobSummary, Progress } from '@shared/domain/job';
import { cancelJob, stopJob } from '@workbench/jobs/control';
import { jobFolder } from '@workbench/jobs/job-folder';
import { advanceQueue, waitReason } from '@workbench/jobs/queue';
import { hasCheckpoint, hasEnded, readSummary } from '@workbench/jobs/summary';
import type { Project } from '@workbench/project/project';
import type { Output } from './output';

const pollMs = 300;

/** How followed jobs ended, as an exit code: 0 all done, 1 one failed or crashed, 3 one stopped. */
export interface Followed {
  readonly summaries: readonly JobSummary[];
  readonly exitCode: 0 | 1 | 3;
}

/**
 * Moves the queue on and shows jobs until all have ended. Ctrl-C asks the running one to save and stop, and takes the
 * waiting ones out of the queue; a second Ctrl-C leaves them to themselves.
 */
export async function followJobs(project: Project, ids: readonly string[], output: Output): Promise<Followed> {
  const view = output.progress();
  const interrupt = onInterrupt(() => stopAll(project, ids), view.line.bind(view));
  const announced = new Set<string>();
  try {
    for (;;) {
      await advanceQueue(project);
      const summaries = await Promise.all(ids.map((id) => readSummary(project, id)));
      for (const summary of summaries) {
        if (summary.state !== 'queued' || !announced.has(summary.job.id))
          view.update({
            key: summary.job.id,
            label: summary.job.name,
            ...(await describeSummary(project, summary)),
          });
        if (summary.state === 'queued') announced.add(summary.job.id);
        if (hasEnded(summary.state) && !announced.has(`${summary.job.id} ended`)) {
          announced.add(`${summary.job.id} ended`);
          if (summary.state !== 'done')
            view.line(`${summary.job.id} ${summary.state}${summary.message === null ? '' : `: ${summary.message}`}`);
        }
      }
      if (summaries.every(({ state }) => hasEnded(state))) return { summaries, exitCode: exitCodeFor(summaries) };
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    interrupt.off();
    view.end();
  }
}

function exitCodeFor(summaries: readonly JobSummary[]): 0 | 1 | 3 {
  if (summaries.some(({ state }) => state === 'failed' || state === 'crashed')) return 1;
  return summaries.some(({ state }) => state === 'stopped') ? 3 : 0;
}

async function describeSummary(project: Project, { job, state, progress }: JobSummary) {
  if (state === 'queued') return { share: null, detail: await waitReason(project, job.id), secondsLeft: null };
  if (hasEnded(state)) return { share: state === 'done' ? 1 : shareOf(progress), detail: state, secondsLeft: null };
  if (!progress) return { share: 0, detail: state, secondsLeft: null };
  return {
    share: shareOf(progress),
    detail: state === 'running' ? phaseText(progress) : state,
    secondsLeft: progress.secondsLeft,
  };
}

function shareOf(progress: Progress | null): number {
  return progress ? Math.min(1, progress.done / progress.steps) : 0;
}

/** `stage-1 · epoch 3/12 · 140 images/s`. */
function phaseText({ phase, epoch, epochs, imagesPerSecond }: Progress): string {
  const parts = [phase];
  if (epoch !== null && epochs !== null) parts.push(`epoch ${epoch}/${epochs}`);
  if (imagesPerSecond !== null) parts.push(`${imagesPerSecond.toFixed(0)} images/s`);
  return parts.join(' · ');
}

async function stopAll(project: Project, ids: readonly string[]): Promise<void> {
  for (const id of [...ids].reverse()) {
    const { state } = await readSummary(project, id);
    if (state === 'queued') await ignoringConflict(cancelJob(project, id));
    else if (!hasEnded(state)) await ignoringConflict(stopJob(project, id));
  }
}

/** A job that ended in the very moment it was to be stopped has stopped. */
async function ignoringConflict(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
  }
}

function onInterrupt(stop: () => Promise<void>, say: (text: string) => void) {
  let asked = false;
  const handle = () => {
    if (asked) {
      say('Leaving; the job goes on to its checkpoint by itself. "relief jobs" shows it.');
      process.exit(3);
    }
    asked = true;
    say('Stopping: saving a checkpoint …');
    stop().catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handle);
  return {
    off() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, handle);
    },
  };
}

/** Whether a stopped job left something to go on from. */
export async function leftCheckpoint(project: Project, id: string): Promise<boolean> {
  return hasCheckpoint(await jobFolder(project, id).events());
}
