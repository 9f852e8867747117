import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProtocolRules } from '@shared/domain/protocol';
import { ruleByQuery } from '@shared/domain/protocol-query';
import { readItems } from '@workbench/datasets/store';
import { openProject } from '@workbench/project/project';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from '../fixtures/errors';
import { type ServedProject, serveTinyProject } from '../fixtures/served-project';

let served: ServedProject;
let client: ServedProject['client'];

beforeAll(async () => {
  served = await serveTinyProject();
  client = served.client;
}, 120_000);
afterAll(() => served.close());

const rules = (train: string, dev: string, test: string, change: Partial<ProtocolRules> = {}): ProtocolRules => ({
  datasets: [],
  carve: null,
  sets: { train: ruleByQuery(train), dev: ruleByQuery(dev), test: ruleByQuery(test) },
  ...change,
});

async function itemsOf(dataset: string) {
  const project = await openProject(served.folder, { role: 'command', readOnly: true });
  try {
    return await readItems(project, dataset);
  } finally {
    await project.close();
  }
}

describe('the protocols of a project', () => {
  it('counts what rules make of each dataset, as its items say', async () => {
    const items = await itemsOf('O');
    const { datasets, mistakes } = await client['protocols.divide'](rules('class=live', 'pai=print', ''));
    expect(mistakes).toEqual([]);
    const divided = datasets.find(({ dataset }) => dataset === 'O');
    const live = items.filter(({ attackType }) => attackType === null);
    const prints = items.filter(({ attackType }) => attackType?.split('/')[0] === 'print');
    expect(divided?.sets.train).toEqual({
      bonaFide: live.length,
      attack: 0,
      subjects: new Set(live.map(({ subject }) => subject)).size,
      attackTypes: {},
    });
    expect(divided?.sets.dev?.attack).toBe(prints.length);
    expect(divided?.sets.test).toBeNull();
    expect(divided?.left).toBe(items.length - live.length - prints.length);
  });

  it('names what is wrong with a query instead of counting', async () => {
    const { datasets, mistakes } = await client['protocols.divide'](rules('set=train', 'sett=dev', ''));
    expect(datasets).toEqual([]);
    expect(mistakes).toEqual([{ set: 'dev', message: expect.stringContaining('"set"') as string, from: 0, to: 4 }]);
  });

  it('finds the people that a division puts on both sides, and none where it is by subject', async () => {
    const items = await itemsOf('O');
    const people = [...new Set(items.flatMap(({ subject }) => subject ?? []))].sort();
    const half = people.slice(0, people.length / 2).join(', ');
    const leaksOf = async (division: ProtocolRules) =>
      (await client['protocols.leaks']({ rules: division, sources: [], targets: [] })).leaks;
    const shared = await leaksOf(rules('class=live', '', 'class=attack'));
    const found = shared.find(({ leak }) => leak.kind === 'subject');
    const sides = new Set(found?.samples.map(({ index }) => (items[index]?.attackType === null ? 'live' : 'attack')));
    expect([...sides].sort()).toEqual(['attack', 'live']);
    expect(found?.leak).toMatchObject({
      first: { dataset: 'O', set: 'train' },
      second: { dataset: 'O', set: 'test' },
      shared: people.length,
    });
    expect(await leaksOf(rules(`subject in (${half})`, '', `subject not in (${half})`))).toEqual([]);
  });

  it('saves, lists, reads and removes', async () => {
    const protocol = {
      ...rules('set=train', 'set=dev', 'set=test'),
      formatVersion: 1 as const,
      name: 'mine',
      title: 'My way',
      notes: '',
    };
    await client['protocols.save']({ protocol, replace: false });
    expect(readFileSync(join(served.folder, 'protocols', 'mine.yaml'), 'utf8')).toContain('where: set=train');
    expect(await client['protocols.read']({ name: 'mine' })).toEqual(protocol);
    expect((await client['protocols.list']({})).map(({ name, origin }) => `${origin} ${name}`)).toEqual([
      'project mine',
      'built-in carved-dev',
    ]);
    expect(await errorOf(client['protocols.save']({ protocol, replace: false }))).toMatchObject({ code: 'conflict' });
    await client['protocols.save']({ protocol: { ...protocol, title: 'Other' }, replace: true });
    expect((await client['protocols.list']({}))[0]?.title).toBe('Other');
    await client['protocols.remove']({ name: 'mine' });
    expect(existsSync(join(served.folder, 'protocols', 'mine.yaml'))).toBe(false);
    expect(await errorOf(client['protocols.read']({ name: 'mine' }))).toMatchObject({ code: 'not-found' });
  });

  it('completes fields and values of the datasets that the rules are for', async () => {
    const { fields, values } = await client['protocols.values']({
      datasets: ['O'],
      field: 'pai',
      contains: 'r',
      limit: 8,
    });
    expect(fields).toEqual(expect.arrayContaining(['set', 'subject', 'attackType', 'pai']));
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(value).toContain('r');
    expect(
      (await client['protocols.values']({ datasets: ['X'], field: 'pai', contains: '', limit: 8 })).values,
    ).toEqual([]);
  });
});
