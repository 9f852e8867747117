import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SampleQuery } from '@shared/contract/channels';
import { defaultRecipe } from '@shared/domain/dataset';
import { openPrepared } from '@workbench/datasets/store';
import { z } from '@shared/zod';
import { decodeImage } from '@workbench/images/decode';
import { openProject } from '@workbench/project/project';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../build/aliases.mjs';
import { errorOf } from '../fixtures/errors';
import { type ServedProject, serveTinyProject } from '../fixtures/served-project';

let served: ServedProject;
let folder: string;
let client: ServedProject['client'];

beforeAll(async () => {
  served = await serveTinyProject();
  ({ folder, client } = served);
}, 120_000);
afterAll(() => served.close());

const asking = (text: string, change: Partial<SampleQuery> = {}): SampleQuery => ({
  filter: { datasets: [], facets: {}, text },
  order: 'listed',
  offset: 0,
  limit: 100,
  ...change,
});
const find = async (text: string) => (await client['samples.query'](asking(text))).tiles;
const complaint = (text: string) => errorOf(find(text));

describe('the query bar', () => {
  it('finds what its clauses say', async () => {
    const all = await find('');
    const some = (what: (tile: (typeof all)[number]) => boolean) => all.filter(what).map(({ index }) => index);
    const subject = all[0]?.subject ?? '';
    const cases: [string, number[]][] = [
      ['class=attack', some(({ attackType }) => attackType !== null)],
      ['label=live and set=train', some(({ attackType, set }) => attackType === null && set === 'train')],
      ['pai=none', some(({ attackType }) => attackType === null)],
      ['pai=print', some(({ attackType }) => attackType?.split('/')[0] === 'print')],
      ['pai ~ PRINT', some(({ attackType }) => attackType?.includes('print') === true)],
      [`subject=${subject} or set=test`, some((tile) => tile.subject === subject || tile.set === 'test')],
      [`not subject=${subject}`, some((tile) => tile.subject !== subject)],
      [`subject!=${subject}`, some((tile) => tile.subject !== subject)],
      ['dataset=O and (set=dev or set=test)', some(({ set }) => set !== 'train')],
      ['set in (dev, test)', some(({ set }) => set !== 'train')],
      ['status=prepared', some(({ prepared }) => prepared)],
    ];
    for (const [text, indexes] of cases) {
      expect(
        (await find(text)).map(({ index }) => index),
        text,
      ).toEqual(indexes);
      expect(indexes.length, `${text} says something`).toBeGreaterThan(0);
    }
    const turned = await find('yaw > 0');
    const other = await find('yaw <= 0');
    const unmeasured = await find('yaw=none'); // Attacks with a given box have no mesh.
    expect(turned.length + other.length + unmeasured.length).toBe(all.length);
    for (const { dataset, index } of turned) {
      const { prepared } = await client['samples.detail']({ dataset, index });
      expect(prepared?.ok === true ? prepared.yaw : null).toBeGreaterThan(0);
    }
  });

  it.each([
    ['pia=print', /no field "pia". Did you mean "pai"/, { from: 0, to: 3 }],
    ['colour=red', /no field "colour". Fields: .*attackType/, { from: 0, to: 6 }],
    ['set=tset', /No sample has set=tset. Did you mean "test"/, { from: 0, to: 8 }],
    ['dataset=X', /No sample has dataset=X. It has O/, { from: 0, to: 9 }],
    ['yaw > left', /compared as a number; "left" is none/, { from: 0, to: 10 }],
    ['set=train and', /missing at the end/, { from: 13, to: 13 }],
  ])('says of %j what to write instead', async (text, message, place) => {
    const error = await complaint(text);
    expect(error.code).toBe('invalid');
    expect(error.message).toMatch(message);
    expect(error.data).toEqual(place);
  });

  it('finds the same on the command line', async () => {
    const text = 'pai=none and (set=test or yaw > 0)';
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(root, 'dist', 'cli.cjs'), 'samples', ...args, '--project', folder, '--json'], {
        encoding: 'utf8',
      });
    const Answer = z.object({ total: z.number(), samples: z.array(z.looseObject({ index: z.number() })) });
    const { total, samples } = Answer.parse(JSON.parse(run(text).stdout));
    const tiles = await find(text);
    expect(tiles.length).toBeGreaterThan(0);
    expect([total, ...samples.map(({ index }) => index)]).toEqual([tiles.length, ...tiles.map(({ index }) => index)]);
    const wrong = run('set=tset');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean "test"')]);
  });

  it('completes fields and values', async () => {
    const { fields, values } = await client['samples.values']({ field: 'set', contains: 't', limit: 10 });
    expect(fields).toEqual(expect.arrayContaining(['attackType', 'dataset', 'set', 'subject', 'yaw']));
    expect(values).toEqual([
      { value: 'test', count: expect.any(Number) as number },
      { value: 'train', count: 16 },
    ]);
  });
});

