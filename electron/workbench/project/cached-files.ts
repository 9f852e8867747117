import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from './app-folders';

/** Longest sides that a thumbnail may have, px. */
const smallest = 16;
const largest = 1024;

export function thumbnailSizes(): number[] {
  return Array.from({ length: largest - smallest + 1 }, (_, index) => smallest + index);
}

/** Where a small picture of a file is kept: by the file's path, size and time of change, and by its own longest side. */
export function thumbnailFile(original: string, bytes: number, changedMs: number, side: number): string {
  const name = createHash('sha256').update(`${original}\n${bytes}\n${changedMs}\n${side}`).digest('hex');
  return join(cacheFolder(), 'thumbnails', name.slice(0, 2), `${name}.jpg`);
}

/** Where the columns of a dataset's list are kept between two openings. */
export function columnsSnapshot(itemsFile: string): string {
  return join(cacheFolder(), 'columns', `${createHash('sha256').update(itemsFile).digest('hex').slice(0, 24)}.v8`);
}
