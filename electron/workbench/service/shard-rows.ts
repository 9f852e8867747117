import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRecipe } from '@shared/domain/dataset';
import { cropBytes, depthBytes, recipeHash, rowsPerShard, shardName } from '@workbench/datasets/prepared-files';
import { withFileErrors } from '@workbench/project/file-errors';
import type { Project } from '@workbench/project/project';

/** One row of a dataset's shards, read at its place; the shards are never loaded whole for a picture. */
export async function readShardRow(
  project: Project,
  dataset: string,
  kind: 'crops' | 'depth',
  row: number,
): Promise<Uint8Array> {
  const bytes = kind === 'crops' ? cropBytes(defaultRecipe) : depthBytes(defaultRecipe);
  const folder = project.preparedFolder(dataset, recipeHash(defaultRecipe));
  const path = join(folder, shardName(kind, Math.floor(row / rowsPerShard)));
  return withFileErrors('read', path, async () => {
    const file = await open(path, 'r');
    try {
      const buffer = new Uint8Array(bytes);
      await file.read(buffer, 0, bytes, (row % rowsPerShard) * bytes);
      return buffer;
    } finally {
      await file.close();
    }
  });
}
