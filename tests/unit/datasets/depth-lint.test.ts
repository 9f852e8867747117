import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRecipe } from '@shared/domain/dataset';
import { lintDepth } from '@workbench/datasets/depth-lint';
import { prepareDataset } from '@workbench/datasets/prepare';
import type { PreparedSampleRecord } from '@workbench/datasets/prepared-data';
import { openPrepared } from '@workbench/datasets/store';
import { drawSyntheticDataset } from '@workbench/datasets/synthetic-dataset';
import { createProject, type Project } from '@workbench/project/project';

const cells = 32 * 32;
let folder: string;
let project: Project;
let bonaFide: PreparedSampleRecord[];
let attacks: PreparedSampleRecord[];
let shard: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relief-lint-'));
  project = await createProject(join(folder, 'project'), 'test');
  const options = { domain: 'M', subjects: 4, bonaFideImages: 16, strength: 3, seed: 11 } as const;
  await drawSyntheticDataset(project, 'M', options, { threads: 2 });
  await prepareDataset(project, 'M', defaultRecipe, { threads: 2 });
  const data = await openPrepared(project, 'M');
  bonaFide = data.samples.filter(({ item }) => item.attackType === null);
  attacks = data.samples.filter(({ item }) => item.attackType !== null);
  shard = join(data.folder, 'depth-000.u8');
  data.close();
}, 120_000);
afterAll(async () => {
  await project.close();
  rmSync(folder, { recursive: true, force: true });
});

async function lint() {
  const data = await openPrepared(project, 'M');
  const found = lintDepth(data);
  data.close();
  return found;
}
/** Rewrites one target in its shard. */
async function change(record: PreparedSampleRecord | undefined, to: (old: Uint8Array) => Uint8Array): Promise<string> {
  if (!record) throw new Error('no such sample');
  const file = await open(shard, 'r+');
  const old = new Uint8Array(cells);
  await file.read(old, 0, cells, record.row * cells);
  await file.write(to(old), 0, cells, record.row * cells);
  await file.close();
  return record.item.path;
}

describe('the depth target linter', () => {
  it('finds nothing wrong with what preparation made', async () => {
    expect(await lint()).toEqual([]);
  });

  it('finds the four faults that are planted, each by its sample, and no other', async () => {
    const scaled = await change(bonaFide[0], (old) => old.map((value) => Math.round(value / 255)));
    const constant = await change(bonaFide[3], () => new Uint8Array(cells).fill(200));
    // The map of the whole frame on the crop: the face in one corner.
    const shifted = await change(bonaFide[6], (old) => {
      const moved = new Uint8Array(cells);
      for (let y = 0; y < 16; y++) for (let x = 0; x < 16; x++) moved[y * 32 + x] = old[2 * y * 32 + 2 * x] ?? 0;
      return moved;
    });
    const measured = await change(attacks[2], (old) => old.map((_, cell) => (cell % 32 > 8 ? 90 : 0)));
    const found = await lint();
    expect(Object.fromEntries(found.map(({ kind, path }) => [kind, path]))).toEqual({
      'depth-scale': scaled,
      'depth-constant': constant,
      'depth-unaligned': shifted,
      'depth-attack': measured,
    });
    expect(found.every(({ severity, message }) => severity === 'error' && message.startsWith('One depth target'))).toBe(
      true,
    );
  });
});
