import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Dataset, defaultRecipe } from '@shared/domain/dataset';
import { readPrepared } from '@workbench/datasets/prepared-data';
import { cropBytes, depthBytes } from '@workbench/datasets/prepared-files';
import type { ItemOutcome } from '@workbench/datasets/prepare-messages';
import { PreparedWriter } from '@workbench/datasets/prepared-writer';
import { mediaItem } from '../../fixtures/media-item';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'relief-prepared-')), 'recipe');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

function face(value: number, index: number): ItemOutcome[number] {
  return {
    ok: true,
    crop: new Uint8Array(cropBytes(defaultRecipe)).fill(value),
    depth: new Uint8Array(depthBytes(defaultRecipe)).fill(255 - value),
    row: {
      face: index,
      box: [1, 2, 3, 4],
      detectorScore: 0.9,
      meshFlag: 1,
      yaw: 0,
      pitch: 0,
      region: { centreX: 2, centreY: 4, side: 6, rotation: 0 },
      landmarks: [],
    },
  };
}
const found = (...values: number[]): ItemOutcome => values.map(face);
const lost: ItemOutcome = [{ ok: false, reason: 'no-face', message: 'b: No face found.' }];
const record = { recipe: defaultRecipe, itemsHash: 'list', videoDecoder: null };
const outcomes = [found(10), lost, found(20, 21), found(30)].map((outcome, index) => ({
  item: `item${String(index)}`,
  outcome,
}));

const items = outcomes.map(({ item }) => mediaItem('d', `${item}.jpg`, { id: item }));
const dataset: Dataset = {
  formatVersion: 1,
  id: 'd',
  name: 'd',
  importer: 'folder',
  origin: { kind: 'folder', root: '/photos' },
  synthetic: false,
  oneSubjectPerImage: false,
  split: 'carved',
  createdAt: new Date(0).toISOString(),
  counts: {},
  attackTypes: [],
  subjects: 4,
  findings: [],
};

async function writeUninterrupted(): Promise<string> {
  const writer = await PreparedWriter.open(folder, record);
  await writer.append(outcomes.slice(0, 2));
  await writer.append(outcomes.slice(2));
  return (await writer.finish()).contentHash;
}

describe('prepared files', () => {
  it('give back crops, depth targets and the reason of every failure', async () => {
    await writeUninterrupted();
    const data = await readPrepared(folder, dataset, items);
    expect(data.samples.map(({ item, row, sample }) => [item.id, row, sample.face])).toEqual([
      ['item0', 0, 0],
      ['item2', 1, 0],
      ['item2', 2, 1],
      ['item3', 3, 0],
    ]);
    expect(data.samples.map(({ row }) => [data.crop(row)[0], data.depth(row)[0]])).toEqual([
      [10, 245],
      [20, 235],
      [21, 234],
      [30, 225],
    ]);
    expect(data.failed).toMatchObject([{ item: { id: 'item1' }, reason: 'no-face', message: 'b: No face found.' }]);
  });

  it('go on after a kill in the middle of a chunk, without duplicates, to the same bytes', async () => {
    const expected = await writeUninterrupted();
    await rm(folder, { recursive: true });

    const killed = await PreparedWriter.open(folder, record);
    await killed.append(outcomes.slice(0, 2));
    // What a chunk leaves that was cut short: half a crop, a whole depth map, a torn row.
    await appendFile(join(`${folder}.partial`, 'crops-000.u8'), new Uint8Array(cropBytes(defaultRecipe) / 2));
    await appendFile(join(`${folder}.partial`, 'depth-000.u8'), new Uint8Array(depthBytes(defaultRecipe)));
    await appendFile(join(`${folder}.partial`, 'rows.jsonl'), '{"ok":true,"item":"ite');

    const resumed = await PreparedWriter.open(folder, record);
    expect(resumed.items).toBe(2);
    await resumed.append(outcomes.slice(2));
    expect((await resumed.finish()).contentHash).toBe(expected);
  });

  it('are moved into place when the kill came after everything was written', async () => {
    const expected = await writeUninterrupted();
    await rename(folder, `${folder}.partial`);
    await writeFile(join(`${folder}.partial`, 'position.json.12-0.tmp'), '{');
    expect(await PreparedWriter.settle(folder, 'another list')).toBeUndefined();
    expect(await PreparedWriter.settle(folder, 'list')).toMatchObject({ contentHash: expected });
    expect((await readdir(folder)).sort()).toEqual(['crops-000.u8', 'depth-000.u8', 'rows.jsonl', 'shard.json']);
  });

  it('start over when the list of items has changed since', async () => {
    const killed = await PreparedWriter.open(folder, record);
    await killed.append(outcomes.slice(0, 2));
    expect((await PreparedWriter.open(folder, record)).items).toBe(2);
    expect((await PreparedWriter.open(folder, { ...record, itemsHash: 'another list' })).items).toBe(0);
  });

  it('refuse a shard that lost bytes and say which', async () => {
    await writeUninterrupted();
    const { truncate } = await import('node:fs/promises');
    await truncate(join(folder, 'depth-000.u8'), 100);
    await expect(readPrepared(folder, dataset, items)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('depth-000.u8') as string,
    });
  });
});
