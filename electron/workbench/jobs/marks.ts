import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { changedMarks, noMarks, RunMarks, type RunMarksChange } from '@shared/domain/run-marks';
import { writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { jobFolder } from './job-folder';
import { editQueue } from './queue-file';
import { hasEnded, stateOf } from './summary';

/**
 * Changes what is noted on jobs: all of them, or none where one refuses.
 * @throws AppError `conflict` when one that runs or waits is to be archived, `invalid` when it would have too many tags
 */
export async function markJobs(project: Project, ids: readonly string[], change: RunMarksChange): Promise<void> {
  await editQueue(project, async () => {
    const changed: { path: string; marks: RunMarks }[] = [];
    for (const id of ids) {
      const folder = jobFolder(project, id);
      const state = await stateOf(folder);
      if (change.archived === true && !hasEnded(state))
        throw new AppError('conflict', `${id} is ${state}: only runs that have ended are archived.`, { job: id });
      const marks = RunMarks.safeParse(changedMarks((await folder.marks()) ?? noMarks, change));
      if (!marks.success) throw new AppError('invalid', `${id} would have more than 20 tags.`, { job: id });
      changed.push({ path: join(folder.path, 'marks.json'), marks: marks.data });
    }
    for (const { path, marks } of changed) await writeJson(path, marks);
  });
}
