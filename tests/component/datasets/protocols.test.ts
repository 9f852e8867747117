import type { KnownProtocol } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import {
  carvedDev,
  type DividedDataset,
  type Protocol,
  type ProtocolRules,
  type SetTally,
} from '@shared/domain/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const tally = (bonaFide: number, attack: number): SetTally => ({
  bonaFide,
  attack,
  subjects: 3,
  attackTypes: attack > 0 ? { 'print/1': attack } : {},
});
const divided = (change: Partial<DividedDataset> = {}): DividedDataset => ({
  dataset: 'R',
  ruled: true,
  sets: { train: tally(12, 34), dev: null, test: tally(56, 0) },
  left: 7,
  excluded: 0,
  twice: { items: 2, paths: ['live/a.jpg', 'live/b.jpg'] },
  carved: [],
  ...change,
});
const listed: Protocol = {
  ...carvedDev,
  name: 'R.P1',
  title: 'Environment',
  datasets: ['R'],
  carve: null,
  sets: {
    train: { any: [[{ field: 'session', in: ['1', '2'] }]] },
    dev: { any: [] },
    test: { any: [], paths: ['a.jpg', 'b.jpg'] },
  },
};

function workbench() {
  const asked: ProtocolRules[] = [];
  const saved: { protocol: Protocol; replace: boolean }[] = [];
  let known: KnownProtocol[] = [
    {
      name: 'R.P1',
      title: 'Environment',
      origin: 'dataset',
      datasets: ['R'],
      from: 'lists',
      carves: false,
      problem: null,
    },
    {
      name: 'carved-dev',
      title: carvedDev.title,
      origin: 'built-in',
      datasets: [],
      from: null,
      carves: true,
      problem: null,
    },
  ];
  return {
    asked,
    saved,
    client: {
      'project.current': async () => project,
      'datasets.list': async () => [datasetSummary('R'), datasetSummary('C')],
      'protocols.list': async () => known,
      'protocols.read': async ({ name }: { name: string }) =>
        saved.find(({ protocol }) => protocol.name === name)?.protocol ?? (name === 'R.P1' ? listed : carvedDev),
      'protocols.divide': async (rules: ProtocolRules) => {
        asked.push(rules);
        if (rules.sets.train.where?.startsWith('sesion'))
          return {
            datasets: [],
            mistakes: [{ set: 'train' as const, message: 'There is no field "sesion".', from: 0, to: 6 }],
          };
        return { datasets: [divided(), divided({ dataset: 'C', ruled: rules.datasets.length === 0 })], mistakes: [] };
      },
      'protocols.leaks': async ({ rules }: { rules: ProtocolRules }) => ({
        leaks:
          rules.carve === null
            ? []
            : [
                {
                  leak: {
                    kind: 'subject' as const,
                    first: { dataset: 'R', set: 'train' as const, items: 4 },
                    second: { dataset: 'R', set: 'test' as const, items: 3 },
                    shared: 1,
                    names: ['R-3'],
                    evidence: [],
                  },
                  samples: [{ dataset: 'R', index: 3 }],
                },
              ],
      }),
      'protocols.save': async (input: { protocol: Protocol; replace: boolean }) => {
        if (input.protocol.name === 'refused') throw new AppError('no-space', 'The disk is full.');
        saved.push(input);
        const { name, title, datasets } = input.protocol;
        known = [
          ...known.filter((entry) => entry.name !== name),
          { name, title, origin: 'project', datasets, from: null, carves: false, problem: null },
        ];
        return {};
      },
    },
  };
}

describe('the protocols', () => {
  it('are looked at with what they make of the datasets, and locked where they came with one', async () => {
    const { client, asked } = workbench();
    mounted = await mountApp('/datasets/protocols/R.P1', client);
    const train = await findByRole('textbox', 'Rule of the train set');
    if (!(train instanceof HTMLInputElement)) throw new Error('no input');
    expect(train.value).toBe('session in (1, 2)');
    expect(train.readOnly).toBe(true);
    await findText('and 2 listed files');
    await findText('official lists, which differ from the rules');
    await findText('two rules take 2 items');
    await findText('7 items in no set');
    await findText('no attacks');
    await findText('C: not ruled');
    await findText('Nothing of train is in dev or test.');
    expect(asked[0]?.sets.test.paths).toEqual(['a.jpg', 'b.jpg']);
    const rows = allByRole('row').map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim()));
    expect(rows.slice(1, 3)).toEqual([
      ['train', '12', '34', '3', 'print, 1 34'],
      ['dev', 'nothing'],
    ]);
    expect(allByRole('button', 'Save protocol')).toHaveLength(0);
  });

  it('are copied, changed, counted again and saved in the project', async () => {
    const { client, asked, saved } = workbench();
    mounted = await mountApp('/datasets/protocols/R.P1', client);
    (await findByRole('button', 'Copy and edit')).click();
    await findByRole('heading', 'New protocol');
    fill(await findByRole('textbox', 'Rule of the dev set'), 'session=3');
    (await findByRole('button', 'Drop the list of test')).click();
    await settle(400);
    expect(asked.at(-1)?.sets).toEqual({
      train: { any: [], where: 'session in (1, 2)' },
      dev: { any: [], where: 'session=3' },
      test: { any: [] },
    });
    fill(await findByRole('textbox', 'Name'), 'mine');
    await findText('relief protocol save mine');
    (await findByRole('button', 'Save protocol')).click();
    await settle(100);
    expect(saved.map(({ protocol, replace }) => [protocol.name, protocol.datasets, replace])).toEqual([
      ['mine', ['R'], false],
    ]);
    expect((await findByRole('button', /^mine/)).getAttribute('aria-current')).toBe('page');
  });

  it('say at the rule what is wrong with it, and hold the saving', async () => {
    const { client } = workbench();
    mounted = await mountApp('/datasets/protocols', client);
    (await findByRole('button', 'New protocol')).click();
    fill(await findByRole('textbox', 'Rule of the train set'), 'sesion=1');
    await settle(400);
    const field = await findByRole('textbox', 'Rule of the train set');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await findText('There is no field "sesion".');
    expect((await findByRole('button', /^Save protocol/)).getAttribute('aria-disabled')).toBe('true');
  });

  it('show what a division leaks, with its samples', async () => {
    const { client } = workbench();
    mounted = await mountApp('/datasets/protocols/carved-dev', client);
    await findText('1 subject of R train is in R test, too: R-3.');
    (await findByRole('button', 'Show the samples')).click();
    await findByRole('button', 'Remove filter by the leak');
  });
});
