import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { ShardInfo } from '@shared/domain/dataset';
import { fileError } from '@workbench/project/file-errors';
import { cropBytes, depthBytes, shardName } from './prepared-files';

/** What shards hold, as `shard.json` tells it. */
export type ShardLayout = Pick<ShardInfo, 'recipe' | 'samples' | 'rowsPerShard'>;

type Kind = 'crops' | 'depth';

/** Files held open: more than the shards a walk in order touches, far fewer than a process may open. */
const openFiles = 16;

/**
 * Crops and depth targets of a prepared folder, read by row when they are asked for: memory does not grow with the number
 * of samples. Files are opened as they are needed, also after {@link close}, which only lets go of those that are open.
 */
export class ShardReader {
  /** By path, the one longest unused first. */
  private readonly files = new Map<string, number>();
  private readonly rowBytes: Readonly<Record<Kind, number>>;

  constructor(
    private readonly folder: string,
    private readonly layout: ShardLayout,
  ) {
    this.rowBytes = { crops: cropBytes(layout.recipe), depth: depthBytes(layout.recipe) };
  }

  /** RGB crop of a row, `[cropSize, cropSize, 3]`, 0–255; into `target` where one is given. */
  crop(row: number, target?: Uint8Array): Uint8Array {
    return this.read('crops', row, target);
  }

  /** Depth target of a row, `[depthSize, depthSize]`, nearest 255, background 0; into `target` where one is given. */
  depth(row: number, target?: Uint8Array): Uint8Array {
    return this.read('depth', row, target);
  }

  /**
   * Looks at the size of every shard, not at what is in it.
   * @throws AppError `invalid` naming the first file that lacks bytes or has too many, `not-found` one that is missing
   */
  checkSizes(): void {
    const { samples, rowsPerShard } = this.layout;
    for (const kind of ['crops', 'depth'] as const)
      for (let first = 0; first < samples; first += rowsPerShard) {
        const path = join(this.folder, shardName(kind, first / rowsPerShard));
        const expected = Math.min(rowsPerShard, samples - first) * this.rowBytes[kind];
        const size = sizeOf(path);
        if (size !== expected) throw damaged(path, `${size} bytes where ${expected} belong`);
      }
  }

  close(): void {
    for (const file of this.files.values()) closeSync(file);
    this.files.clear();
  }

  private read(kind: Kind, row: number, target?: Uint8Array): Uint8Array {
    const { samples, rowsPerShard } = this.layout;
    if (!Number.isInteger(row) || row < 0 || row >= samples) throw new RangeError(`row ${row} of ${samples}`);
    const bytes = this.rowBytes[kind];
    const into = target ?? new Uint8Array(bytes);
    if (into.length !== bytes) throw new RangeError(`a row of ${kind} takes ${bytes} bytes, not ${into.length}`);
    const path = join(this.folder, shardName(kind, Math.floor(row / rowsPerShard)));
    let done = 0;
    while (done < bytes) {
      const count = this.readPart(path, into, done, (row % rowsPerShard) * bytes + done);
      if (count === 0) throw damaged(path, `it ends before row ${row}`);
      done += count;
    }
    return into;
  }

  private readPart(path: string, into: Uint8Array, offset: number, position: number): number {
    try {
      return readSync(this.open(path), into, offset, into.length - offset, position);
    } catch (error) {
      throw fileError(error, 'read', path);
    }
  }

  private open(path: string): number {
    const held = this.files.get(path);
    if (held !== undefined) {
      this.files.delete(path);
      this.files.set(path, held);
      return held;
    }
    for (const [oldest, file] of this.files) {
      if (this.files.size < openFiles) break;
      closeSync(file);
      this.files.delete(oldest);
    }
    const file = openSync(path, 'r');
    this.files.set(path, file);
    return file;
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

function damaged(path: string, what: string): AppError {
  return new AppError('invalid', `${path}: ${what}; prepare the dataset again.`, { path });
}
