import { AppError } from '@shared/contract/errors';
import type { PruneWish } from '@shared/domain/job';
import { withFileErrors } from '@workbench/project/file-errors';
import type { Project } from '@workbench/project/project';
import { planPruning, prune } from '@workbench/training/stored';
import { jobFolder } from './job-folder';
import { editQueue } from './queue-file';
import { hasEnded, stateOf } from './summary';

/**
 * Frees what a run keeps and nothing needs any more: generators of epochs, optimizer moments that nothing will go on from.
 * The weights of the last and the best checkpoint and the newest epoch stay.
 * @param dryRun only counts
 * @returns bytes freed, and in how many files
 * @throws AppError `conflict` while the run works or waits
 */
export async function pruneRun(
  project: Project,
  id: string,
  wish: PruneWish,
  dryRun = false,
): Promise<{ bytes: number; files: number }> {
  const folder = jobFolder(project, id);
  return editQueue(project, async () => {
    const state = await stateOf(folder);
    if (!dryRun && !hasEnded(state))
      throw new AppError('conflict', `${id} is ${state}: only runs that have ended are pruned.`, { job: id });
    const pruning = await planPruning(folder.path, wish, state === 'done');
    if (!dryRun) await withFileErrors('remove', folder.path, () => prune(pruning));
    return { bytes: pruning.bytes, files: pruning.files.length };
  });
}
