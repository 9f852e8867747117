import type { SampleFilter } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { ImportPreview } from '@shared/domain/import-preview';
import { defaultRecipe } from '@shared/domain/dataset';
import type { JobSummary } from '@shared/domain/job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project, sampleDetail, samplePage, tiles } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const all = tiles('R', 20);

/** A workbench with one dataset of twenty samples that notes the filters it was asked for. */
function workbench(asked: SampleFilter[] = []) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => [datasetSummary('R')],
    'samples.query': async ({ filter, offset, limit }: { filter: SampleFilter; offset: number; limit: number }) => {
      asked.push(filter);
      const wanted = filter.facets['set'];
      return samplePage(wanted ? all.filter(({ set }) => wanted.includes(set)) : all, offset, limit);
    },
    'samples.detail': async ({ dataset, index }: { dataset: string; index: number }) => sampleDetail(dataset, index),
  };
}

describe('the datasets view', () => {
  it('offers import and synthetic domains when there is none yet', async () => {
    const added: unknown[] = [];
    mounted = await mountApp('/datasets', {
      'project.current': async () => project,
      'datasets.addSynthetic': async (input) => {
        added.push(input);
        return { job: '0001-draw' };
      },
    });
    await findByRole('heading', 'No datasets yet');
    (await findByRole('button', 'Add synthetic domains')).click();
    await settle();
    expect(added).toEqual([{ size: 'quick' }]);
  });

  it('shows a failure with its message and tries again', async () => {
    let fails = true;
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'samples.query': async () => {
        if (fails) throw new AppError('permission', 'datasets/R/items.jsonl: permission denied');
        return samplePage(all);
      },
    });
    await findText('datasets/R/items.jsonl: permission denied');
    fails = false;
    (await findByRole('button', 'Try again')).click();
    await findByRole('grid', 'Samples');
  });

  it('narrows by a facet, shows a chip for it, and takes it away again', async () => {
    const asked: SampleFilter[] = [];
    mounted = await mountApp('/datasets', workbench(asked));
    (await findByRole('checkbox', 'test')).click();
    await findText(/10 of 20 samples/);
    expect(asked.at(-1)).toEqual({ datasets: [], facets: { set: ['test'] }, text: '' });
    (await findByRole('button', 'Remove filter set test')).click();
    await findText(/20 samples, 5 subjects/);
    expect(asked.at(-1)).toEqual({ datasets: [], facets: {}, text: '' });
  });

  it('takes the same filter from the query bar', async () => {
    const asked: SampleFilter[] = [];
    mounted = await mountApp('/datasets', workbench(asked));
    fill(await findByRole('textbox', 'Filter samples'), 'set=train and domain in (R) and glasses');
    await findByRole('button', 'Remove filter set train');
    expect(asked.at(-1)).toEqual({ datasets: ['R'], facets: { set: ['train'] }, text: 'glasses' });
  });

  it('walks the grid by keyboard and shows the chosen sample in the inspector', async () => {
    mounted = await mountApp('/datasets', workbench());
    const grid = await findByRole('grid', 'Samples');
    press(grid, 'ArrowRight');
    await settle();
    press(grid, 'ArrowRight');
    await settle();
    const chosen = document.querySelector('[role="gridcell"][aria-selected="true"]');
    expect(grid.getAttribute('aria-activedescendant')).toBe(chosen?.id);
    await findText('2 of 20');
    await findText('test/R-1/live_01.jpg');
    await findText('r 0.86 with mesh depth');
    expect(allByRole('img', 'Depth target')).toHaveLength(1);
    press(grid, 'Escape');
    await findByRole('heading', 'No sample chosen');
  });

  it('lists findings, errors first, and filters the grid by one', async () => {
    const asked: SampleFilter[] = [];
    const findings = [
      { kind: 'no-face', severity: 'warning' as const, path: 'live/wall.png', message: 'no face found' },
      { kind: 'corrupt', severity: 'error' as const, path: 'attack/broken.jpg', message: 'ends after 2,048 bytes' },
    ];
    mounted = await mountApp('/datasets', {
      ...workbench(asked),
      'datasets.list': async () => [datasetSummary('R', { findings })],
    });
    await findText(/ends after 2,048 bytes.*no face found/);
    const show = allByRole('button', 'Show');
    show[1]?.click();
    await settle();
    expect(asked.at(-1)).toEqual({ datasets: ['R'], facets: {}, text: 'live/wall.png' });
  });

  it('lists why photographs gave no sample, counted, and shows them', async () => {
    const asked: SampleFilter[] = [];
    const base = workbench(asked);
    const prepared = { samples: 18, failures: 2, counts: {}, contentHash: 'abc' };
    mounted = await mountApp('/datasets', {
      ...base,
      'datasets.list': async () => [{ ...datasetSummary('R'), prepared }],
      'samples.query': async (query) => {
        const page = await base['samples.query'](query);
        const values = [
          { value: 'prepared', label: 'prepared', count: 18 },
          { value: 'no-face', label: 'no-face', count: 2 },
        ];
        return { ...page, facets: [...page.facets, { name: 'status', title: 'Preparation', values }] };
      },
    });
    await findText(/No face found\s*R, drawn camera\s*2/);
    (await findByRole('button', 'Show')).click();
    await settle();
    expect(asked.at(-1)).toEqual({ datasets: ['R'], facets: { status: ['no-face'] }, text: '' });
    await findByRole('button', 'Remove filter preparation no-face');
  });

  it('tells how far drawing and preparing is, and stops it', async () => {
    const controlled: unknown[] = [];
    const recipe = defaultRecipe;
    const preparing: JobSummary = {
      job: {
        formatVersion: 1,
        id: '0001-synthetic',
        number: 1,
        name: 'synthetic domains R',
        createdAt: '2026-11-25T10:00:00Z',
        group: null,
        parent: null,
        kind: 'prepare',
        tasks: [{ dataset: 'R', synthesis: null, recipe }],
      },
      state: 'running',
      message: null,
      progress: {
        phase: 'faces R',
        done: 31,
        steps: 100,
        epoch: null,
        epochs: null,
        imagesPerSecond: 20,
        secondsLeft: 75,
      },
      attempt: 1,
      startedAt: null,
      endedAt: null,
      result: null,
    };
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'jobs.watch': async function* (_input, signal) {
        yield [preparing];
        yield* silence(signal);
      },
      'jobs.control': async (input) => {
        controlled.push(input);
        return { job: input.job };
      },
    });
    await findText('31 %, finding faces in R, 1 min 15 s left');
    expect((await findByRole('progressbar', /^Preparing R/)).getAttribute('aria-valuenow')).toBe('31');
    (await findByRole('button', 'Stop')).click();
    await settle();
    expect(controlled).toEqual([{ job: '0001-synthetic', action: 'stop' }]);
  });
});

