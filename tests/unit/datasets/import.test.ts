import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importDataset } from '@workbench/datasets/import-dataset';
import { listDatasetIds, readDataset, readItems } from '@workbench/datasets/store';
import { encodeJpeg, encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';

let folder: string;
let source: string;
let project: Project;
let jpeg: Uint8Array;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-import-'));
  source = join(folder, 'photos');
  project = await createProject(join(folder, 'project'), 'test');
  jpeg = await encodeJpeg(createImage(40, 30));
});
afterEach(async () => {
  await project.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: Uint8Array | string = jpeg): Promise<void> {
  const file = join(source, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

describe('import of a folder', () => {
  it('reads label, attack type and subject from the class folders', async () => {
    await put('live/anna/1.jpg');
    await put('Spoof/print/anna/2.JPG');
    await put('Spoof/replay phone/3.png', await encodePng(createImage(8, 8)));
    await put('fake/4.jpg');

    const dataset = await importDataset(project, { path: source, importer: 'folder' });
    const items = await readItems(project, dataset.id);

    expect(items.map(({ path, attackType, subject }) => ({ path, attackType, subject }))).toEqual([
      { path: 'Spoof/print/anna/2.JPG', attackType: 'print', subject: 'anna' },
      { path: 'Spoof/replay phone/3.png', attackType: 'replay-phone', subject: null },
      { path: 'fake/4.jpg', attackType: 'unspecified', subject: null },
      { path: 'live/anna/1.jpg', attackType: null, subject: 'anna' },
    ]);
    expect(dataset.attackTypes).toEqual(['print', 'replay-phone', 'unspecified']);
    expect(dataset.subjects).toBe(3);
  });

  it('takes sets from train, dev and test folders and calls the split given', async () => {
    for (const set of ['train', 'devel', 'Test']) {
      await put(`${set}/real/a.jpg`);
      await put(`${set}/attack/print/b.jpg`);
    }
    const dataset = await importDataset(project, { path: source, importer: 'folder' });
    expect(dataset.split).toBe('given');
    expect(dataset.counts).toEqual({
      train: { bonaFide: 1, attack: 1 },
      dev: { bonaFide: 1, attack: 1 },
      test: { bonaFide: 1, attack: 1 },
    });
  });

  it('lists unusable files with their reason and goes on with the rest', async () => {
    await put('live/good.jpg');
    await put('attack/good.jpg');
    await put('live/empty.jpg', '');
    await put('live/text.png', 'this is not a picture');
    await put('live/cut.jpg', jpeg.slice(0, jpeg.length - 20));
    await put('live/notes.txt', 'notes');

    const { findings, counts } = await importDataset(project, { path: source, importer: 'folder' });
    const kinds = Object.fromEntries(findings.flatMap(({ path, kind }) => (path === null ? [] : [[path, kind]])));
    expect(kinds).toEqual({
      'live/empty.jpg': 'empty',
      'live/text.png': 'not-an-image',
      'live/cut.jpg': 'truncated',
      'live/notes.txt': 'not-an-image',
    });
    expect(counts).toEqual({ train: { bonaFide: 1, attack: 1 } });
  });

  it('refuses a folder with neither class and leaves no dataset behind', async () => {
    await put('somewhere/else.jpg');
    await expect(importDataset(project, { path: source, importer: 'folder' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('no class folder found') as string,
    });
    expect(await listDatasetIds(project)).toEqual([]);
  });

  it('refuses a name that is taken and keeps the first dataset', async () => {
    await put('live/a.jpg');
    const first = await importDataset(project, { path: source, importer: 'folder', name: 'mine' });
    await expect(importDataset(project, { path: source, importer: 'folder', name: 'mine' })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await readDataset(project, 'mine')).toEqual(first);
  });

  it('says when a class is missing', async () => {
    await put('live/a.jpg');
    const { findings } = await importDataset(project, { path: source, importer: 'folder' });
    expect(findings.map((finding) => finding.kind)).toContain('one-class');
  });

  it('never writes to the originals', async () => {
    await put('live/a.jpg');
    await importDataset(project, { path: source, importer: 'folder' });
    expect(new Uint8Array(await readFile(join(source, 'live/a.jpg')))).toEqual(new Uint8Array(jpeg));
  });
});

describe('import of a CSV file', () => {
  async function importCsv(text: string) {
    await mkdir(source, { recursive: true });
    await put('a.jpg');
    await put('b.jpg');
    const file = join(source, 'list.csv');
    await writeFile(file, text);
    return importDataset(project, { path: file, importer: 'csv' });
  }

  it('reads labels, sets, boxes and keeps further columns as tags', async () => {
    const dataset = await importCsv(
      'path,subject,split,is_bonafide,attack_type,x,y,w,h,light\na.jpg,s1,train,1,,1,2,20,22,dim\nb.jpg,s2,dev,0,print/1,,,,,\n',
    );
    const [first, second] = await readItems(project, dataset.id);
    expect(first).toMatchObject({
      subject: 's1',
      set: 'train',
      attackType: null,
      box: [1, 2, 20, 22],
      tags: { light: 'dim' },
    });
    expect(second).toMatchObject({ subject: 's2', set: 'dev', attackType: 'print/1', box: null, tags: {} });
    expect(dataset.oneSubjectPerImage).toBe(true);
  });

  it.each([
    ['a missing path column', 'file,attack_type\na.jpg,\n', ':1: missing column "path"'],
    ['a bare label column', 'path,label\na.jpg,1\n', 'a bare "label" does not say'],
    [
      'labels that contradict each other',
      'path,is_bonafide,attack_type\na.jpg,1,\nb.jpg,1,print\n',
      ':3: column "is_bonafide"',
    ],
    [
      'a polarity that is neither 1 nor 0',
      'path,is_bonafide\na.jpg,live\n',
      ':2: column "is_bonafide": "live" is neither 1 nor 0',
    ],
    [
      'a path outside the root',
      'path,attack_type\na.jpg,\n../secret.jpg,\n',
      ':3: column "path": "../secret.jpg" lies outside',
    ],
    ['an absolute path', 'path,attack_type\n/etc/passwd,\n', ':2: column "path"'],
    ['an unknown set', 'path,attack_type,split\na.jpg,,holdout\n', ':2: column "split"'],
    ['half a box', 'path,attack_type,x,y,w,h\na.jpg,,1,2,3,\n', ':2: column "x,y,w,h"'],
    ['a row with too few columns', 'path,attack_type\na.jpg\n', 'Invalid Record Length'],
    ['an empty file', '', 'the file is empty'],
    ['a header alone', 'path,attack_type\n', 'no row'],
  ])('refuses %s, naming the line', async (_, text, message) => {
    await expect(importCsv(text)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(message) as string,
    });
    expect(await listDatasetIds(project)).toEqual([]);
  });

  it('refuses a path that leaves the root by a link', async () => {
    await put('a.jpg');
    await symlink(folder, join(source, 'elsewhere'));
    await expect(importCsv('path,attack_type\na.jpg,\nelsewhere/project/project.json,print\n')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(':3: column "path"') as string,
    });
  });

  it('reports a listed file that is missing', async () => {
    const { findings } = await importCsv('path,attack_type\na.jpg,\ngone.jpg,print\n');
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'missing', path: 'gone.jpg', severity: 'error' }));
  });
});