describe('marks', () => {
  const someTiles = async () => (await find('set=train and class=attack')).slice(0, 3);

  it('leave samples out of what trains and scores, say why, and are taken back', async () => {
    const samples = (await someTiles()).map(({ dataset, index }) => ({ dataset, index }));
    const count = async () => {
      const project = await openProject(folder, { role: 'command', readOnly: true });
      const { samples: left } = await openPrepared(project, 'O');
      await project.close();
      return left.length;
    };
    const before = await count();
    const change = { action: 'exclude', reason: 'wrong label' } as const;
    expect(await client['samples.mark']({ samples, change })).toEqual({ items: 3 });
    expect(await count()).toBe(before - 3);
    const out = await find('excluded=yes');
    expect(out.map(({ index }) => index)).toEqual(samples.map(({ index }) => index));
    expect(out.map(({ excluded }) => excluded)).toEqual(Array(3).fill('wrong label'));
    const [summary] = await client['datasets.list']({});
    expect(summary?.prepared?.counts.train?.attack).toBe(5);

    expect(await client['samples.step']({ direction: 'undo' })).toEqual({ edit: { change, items: 3 } });
    expect(await count()).toBe(before);
    expect(await client['samples.step']({ direction: 'redo' })).toEqual({ edit: { change, items: 3 } });
    expect(await count()).toBe(before - 3);
    await client['samples.step']({ direction: 'undo' });
    expect(await client['samples.step']({ direction: 'undo' })).toEqual({ edit: null });
  });

  it('tag everything that a filter finds', async () => {
    const filter = { datasets: [], facets: { set: ['test'] }, text: '' };
    const { items } = await client['samples.mark']({ samples: filter, change: { action: 'tag', tag: 'look again' } });
    await client['samples.mark']({
      samples: (await someTiles()).map(({ dataset, index }) => ({ dataset, index })),
      change: { action: 'tag', tag: 'dark' },
    });
    expect((await find('tag="look again"')).length).toBe(items);
    const { facets } = await client['samples.query'](asking(''));
    expect(facets.find(({ name }) => name === 'tag')?.values).toEqual([
      { value: 'dark', label: 'dark', count: 3 },
      { value: 'look again', label: 'look again', count: items },
    ]);
    await client['samples.step']({ direction: 'undo' });
    await client['samples.step']({ direction: 'undo' });
    expect((await client['samples.query'](asking(''))).facets.some(({ name }) => name === 'tag')).toBe(false);
  });
});

describe('groups', () => {
  it('show one tile a subject, and play its samples', async () => {
    const all = await client['samples.query'](asking(''));
    const grouped = await client['samples.query'](asking('', { group: 'subject' }));
    expect(grouped).toMatchObject({ total: all.subjects, samples: all.total, subjects: all.subjects });
    expect(grouped.tiles.reduce((sum, { members }) => sum + (members ?? 0), 0)).toBe(all.total);
    const [cover] = grouped.tiles;
    if (!cover) throw new Error('no group');
    const { members } = await client['samples.members']({
      ...{ filter: asking('').filter, order: 'listed', group: 'subject' },
      cover: { dataset: cover.dataset, index: cover.index },
    });
    const same = all.tiles.filter(({ subject }) => subject === cover.subject).map(({ index }) => index);
    expect(members.map(({ index }) => index)).toEqual(same);
    expect(members.every(({ row }) => row !== null)).toBe(true);
  });
});

