import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PruneWish, StoredFile } from '@shared/domain/job';
import { checkpointPointers, momentsFile } from './checkpoint';
import { checkpointsFolder, epochFile, storedEpochs } from './run-files';

/** Checkpoints and kept epochs of a run with their sizes, newest first. */
export async function storedFiles(jobFolder: string): Promise<StoredFile[]> {
  const checkpoints = checkpointsFolder(jobFolder);
  const pointers = await checkpointPointers(checkpoints);
  const folders = [...new Set(pointers.map(({ folder }) => folder))];
  const listed = await Promise.all(
    folders.map(async (folder): Promise<StoredFile> => {
      const path = join(checkpoints, folder);
      const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
      return {
        kind: 'checkpoint',
        at: Number(folder),
        roles: pointers.flatMap((pointer) => (pointer.folder === folder ? [pointer.role] : [])),
        bytes: sizes.reduce((sum, size) => sum + size, 0),
        momentBytes: await sizeOf(join(path, momentsFile)),
      };
    }),
  );
  const epochs = await Promise.all(
    (await storedEpochs(jobFolder)).map(async (epoch): Promise<StoredFile> => ({
      ...{ kind: 'epoch', at: epoch, roles: [], momentBytes: 0 },
      bytes: await sizeOf(epochFile(jobFolder, epoch)),
    })),
  );
  return [...listed.sort((a, b) => b.at - a.at), ...epochs.reverse()];
}

/** What would go: files to remove with the bytes that are freed. */
export interface Pruning {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly bytes: number;
}

/**
 * What a wish comes to. Weights of the last and the best checkpoint and the newest epoch always stay, and moments only go
 * where nothing will go on from them.
 * @param isDone whether the run is done: then it is never resumed
 */
export async function planPruning(jobFolder: string, wish: PruneWish, isDone: boolean): Promise<Pruning> {
  const stored = await storedFiles(jobFolder);
  const files: { path: string; bytes: number }[] = [];
  const newest = Math.max(...stored.flatMap(({ kind, at }) => (kind === 'epoch' ? [at] : [])));
  for (const { kind, at, roles, bytes, momentBytes } of stored) {
    if (kind === 'epoch') {
      const { keepEvery } = wish;
      const stays = keepEvery === null || at === newest || (keepEvery > 0 && at % keepEvery === 0);
      if (!stays) files.push({ path: epochFile(jobFolder, at), bytes });
    } else if (wish.moments && momentBytes > 0 && (isDone || !roles.includes('last'))) {
      const folder = String(at).padStart(6, '0');
      files.push({ path: join(checkpointsFolder(jobFolder), folder, momentsFile), bytes: momentBytes });
    }
  }
  return { files, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

export async function prune({ files }: Pruning): Promise<void> {
  for (const { path } of files) await rm(path, { force: true });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0; // Pruned before, or of a version that had none.
  }
}