const preview: ImportPreview = {
  problem: null,
  items: 4949,
  subjects: 55,
  attackTypes: ['print/1', 'replay/1'],
  counts: { train: { bonaFide: 359, attack: 1440 }, dev: { bonaFide: 270, attack: 1080 } },
  split: 'given',
  expected: [
    { set: 'train', bonaFide: 360, attack: 1440, total: 1800 },
    { set: 'dev', bonaFide: 270, attack: 1080, total: 1350 },
  ],
  polarity: '+1 real',
  protocols: ['P1', 'P2'],
  findings: [{ kind: 'missing', severity: 'error', path: 'a.avi', message: 'Train_files/1_1_01_1.avi is missing.' }],
  findingCounts: { error: 1, warning: 0, info: 2 },
  examples: [{ path: 'Train_files/1_1_02_1.avi', subject: '2', set: 'train', attackType: null }],
  columns: null,
};
const recognised = {
  'datasets.recognise': async ({ path }: { path: string }) => ({
    candidates: [
      { importer: 'oulu-npu' as const, title: 'OULU-NPU', path, why: '100 % of its clips are named so.', share: 1 },
      { importer: 'folder' as const, title: 'Folder by class', path, why: 'It has class folders.', share: 0.4 },
    ],
  }),
  'datasets.preview': async () => preview,
};

