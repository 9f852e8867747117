import { existsSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type PreparationRecipe, type PreparedRow, ShardInfo } from '@shared/domain/dataset';
import { z } from '@shared/zod';
import { readJson, writeJson } from '@workbench/project/files';
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
  items: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  rowsBytes: z.int().nonnegative(),
});
type Position = z.infer<typeof Position>;
const positionName = 'position.json';

/**
 * Writes a prepared folder chunk by chunk, in item order. Until it is finished it lies beside its place under the name
 * `<folder>.partial`; opening it again cuts off what a killed run had half written and says where to go on.
 */
export class PreparedWriter {
  private constructor(
    private readonly folder: string,
    private readonly recipe: PreparationRecipe,
    private position: Position,
  ) {}

  static async open(folder: string, recipe: PreparationRecipe): Promise<PreparedWriter> {
    const partial = `${folder}.partial`;
    await mkdir(partial, { recursive: true });
    const file = join(partial, positionName);
    const position = existsSync(file)
      ? await readJson(file, Position, 'position of an unfinished preparation')
      : { items: 0, samples: 0, failures: 0, rowsBytes: 0 };
    const writer = new PreparedWriter(folder, recipe, position);
    await writer.cutToPosition();
    return writer;
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
    const put = (name: string, bytes: Uint8Array) => pieces.set(name, [...(pieces.get(name) ?? []), bytes]);
    for (const { item, outcome } of outcomes) {
      if (!outcome.ok) {
        rows.push({ ...outcome, item });
        failures++;
        continue;
      }
      outcome.faces.forEach((face, index) => {
        const shard = Math.floor(samples / rowsPerShard);
        put(shardName('crops', shard), face.crop);
        put(shardName('depth', shard), face.depth);
        rows.push({ ok: true, item, face: index, row: samples, ...face.row });
        samples++;
      });
    }
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    for (const [name, bytes] of pieces) await appendFile(this.path(name), Buffer.concat(bytes));
    await appendFile(this.path(rowsName), text);
    this.position = {
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
      recipe: this.recipe,
      samples,
      failures,
      rowsPerShard,
      contentHash: await hashPrepared(`${this.folder}.partial`, samples),
    };
    await writeJson(this.path(shardInfoName), ShardInfo.parse(info));
    await rm(this.path(positionName), { force: true });
    await rm(this.folder, { recursive: true, force: true });
    await rename(`${this.folder}.partial`, this.folder);
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
      ['crops', cropBytes(this.recipe)],
      ['depth', depthBytes(this.recipe)],
    ] as const) {
      await cut(this.path(shardName(kind, last)), (samples - last * rowsPerShard) * bytes);
      for (let shard = last + 1; existsSync(this.path(shardName(kind, shard))); shard++) {
        await rm(this.path(shardName(kind, shard)));
      }
    }
  }
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
