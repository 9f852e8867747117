import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Dataset, PreparedSample } from '@shared/domain/dataset';
import { PreparedRow, ShardInfo } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { readJson, readLines } from '@workbench/project/files';
import { cropBytes, depthBytes, rowsName, shardInfoName, shardName } from './prepared-files';

/** A face with its media item. */
export interface PreparedSampleRecord {
  readonly item: MediaItem;
  /** Line of the item in `items.jsonl`, from 0. */
  readonly index: number;
  readonly sample: PreparedSample;
  /** Row in the shards. */
  readonly row: number;
}

/** A media item that gave no sample: at test time a failure to acquire. */
export interface FailedItem {
  readonly item: MediaItem;
  readonly index: number;
  readonly reason: string;
  readonly message: string;
}

/** A prepared dataset in memory: 53 kB a sample at the default recipe. */
export interface PreparedData {
  readonly dataset: Dataset;
  readonly info: ShardInfo;
  readonly samples: readonly PreparedSampleRecord[];
  readonly failed: readonly FailedItem[];
  /** RGB crop of a row, `[cropSize, cropSize, 3]`, 0–255; a view, not a copy. */
  crop(row: number): Uint8Array;
  /** Depth target of a row, `[depthSize, depthSize]`, nearest 255, background 0; a view, not a copy. */
  depth(row: number): Uint8Array;
}

/** A frame of a clip as an item of its own: the clip is its video. */
export function itemOfFrame(item: MediaItem, frame: number | undefined): MediaItem {
  if (item.kind !== 'video') return item;
  return { ...item, videoId: item.videoId ?? item.path, frame: frame ?? null };
}

/**
 * Reads a prepared folder whole.
 * @throws AppError `not-found` when the dataset has not been prepared with this recipe, `invalid` when files do not fit
 */
export async function readPrepared(
  folder: string,
  dataset: Dataset,
  items: readonly MediaItem[],
): Promise<PreparedData> {
  const info = await readJson(join(folder, shardInfoName), ShardInfo, `prepared faces of dataset ${dataset.id}`);
  const rows = await readLines(join(folder, rowsName), PreparedRow);
  const cropSize = cropBytes(info.recipe);
  const depthSize = depthBytes(info.recipe);
  const crops = await readShards('crops', cropSize);
  const depths = await readShards('depth', depthSize);

  const indexOf = new Map(items.map((item, index) => [item.id, index]));
  const samples: PreparedSampleRecord[] = [];
  const failed: FailedItem[] = [];
  for (const row of rows) {
    const index = indexOf.get(row.item);
    const item = index === undefined ? undefined : items[index];
    if (index === undefined || !item) continue; // removed from the dataset since
    const shown = itemOfFrame(item, row.frame);
    if (row.ok) samples.push({ item: shown, index, sample: row, row: row.row });
    else failed.push({ item: shown, index, reason: row.reason, message: row.message });
  }

  const view = (shards: readonly Uint8Array[], bytes: number, row: number) => {
    const shard = shards[Math.floor(row / info.rowsPerShard)];
    const from = (row % info.rowsPerShard) * bytes;
    if (!shard || row < 0 || from + bytes > shard.length) throw new RangeError(`row ${row} of ${info.samples}`);
    return shard.subarray(from, from + bytes);
  };
  return {
    dataset,
    info,
    samples,
    failed,
    crop: (row) => view(crops, cropSize, row),
    depth: (row) => view(depths, depthSize, row),
  };

  async function readShards(kind: 'crops' | 'depth', bytes: number): Promise<Uint8Array[]> {
    const shards: Uint8Array[] = [];
    for (let first = 0; first < info.samples; first += info.rowsPerShard) {
      const path = join(folder, shardName(kind, first / info.rowsPerShard));
      const content = await readFile(path);
      const expected = Math.min(info.rowsPerShard, info.samples - first) * bytes;
      if (content.length !== expected) {
        throw new AppError(
          'invalid',
          `${path}: ${content.length} bytes where ${expected} belong; prepare the dataset again.`,
        );
      }
      shards.push(content);
    }
    return shards;
  }
}
