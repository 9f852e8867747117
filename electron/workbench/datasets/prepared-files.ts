import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PreparationRecipe } from '@shared/domain/dataset';

/** Samples in one shard file; the last one may hold fewer. */
export const rowsPerShard = 1024;

/** Bytes of one RGB crop `[size, size, 3]`. */
export function cropBytes(recipe: PreparationRecipe): number {
  return recipe.cropSize * recipe.cropSize * 3;
}

/** Bytes of one pseudo-depth map `[size, size]`, nearest 255. */
export function depthBytes(recipe: PreparationRecipe): number {
  return recipe.depthSize * recipe.depthSize;
}

/** The recipe's short hash: the name of the folder that holds its shards. */
export function recipeHash(recipe: PreparationRecipe): string {
  const ordered = Object.entries(recipe).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex').slice(0, 12);
}

export function shardName(kind: 'crops' | 'depth', shard: number): string {
  return `${kind}-${String(shard).padStart(3, '0')}.u8`;
}

export const rowsName = 'rows.jsonl';
export const shardInfoName = 'shard.json';

/** SHA-256 over crops, depth and rows of a prepared folder, in this order. */
export async function hashPrepared(folder: string, samples: number): Promise<string> {
  const hash = createHash('sha256');
  const shards = Math.ceil(samples / rowsPerShard);
  const names = [
    ...Array.from({ length: shards }, (_, shard) => shardName('crops', shard)),
    ...Array.from({ length: shards }, (_, shard) => shardName('depth', shard)),
    rowsName,
  ];
  for (const name of names) {
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
