import type { Project } from '@workbench/project/project';
import { wordsOfEnd } from './executors/slurm/control';
import { type JobFolder, jobFolder, jobIds } from './job-folder';
import { editQueue } from './queue-file';
import { freeSlots } from './slots';
import { hasEnded, presentOf } from './summary';

/** Ended jobs need a look only now and then: another process may have resumed one. */
const lookAtEndedEveryMs = 10_000;
const settled = new Map<string, number>();

/** For the start of a job: it is to be looked at again. */
export function unsettle(project: Project, id: string): void {
  settled.delete(`${project.folder}/${id}`);
}

/**
 * Writes down what has become of jobs without a word of their own: `crashed` where the process is gone, `stopped` where
 * Slurm has taken a waiting run out of its queue, `queued` where it has put one back.
 */
export async function noteEnds(project: Project): Promise<void> {
  for (const id of jobIds(project)) {
    const key = `${project.folder}/${id}`;
    if (Date.now() - (settled.get(key) ?? 0) < lookAtEndedEveryMs) continue;
    const folder = jobFolder(project, id);
    const seen = await differenceOf(folder);
    if (seen.ended) settled.set(key, Date.now());
    if (seen.news === undefined) continue;
    const submission = seen.ended ? folder.submission() : undefined;
    const more = submission === undefined ? '' : await wordsOfEnd(submission);
    await editQueue(project, async () => {
      const { news } = await differenceOf(folder, true);
      if (news?.state !== seen.news?.state || news === undefined) return;
      await folder.appendState(news.state, [news.message, more, adviceOf(news.state)].filter(Boolean).join(' '));
    });
    if (seen.ended) freeSlots(project.folder, id);
  }
}

function adviceOf(state: 'crashed' | 'stopped' | 'queued'): string {
  return state === 'stopped' ? 'Resume hands it over anew.' : '';
}

/** What holds now and is not written down yet. */
async function differenceOf(folder: JobFolder, fresh = false) {
  const { last, state, message } = await presentOf(folder, { fresh });
  const isNews =
    state !== last?.state &&
    (state === 'crashed' || state === 'stopped' || (state === 'queued' && folder.submission() !== undefined));
  return { ended: hasEnded(state), news: isNews ? { state, message } : undefined };
}
