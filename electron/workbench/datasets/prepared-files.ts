import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PreparationRecipe } from '@shared/domain/dataset';
import { defaultFrameRule } from '@shared/domain/frame-rule';
import type { MediaItem } from '@shared/domain/media-item';

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

/**
 * The recipe's short hash: the name of the folder that holds its shards. The default frame rule counts as none, as in
 * recipes from before there were clips.
 */
export function recipeHash(recipe: PreparationRecipe): string {
  // Fields that came later say nothing at their default, so that what was prepared before them is still found.
  const isDefault: Readonly<Record<string, boolean>> = {
    frames: JSON.stringify(recipe.frames) === JSON.stringify(defaultFrameRule),
    depthTarget: recipe.depthTarget === 'mesh',
  };
  const ordered = Object.entries(recipe)
    .filter(([name]) => isDefault[name] !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex').slice(0, 12);
}

/** SHA-256 over all that preparation reads off the items: which they are, how their faces are given, and their class. */
export function itemsHash(items: readonly MediaItem[]): string {
  const hash = createHash('sha256');
  for (const { id, path, kind, box, eyes, track, depth, attackType } of items) {
    const facts = [id, path, kind, box, eyes ?? null, track ?? null, attackType === null];
    hash.update(`${JSON.stringify(depth ? [...facts, depth] : facts)}\n`);
  }
  return hash.digest('hex');
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
