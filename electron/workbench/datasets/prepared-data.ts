import { join } from 'node:path';
import type { Dataset, PreparedSample } from '@shared/domain/dataset';
import { PreparedRow, ShardInfo } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { readJson, readLines } from '@workbench/project/files';
import { rowsName, shardInfoName } from './prepared-files';
import { ShardReader } from './shard-reader';

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

/** A prepared dataset: its rows in memory, its pixels in files that are read by row. */
export interface PreparedData {
  readonly dataset: Dataset;
  readonly info: ShardInfo;
  /** Where the shards lie. */
  readonly folder: string;
  readonly samples: readonly PreparedSampleRecord[];
  readonly failed: readonly FailedItem[];
  /** RGB crop of a row, `[cropSize, cropSize, 3]`, 0–255, read now; the caller's own. */
  crop(row: number): Uint8Array;
  /** Depth target of a row, `[depthSize, depthSize]`, nearest 255, background 0, read now; the caller's own. */
  depth(row: number): Uint8Array;
  /** Lets go of open files; reading on opens them again. */
  close(): void;
}

/** Crops by position, each read when it is asked for. Arrays are such lists, too. */
export interface CropList {
  readonly length: number;
  at(position: number): Uint8Array | undefined;
}

/** The crops of records, of whichever datasets, without holding any. */
export function cropsOf(records: readonly { data: PreparedData; record: { row: number } }[]): CropList {
  return {
    length: records.length,
    at: (position) => {
      const found = records[position];
      return found?.data.crop(found.record.row);
    },
  };
}

/** A frame of a clip as an item of its own: the clip is its video. */
export function itemOfFrame(item: MediaItem, frame: number | undefined): MediaItem {
  if (item.kind !== 'video') return item;
  return { ...item, videoId: item.videoId ?? item.path, frame: frame ?? null };
}

/**
 * Opens a prepared folder: reads its rows and looks at the sizes of its shards.
 * @throws AppError `not-found` when the dataset has not been prepared with this recipe, `invalid` when files do not fit
 */
export async function readPrepared(
  folder: string,
  dataset: Dataset,
  items: readonly MediaItem[],
): Promise<PreparedData> {
  const info = await readJson(join(folder, shardInfoName), ShardInfo, `prepared faces of dataset ${dataset.id}`);
  const rows = await readLines(join(folder, rowsName), PreparedRow);
  const shards = new ShardReader(folder, info);
  shards.checkSizes();

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
  return {
    dataset,
    info,
    folder,
    samples,
    failed,
    crop: (row) => shards.crop(row),
    depth: (row) => shards.depth(row),
    close: () => {
      shards.close();
    },
  };
}

/** The same data without the samples and failures of some items. @param left ids of the items that are left out */
export function withoutItems(data: PreparedData, left: ReadonlyMap<string, unknown>): PreparedData {
  if (left.size === 0) return data;
  return {
    ...data,
    samples: data.samples.filter(({ item }) => !left.has(item.id)),
    failed: data.failed.filter(({ item }) => !left.has(item.id)),
  };
}
