import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { cropBytes, depthBytes, recipeHash, rowsPerShard, shardName } from '@workbench/datasets/prepared-files';
import { withFileErrors } from '@workbench/project/file-errors';
import type { Project } from '@workbench/project/project';
import type { SampleColumns } from './sample-columns';

/** One row of a dataset's shards, read at its place; the shards are never loaded whole for a picture. */
export async function readShardRow(
  project: Project,
  { dataset, recipe }: Pick<SampleColumns, 'dataset' | 'recipe'>,
  kind: 'crops' | 'depth',
  row: number,
): Promise<Uint8Array> {
  const bytes = kind === 'crops' ? cropBytes(recipe) : depthBytes(recipe);
  const folder = project.preparedFolder(dataset.id, recipeHash(recipe));
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
