import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PreparedRow, ShardInfo } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { z } from '@shared/zod';
import { withFileErrors } from '@workbench/project/file-errors';
import { readJson, readLines, writeFileAtomic, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { hashPrepared, itemsHash, rowsName, shardInfoName, shardName } from '../prepared-files';
import { ShardReader } from '../shard-reader';

/** Folders of a dataset's preparations: whole ones, and what is left of unfinished ones or of an erasure that was killed. */
export function preparedFolders(project: Project, dataset: string): { whole: string[]; unfinished: string[] } {
  const folder = join(project.datasetFolder(dataset), 'prepared');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const [whole, unfinished]: [string[], string[]] = [[], []];
  for (const name of names.sort()) {
    const path = join(folder, name);
    if (!name.includes('.') && existsSync(join(path, shardInfoName))) whole.push(path);
    else unfinished.push(path);
  }
  return { whole, unfinished };
}

/** Crops of a prepared folder that are of these items. */
export async function countRowsOf(folder: string, gone: ReadonlySet<string>): Promise<number> {
  return (await readLines(join(folder, rowsName), PreparedRow)).filter(({ item, ok }) => ok && gone.has(item)).length;
}

/** A row with the order of its fields as preparation wrote them, so that the same bytes come out. */
const AsWritten = z.looseObject({}).transform((written) => ({ written, row: PreparedRow.parse(written) }));

/**
 * Takes items out of a prepared folder: crops, depth targets and rows are written anew without them, as if the preparation
 * had never seen them, and the new folder takes the old one's place.
 * @param before the list with them, `after` without
 */
export async function eraseFromPrepared(
  folder: string,
  gone: ReadonlySet<string>,
  before: readonly MediaItem[],
  after: readonly MediaItem[],
): Promise<void> {
  const info = await readJson(join(folder, shardInfoName), ShardInfo, 'prepared faces');
  const rows = await readLines(join(folder, rowsName), AsWritten);
  const [next, old] = [`${folder}.erasing`, `${folder}.erased`];
  await withFileErrors('write', next, async () => {
    await rm(next, { recursive: true, force: true });
    await mkdir(next, { recursive: true });
  });
  const kept: string[] = [];
  const shards = new ShardReader(folder, info);
  const writers = { crops: new ShardWriter(next, 'crops', info), depth: new ShardWriter(next, 'depth', info) };
  let samples = 0;
  try {
    for (const { row, written } of rows) {
      if (gone.has(row.item)) continue;
      if (!row.ok) kept.push(JSON.stringify(written));
      else {
        await writers.crops.append(shards.crop(row.row));
        await writers.depth.append(shards.depth(row.row));
        kept.push(JSON.stringify({ ...written, row: samples++ }));
      }
    }
  } finally {
    shards.close();
    await writers.crops.close();
    await writers.depth.close();
  }
  await writeFileAtomic(join(next, rowsName), kept.map((line) => `${line}\n`).join(''));
  const fitsList = info.itemsHash === undefined || info.itemsHash === itemsHash(before);
  const anew: ShardInfo = {
    ...info,
    samples,
    failures: kept.length - samples,
    ...(fitsList ? { itemsHash: itemsHash(after) } : {}),
    contentHash: await hashPrepared(next, samples),
  };
  await writeJson(join(next, shardInfoName), ShardInfo.parse(anew));
  await withFileErrors('replace', folder, async () => {
    await rm(old, { recursive: true, force: true });
    await rename(folder, old);
    await rename(next, folder);
    await rm(old, { recursive: true, force: true });
  });
}

/** Appends rows to shard files, one file open at a time. */
class ShardWriter {
  private file: Awaited<ReturnType<typeof open>> | undefined;
  private rows = 0;

  constructor(
    private readonly folder: string,
    private readonly kind: 'crops' | 'depth',
    private readonly info: Pick<ShardInfo, 'rowsPerShard'>,
  ) {}

  async append(bytes: Uint8Array): Promise<void> {
    if (this.rows % this.info.rowsPerShard === 0) await this.close();
    const path = join(this.folder, shardName(this.kind, Math.floor(this.rows / this.info.rowsPerShard)));
    await withFileErrors('write', path, async () => {
      this.file ??= await open(path, 'w');
      await this.file.writeFile(bytes);
    });
    this.rows++;
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = undefined;
    await file?.datasync();
    await file?.close();
  }
}