describe('the map', () => {
  it('lays every prepared sample of the filter out, and the filter can name some of them', async () => {
    const { filter } = asking('set=train');
    const { total, samples, x, y, attack, explained } = await client['samples.map']({ filter });
    const train = await find('set=train');
    expect(samples).toEqual(train.map(({ dataset, index }) => ({ dataset, index })));
    expect([total, x.length, y.length]).toEqual([16, 16, 16]);
    expect([...attack]).toEqual(train.map(({ attackType }) => (attackType === null ? 0 : 1)));
    expect(explained?.[0]).toBeGreaterThan(explained?.[1] ?? 1);
    expect(new Set(x).size).toBeGreaterThan(10);
    const byNeighbours = await client['samples.map']({ filter, method: 'umap' });
    expect(byNeighbours).toMatchObject({ samples, explained: null });
    expect(new Set(byNeighbours.x).size).toBeGreaterThan(10);
    expect([...byNeighbours.x, ...byNeighbours.y].every(Number.isFinite)).toBe(true);

    const only = samples.slice(2, 7);
    const named = await client['samples.query']({ ...asking(''), filter: { ...asking('').filter, only } });
    expect(named.tiles.map(({ index }) => index)).toEqual(only.map(({ index }) => index));
    const both = await client['samples.query']({ ...asking(''), filter: { ...asking('set=test').filter, only } });
    expect(both.total).toBe(0);
  });
});

describe('saved views', () => {
  it('are kept in the project, replaced by name, and removed', async () => {
    const view = { name: 'Prints', filter: asking('pai=print').filter, order: 'listed', group: 'none' } as const;
    await client['views.save'](view);
    await client['views.save']({ ...view, name: 'All', filter: asking('').filter });
    await client['views.save']({ ...view, order: 'shuffled' });
    expect((await client['views.list']({})).map(({ name, order }) => [name, order])).toEqual([
      ['All', 'listed'],
      ['Prints', 'shuffled'],
    ]);
    expect(existsSync(join(folder, 'views.json'))).toBe(true);
    await client['views.remove']({ name: 'All' });
    expect(await client['views.list']({})).toHaveLength(1);
  });
});

describe('recipes', () => {
  it('are looked at before they are used: crop, mesh and target follow the scale', async () => {
    const real = (await find('label=live'))[0];
    if (!real) throw new Error('no bona fide');
    const show = (cropScale: number, cropSize = 128) =>
      client['recipes.preview']({
        dataset: real.dataset,
        index: real.index,
        recipe: { ...defaultRecipe, cropScale, cropSize },
      });
    const wide = await show(2);
    const narrow = await show(1.2, 96);
    if (!wide.crop || !narrow.crop) throw new Error('no crop');
    expect((await decodeImage(wide.crop)).width).toBe(128);
    expect((await decodeImage(narrow.crop)).width).toBe(96);
    const covered = (depth: Uint8Array | null) => [...(depth ?? [])].filter((value) => value > 0).length;
    expect(covered(narrow.depth)).toBeGreaterThan(1.8 * covered(wide.depth));
    expect(wide.mesh).toHaveLength(468 * 3);
  });

  it('are kept by the dataset, which is prepared again by them', async () => {
    const recipe = { ...defaultRecipe, cropScale: 1.8, cropSize: 96 };
    const { job } = await client['recipes.use']({ dataset: 'O', recipe });
    expect(job).not.toBeNull();
    for await (const jobs of client['jobs.watch']({}))
      if (jobs.find((summary) => summary.job.id === job)?.state === 'done') break;
    expect((await client['recipes.read']({ dataset: 'O' })).recipe).toEqual(recipe);
    const [tile] = await find('status=prepared');
    if (!tile) throw new Error('nothing prepared');
    const { bytes } = await client['media.read']({ kind: 'crop', dataset: 'O', index: tile.index, size: 96 });
    expect((await decodeImage(bytes)).width).toBe(96);
    expect(readdirSync(join(folder, 'datasets', 'O', 'prepared'))).toHaveLength(2);
    await client['recipes.use']({ dataset: 'O', recipe: defaultRecipe });
    expect((await client['recipes.read']({ dataset: 'O' })).recipe).toEqual(defaultRecipe);
  });
});

describe('the columns', () => {
  it('are made again when what is kept of them is gone', async () => {
    const before = await client['samples.query'](asking(''));
    rmSync(join(served.sandbox.folder, 'home', 'cache'), { recursive: true, force: true });
    await client['project.open']({ path: folder });
    expect(await client['samples.query'](asking(''))).toEqual(before);
  });
});
