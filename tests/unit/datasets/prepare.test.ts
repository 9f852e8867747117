import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRecipe } from '@shared/domain/dataset';
import { faceCorrelation } from '@shared/metrics/agreement';
import { importDataset } from '@workbench/datasets/import-dataset';
import { prepareDataset } from '@workbench/datasets/prepare';
import { openPrepared, readItems } from '@workbench/datasets/store';
import { drawSyntheticDataset, readTrueDepth } from '@workbench/datasets/synthetic-dataset';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';

const photographs = join(dirname(createRequire(__filename).resolve('@vladmandic/face-api/package.json')), 'demo');

const depthMap = (bytes: Uint8Array) => ({
  width: 32,
  height: 32,
  data: Float32Array.from(bytes, (value) => value / 255),
});

let folder: string;
let project: Project;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-prepare-'));
  project = await createProject(join(folder, 'project'), 'test');
});
afterAll(async () => {
  await project.close();
  await rm(folder, { recursive: true, force: true });
});

describe('preparation of photographs', () => {
  it('cuts out every face, paints targets for bona fide only, and names what gave no face', async () => {
    const source = join(folder, 'photos');
    await mkdir(join(source, 'live'), { recursive: true });
    await mkdir(join(source, 'attack', 'print'), { recursive: true });
    await copyFile(join(photographs, 'sample1.jpg'), join(source, 'live', 'group.jpg'));
    await copyFile(join(photographs, 'sample2.jpg'), join(source, 'attack', 'print', 'group.jpg'));
    await writeFile(join(source, 'live', 'wall.png'), await encodePng(createImage(300, 200)));
    await writeFile(join(source, 'live', 'dot.png'), await encodePng(createImage(1, 1)));
    await importDataset(project, { path: source, importer: 'folder' });

    const progress: number[] = [];
    const info = await prepareDataset(project, 'photos', defaultRecipe, {
      threads: 2,
      onProgress: (done) => progress.push(done),
    });
    const data = await openPrepared(project, 'photos');

    expect([progress[0], progress.at(-1)]).toEqual([0, 4]);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(info).toMatchObject({ samples: data.samples.length, failures: 2 });
    expect(Object.fromEntries(data.failed.map(({ item, reason }) => [item.path, reason]))).toEqual({
      'live/dot.png': 'too-small',
      'live/wall.png': 'no-face',
    });
    const bonaFide = data.samples.filter(({ item }) => item.attackType === null);
    const attacks = data.samples.filter(({ item }) => item.attackType === 'print');
    expect(bonaFide.length).toBeGreaterThanOrEqual(3);
    expect(attacks.length).toBeGreaterThanOrEqual(3);
    for (const { row } of bonaFide) expect(Math.max(...data.depth(row))).toBeGreaterThan(200);
    for (const { row } of attacks) expect(Math.max(...data.depth(row))).toBe(0);
  });

  it('says of each bona fide face that it has no depth of its own where one is asked for', async () => {
    const recipe = { ...defaultRecipe, depthTarget: 'imported' } as const;
    await prepareDataset(project, 'photos', recipe, { threads: 2 });
    const data = await openPrepared(project, 'photos', recipe);
    expect(data.samples.every(({ item }) => item.attackType === 'print')).toBe(true);
    const { message, reason } = data.failed.find(({ item }) => item.path === 'live/group.jpg') ?? {};
    expect([message, reason]).toEqual(['live/group.jpg has no depth of its own.', 'no-depth']);
    data.close();
  });

  it('is kept when it is asked for again', async () => {
    const first = await prepareDataset(project, 'photos', defaultRecipe, { threads: 1 });
    const progress: number[] = [];
    const second = await prepareDataset(project, 'photos', defaultRecipe, {
      threads: 1,
      onProgress: (done) => progress.push(done),
    });
    expect(second).toEqual(first);
    expect(progress).toEqual([]);
  });
});

describe('preparation of a synthetic domain', () => {
  it('cuts out the drawn crops, and the mesh targets agree with the true depth', async () => {
    const options = { domain: 'M', subjects: 4, bonaFideImages: 8, strength: 4, seed: 3 } as const;
    await drawSyntheticDataset(project, 'M', options, { threads: 2 });
    await prepareDataset(project, 'M', defaultRecipe, { threads: 2 });
    const data = await openPrepared(project, 'M');
    const items = await readItems(project, 'M');
    expect(data.samples.length + data.failed.length).toBe(items.length);

    const correlations: number[] = [];
    for (const { item, row } of data.samples.filter((sample) => sample.item.attackType === null)) {
      const truth = await readTrueDepth(project, data.dataset, item.path);
      if (!truth) throw new Error(`no true depth of ${item.path}`);
      correlations.push(faceCorrelation(depthMap(data.depth(row)), depthMap(truth)) ?? 0);
    }
    expect(correlations.length).toBeGreaterThanOrEqual(7);
    expect(correlations.sort((a, b) => a - b)[Math.floor(correlations.length / 2)]).toBeGreaterThan(0.6);
  });

  it('paints the true depth where the recipe asks for the dataset’s own', async () => {
    const recipe = { ...defaultRecipe, depthTarget: 'imported' } as const;
    await prepareDataset(project, 'M', recipe, { threads: 2 });
    const own = await openPrepared(project, 'M', recipe);
    const mesh = await openPrepared(project, 'M');
    expect(own.samples.map(({ row }) => row)).toEqual(mesh.samples.map(({ row }) => row));
    for (const { item, row } of own.samples) {
      expect(own.crop(row)).toEqual(mesh.crop(row));
      const truth = (await readTrueDepth(project, own.dataset, item.path)) ?? new Uint8Array(1024);
      expect(Buffer.compare(own.depth(row), truth)).toBe(0);
    }
    own.close();
    mesh.close();
  });

  it('stops at a signal and goes on later', async () => {
    const options = { domain: 'R', subjects: 4, bonaFideImages: 8, strength: 4, seed: 5 } as const;
    await drawSyntheticDataset(project, 'R', options, { threads: 2 });
    const stop = new AbortController();
    stop.abort();
    await expect(
      prepareDataset(project, 'R', defaultRecipe, { threads: 1, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    await expect(prepareDataset(project, 'R', defaultRecipe, { threads: 1 })).resolves.toMatchObject({ failures: 0 });
  });
});
