import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type PreparationRecipe, type PreparedRow, ShardInfo } from '@shared/domain/dataset';
import { z } from '@shared/zod';
import { withFileErrors } from '@workbench/project/file-errors';
import { readJson, writeJson } from '@workbench/project/files';
import { removeLeftovers } from '@workbench/project/folders';
import type { ItemOutcome } from './prepare-messages';
import {
  cropBytes,
  depthBytes,
  hashPrepared,
  rowsName,
  rowsPerShard,
  shardInfoName,
  shardName,
} from './prepared-files';

/** How far the folder is known to be whole: written after each chunk, so that a killed run goes on from there. */
const Position = z.strictObject({
  /** What the list said about the items ({@link itemsHash}); with another list the preparation starts over. */
  itemsHash: z.string().optional(),
  items: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  rowsBytes: z.int().nonnegative(),
});
type Position = z.infer<typeof Position>;
const positionName = 'position.json';

const start: Position = { items: 0, samples: 0, failures: 0, rowsBytes: 0 };

/** Names what is prepared and by what; goes into `shard.json`. */
export interface PreparationRecord {
  readonly recipe: PreparationRecipe;
  readonly itemsHash: string;
  readonly videoDecoder: string | null;
}

/**
 * Writes a prepared folder chunk by chunk, in item order. Until it is finished it lies beside its place under the name
 * `<folder>.partial`; opening it again cuts off what a killed run had half written and says where to go on.
 */
export class PreparedWriter {
  private constructor(
    private readonly folder: string,
    private readonly record: PreparationRecord,
    private position: Position,
  ) {}

  static async open(folder: string, record: PreparationRecord): Promise<PreparedWriter> {
    const partial = `${folder}.partial`;
    await mkdir(partial, { recursive: true });
    await removeLeftovers(partial);
    const file = join(partial, positionName);
    const position = existsSync(file) ? await readJson(file, Position, 'position of an unfinished preparation') : start;
    const isSameList = position.itemsHash === undefined || position.itemsHash === record.itemsHash;
    const writer = new PreparedWriter(folder, record, isSameList ? position : start);
    await writer.cutToPosition();
    return writer;
  }

  /**
   * Moves a folder to its place whose preparation was killed in its very last steps, all of it written.
   * @returns what it holds, or undefined when there is none
   */
  static async settle(folder: string, list: string): Promise<ShardInfo | undefined> {
    const partial = `${folder}.partial`;
    if (!existsSync(join(partial, shardInfoName)) || existsSync(join(partial, positionName))) return undefined;
    const info = await readJson(join(partial, shardInfoName), ShardInfo, 'prepared faces');
    if (info.itemsHash !== list) return undefined;
    await moveIntoPlace(folder);
    return info;
  }

  /** Items that are done; the next chunk starts with this one. */
  get items(): number {
    return this.position.items;
  }

  get samples(): number {
    return this.position.samples;
  }

  get failures(): number {
    return this.position.failures;
  }

  /** Appends the outcomes of the next items, in order, then moves the position over them. */
  async append(outcomes: readonly { readonly item: string; readonly outcome: ItemOutcome }[]): Promise<void> {
    let { samples, failures } = this.position;
    const rows: PreparedRow[] = [];
    const pieces = new Map<string, Uint8Array[]>();
    const put = (name: string, bytes: Uint8Array) => {
      const there = pieces.get(name);
      if (there) there.push(bytes);
      else pieces.set(name, [bytes]);
    };
    for (const { item, outcome } of outcomes)
      for (const entry of outcome) {
        if (!entry.ok) {
          rows.push({ ...entry, item });
          failures++;
          continue;
        }
        const shard = Math.floor(samples / rowsPerShard);
        put(shardName('crops', shard), entry.crop);
        put(shardName('depth', shard), entry.depth);
        rows.push({ ok: true, item, row: samples, ...entry.row });
        samples++;
      }
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    for (const [name, bytes] of pieces) await appendDurably(this.path(name), bytes);
    await appendDurably(this.path(rowsName), [Buffer.from(text)]);
    this.position = {
      itemsHash: this.record.itemsHash,
      items: this.position.items + outcomes.length,
      samples,
      failures,
      rowsBytes: this.position.rowsBytes + Buffer.byteLength(text),
    };
    await writeJson(this.path(positionName), this.position);
  }

  /** Writes `shard.json` and moves the folder to its place. */
  async finish(): Promise<ShardInfo> {
    const { samples, failures } = this.position;
    const info: ShardInfo = {
      formatVersion: 1,
      recipe: this.record.recipe,
      samples,
      failures,
      rowsPerShard,
      itemsHash: this.record.itemsHash,
      videoDecoder: this.record.videoDecoder,
      contentHash: await hashPrepared(`${this.folder}.partial`, samples),
    };
    await writeJson(this.path(shardInfoName), ShardInfo.parse(info));
    await rm(this.path(positionName), { force: true });
    await moveIntoPlace(this.folder);
    return info;
  }

  private path(name: string): string {
    return join(`${this.folder}.partial`, name);
  }

  private async cutToPosition(): Promise<void> {
    const { samples, rowsBytes } = this.position;
    await cut(this.path(rowsName), rowsBytes);
    const last = Math.floor(samples / rowsPerShard);
    for (const [kind, bytes] of [
      ['crops', cropBytes(this.record.recipe)],
      ['depth', depthBytes(this.record.recipe)],
    ] as const) {
      await cut(this.path(shardName(kind, last)), (samples - last * rowsPerShard) * bytes);
      for (let shard = last + 1; existsSync(this.path(shardName(kind, shard))); shard++) {
        await rm(this.path(shardName(kind, shard)));
      }
    }
  }
}

async function moveIntoPlace(folder: string): Promise<void> {
  await removeLeftovers(`${folder}.partial`);
  await rm(folder, { recursive: true, force: true });
  await rename(`${folder}.partial`, folder);
}

/** On the disk before the position that counts on it is. */
async function appendDurably(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await withFileErrors('write', path, async () => {
    const file = await open(path, 'a');
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.datasync();
    } finally {
      await file.close();
    }
  });
}

/** Cuts a file to a length it must at least have; a missing file counts as empty. */
async function cut(path: string, length: number): Promise<void> {
  const size = existsSync(path) ? (await stat(path)).size : 0;
  if (size < length) {
    throw new AppError(
      'invalid',
      `${path} is shorter than the preparation left it; delete the folder that holds it and prepare again.`,
    );
  }
  if (size > length) await truncate(path, length);
}
