import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { indexFile, openIndex, rebuildIndex } from '@workbench/project/index-db';
import { createProject, type Project } from '@workbench/project/project';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaItem } from '../../fixtures/media-item';

let folder: string;
let project: Project;
const homeBefore = process.env['RELIEF_HOME'];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relief-index-'));
  process.env['RELIEF_HOME'] = join(folder, 'home');
  project = await createProject(join(folder, 'project'), 'Faces');
  mkdirSync(project.datasetFolder('O'), { recursive: true });
  writeFileSync(join(project.datasetFolder('O'), 'dataset.json'), '{}');
  writeFileSync(itemsFile(), [item(0), item(1)].map((line) => `${JSON.stringify(line)}\n`).join(''));
});
afterEach(async () => {
  await project.close();
  if (homeBefore === undefined) Reflect.deleteProperty(process.env, 'RELIEF_HOME');
  else process.env['RELIEF_HOME'] = homeBefore;
  rmSync(folder, { recursive: true, force: true });
});

const itemsFile = () => join(project.datasetFolder('O'), 'items.jsonl');

const item = (n: number) =>
  mediaItem('O', `real/${n}.jpg`, { id: `item-${n}`, subject: `s${n}`, tags: { light: 'flat' } });

describe('the index', () => {
  it('lies in the user’s cache folder, never in the project', () => {
    expect(indexFile(project).startsWith(join(folder, 'home', 'cache'))).toBe(true);
  });

  it('gives the items of the list, from the database when the list is unchanged', async () => {
    const index = await openIndex(project);
    expect(await index.items('O')).toEqual([item(0), item(1)]);
    expect(await index.items('O')).toEqual([item(0), item(1)]);
    expect(index.counts().items).toBe(2);
    appendFileSync(itemsFile(), `${JSON.stringify(item(2))}\n`);
    expect(await index.items('O')).toHaveLength(3);
    index.close();
  });

  it('keeps a job’s summary for the files it was made from only', async () => {
    const index = await openIndex(project);
    index.putJob('0001-a', 'sig-1', { state: 'done' });
    expect(index.job('0001-a', 'sig-1')).toEqual({ state: 'done' });
    expect(index.job('0001-a', 'sig-2')).toBeUndefined();
    index.close();
  });

  it('is made again from the files, also when it was damaged', async () => {
    expect(await rebuildIndex(project)).toEqual({ datasets: 1, items: 2 });
    writeFileSync(indexFile(project), 'no database at all');
    const index = await openIndex(project);
    expect(await index.items('O')).toHaveLength(2);
    index.close();
    rmSync(dirname(indexFile(project)), { recursive: true });
    expect(await rebuildIndex(project)).toEqual({ datasets: 1, items: 2 });
    expect(existsSync(indexFile(project))).toBe(true);
  });
});