describe('the import dialog', () => {
  it('holds its button with a reason until a folder is chosen, and recognises it then', async () => {
    const imported: unknown[] = [];
    mounted = await mountApp(
      '/datasets',
      {
        ...workbench(),
        ...recognised,
        'datasets.import': async (request) => {
          imported.push(request);
          return { dataset: datasetSummary('lab').dataset, job: null };
        },
      },
      { 'desktop.chooseFolder': async () => ({ path: '/data/lab photos' }) },
    );
    (await findByRole('button', 'Import')).click();
    const go = await findByRole('button', /^Import dataset/);
    expect(go.getAttribute('aria-disabled')).toBe('true');
    expect(go.textContent).toContain('Choose a folder first.');
    (await findByRole('button', 'Choose…')).click();
    await findText('relief import /data/lab photos --as oulu-npu --name lab-photos');
    await findText('100 % of its clips are named so.');
    await findText('4,949 items, 55 subjects');
    await findText('differs: 360 + 1,440');
    await findText('as found: 270 + 1,080');
    await findText('Train_files/1_1_01_1.avi is missing.');
    await findText('Brings protocols P1, P2.');
    (await findByRole('button', 'Import dataset')).click();
    await settle();
    expect(imported).toEqual([{ path: '/data/lab photos', importer: 'oulu-npu', name: 'lab-photos', prepare: true }]);
  });

  it('opens filled in when a folder is dropped on the window', async () => {
    mounted = await mountApp(
      '/runs',
      { ...workbench(), ...recognised },
      {
        'desktop.dropped': async function* (_input, signal) {
          await settle(200);
          yield { path: '/data/oulu', kind: 'folder' as const };
          yield* silence(signal);
        },
      },
    );
    await findText('relief import /data/oulu --as oulu-npu --name oulu');
  });

  it('lets the columns of a list be pointed at, and imports it so', async () => {
    const asked: unknown[] = [];
    const imported: unknown[] = [];
    const columns = [
      { name: 'img', values: ['a.jpg', 'b.jpg'], distinct: 40 },
      { name: 'label', values: ['1', '0'], distinct: 2 },
      { name: 'who', values: ['anna', 'bea'], distinct: 2 },
    ];
    mounted = await mountApp(
      '/datasets',
      {
        ...workbench(),
        'datasets.recognise': async ({ path }) => ({
          candidates: [{ importer: 'csv', title: 'CSV list', path, why: 'It has a column of paths.', share: 0.6 }],
        }),
        'datasets.preview': async (request) => {
          asked.push(request.columns);
          const problem = request.columns?.label ? null : 'faces.csv:1: missing column "attack_type".';
          return { ...preview, problem, columns };
        },
        'datasets.import': async (request) => {
          imported.push(request);
          return { dataset: datasetSummary('faces').dataset, job: null };
        },
      },
      { 'desktop.chooseFile': async () => ({ path: '/data/faces.csv' }) },
    );
    (await findByRole('button', 'Import')).click();
    (await findByRole('button', 'Choose a list…')).click();
    await findText('missing column "attack_type"');
    expect(asked).toEqual([undefined, { path: 'img' }]);
    expect((await findByRole('button', /^Import dataset/)).getAttribute('aria-disabled')).toBe('true');
    press(await findByRole('combobox', 'Column of the label'), 'Enter');
    const option = await findByRole('option', /^label/);
    press(option, 'Enter');
    await findText('everything else is an attack');
    (await findByRole('checkbox', '0')).click();
    await settle(50);
    (await findByRole('checkbox', '1')).click();
    await findText('--column label=label --bona-fide 0');
    (await findByRole('button', 'Import dataset')).click();
    await settle();
    expect(imported).toEqual([
      {
        ...{ path: '/data/faces.csv', importer: 'csv', name: 'faces', prepare: true },
        columns: { path: 'img', label: { column: 'label', bonaFide: ['0'] } },
      },
    ]);
  });

  it('shows a refusal in place and keeps what was entered', async () => {
    mounted = await mountApp(
      '/datasets',
      {
        ...workbench(),
        ...recognised,
        'datasets.import': async () => {
          throw new AppError('invalid', '/data/lab: no folder of bona fide or attack photographs');
        },
      },
      { 'desktop.chooseFolder': async () => ({ path: '/data/lab' }) },
    );
    (await findByRole('button', 'Import')).click();
    (await findByRole('button', 'Choose…')).click();
    await findText('4,949 items');
    (await findByRole('button', 'Import dataset')).click();
    expect((await findByRole('alert')).textContent).toContain('no folder of bona fide or attack photographs');
    await findText('--name lab');
  });
});
