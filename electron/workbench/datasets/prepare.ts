import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type PreparationRecipe, ShardInfo } from '@shared/domain/dataset';
import { readJsonIfPresent } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { type PrepareRequest, readReply } from './prepare-messages';
import { recipeHash, shardInfoName } from './prepared-files';
import { PreparedWriter } from './prepared-writer';
import { datasetRoot, readDataset, readItems } from './store';

/** Items between two points from which a killed preparation can go on. */
const chunkItems = 64;

export interface PrepareOptions {
  /** Worker threads; 0 = all cores. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Finds the faces of a dataset and writes crops and depth targets. Runs in parallel, in bounded memory, and goes on where a
 * killed run left off; a finished preparation with the same recipe is kept as it is. Originals are only read.
 * @throws AppError `cancelled` after a stop (what is done is kept), `not-found` for an unknown dataset, `no-space`
 */
export async function prepareDataset(
  project: Project,
  id: string,
  recipe: PreparationRecipe,
  { threads, signal, onProgress }: PrepareOptions,
): Promise<ShardInfo> {
  const folder = project.preparedFolder(id, recipeHash(recipe));
  const finished = await readJsonIfPresent(join(folder, shardInfoName), ShardInfo, 'prepared faces');
  if (finished) return finished;

  const dataset = await readDataset(project, id);
  const items = await readItems(project, id);
  const root = datasetRoot(project, dataset);
  const writer = await PreparedWriter.open(folder, recipe);
  const pool = new WorkerPool('prepare-worker.cjs', threads > 0 ? threads : availableParallelism());
  try {
    onProgress?.(writer.items, items.length);
    while (writer.items < items.length) {
      if (signal?.aborted) throw new AppError('cancelled', `Preparation of ${id} was stopped; it goes on from here.`);
      const first = writer.items;
      const chunk = items.slice(first, first + chunkItems);
      const outcomes = await pool.run({
        tasks: chunk.map((item, position): PrepareRequest => ({
          index: first + position,
          path: join(root, item.path),
          name: item.path,
          box: item.box,
          bonaFide: item.attackType === null,
          largestOnly: dataset.oneSubjectPerImage,
          recipe,
        })),
        hear: readReply,
      });
      await writer.append(
        chunk.map((item, position) => {
          const outcome = outcomes[position];
          if (!outcome) throw new Error(`no outcome for item ${item.id}`);
          return { item: item.id, outcome };
        }),
      );
      onProgress?.(writer.items, items.length);
    }
  } finally {
    await pool.close();
  }
  return writer.finish();
}
