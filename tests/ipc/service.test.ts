import type { LaunchOptions } from '@shared/domain/experiment';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type ScalarChunk } from '@shared/contract/channels';
import { FigureKind, ReportFormat } from '@shared/domain/report';
import { decodeImage } from '@workbench/images/decode';
import { newReport } from '@workbench/service/report-definitions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relief, tinyExperiment } from '../fixtures/small-project';
import { readEventFile } from '../fixtures/event-file';
import { errorOf } from '../fixtures/errors';
import { first, type ServedProject, serveTinyProject, untilEnded } from '../fixtures/served-project';

let served: ServedProject;
let folder: string;
let client: ServedProject['client'];
let sandbox: ServedProject['sandbox'];
const launch: LaunchOptions = { seeds: [1], folds: 'as-given' };

beforeAll(async () => {
  served = await serveTinyProject();
  ({ folder, client, sandbox } = served);
}, 120_000);
afterAll(() => served.close());

const everything = {
  filter: { datasets: [], facets: {}, text: '' },
  order: 'listed' as const,
  offset: 0,
  limit: 100,
};

describe('the project', () => {
  it('is open for writing, and told again when it changes', async () => {
    const info = await client['project.current']({});
    expect(info).toMatchObject({ path: folder, writable: true, writer: null });
    expect((await client['project.recent']({}))[0]).toMatchObject({ path: folder, missing: false });
    const change = first(client['project.changes']({}), ({ what }) => what === 'experiments');
    await new Promise((resolve) => setTimeout(resolve, 50));
    writeFileSync(join(folder, 'experiments', 'outside.yaml'), 'name: outside\n');
    expect(await change).toEqual({ what: 'experiments' });
  });

  it('is refused where no dialog has chosen the folder, also by a link', async () => {
    const outside = join(sandbox.folder, 'outside');
    mkdirSync(outside);
    expect((await errorOf(client['project.open']({ path: outside }))).code).toBe('permission');
    expect((await errorOf(client['project.create']({ path: join(outside, 'x'), name: 'x' }))).code).toBe('permission');
    symlinkSync(outside, join(sandbox.folder, 'granted', 'link'));
    const through = join(sandbox.folder, 'granted', 'link', 'x');
    expect((await errorOf(client['project.createSample']({ path: through, size: 'quick' }))).code).toBe('permission');
    const escaping = `${join(sandbox.folder, 'granted')}/../outside`;
    const request = { path: escaping, importer: 'folder', prepare: false } as const;
    expect((await errorOf(client['datasets.import'](request))).code).toBe('permission');
    // Looking at names would tell what lies there, too.
    expect((await errorOf(client['datasets.recognise']({ path: outside }))).code).toBe('permission');
    const look = { path: outside, importer: 'folder' } as const;
    expect((await errorOf(client['datasets.preview'](look))).code).toBe('permission');
    const rooted = { path: join(sandbox.folder, 'granted'), importer: 'folder', root: outside } as const;
    expect((await errorOf(client['datasets.preview'](rooted))).code).toBe('permission');
  });
});

describe('samples', () => {
  it('come with facets whose counts follow the other facets', async () => {
    const all = await client['samples.query'](everything);
    expect(all.total).toBe(32);
    expect(all.subjects).toBe(4);
    expect(all.tiles[0]).toMatchObject({ dataset: 'O', index: 0, synthetic: true, prepared: true });
    const count = (page: typeof all, facet: string, value: string) =>
      page.facets.find(({ name }) => name === facet)?.values.find((entry) => entry.value === value)?.count;
    expect(count(all, 'class', 'bona fide')).toBe(16);

    const attacks = await client['samples.query']({
      ...everything,
      filter: { datasets: [], facets: { class: ['attack'], set: ['train'] }, text: '' },
    });
    expect(attacks.tiles.every(({ attackType, set }) => attackType !== null && set === 'train')).toBe(true);
    // The class facet counts what would be there with the other class; the set facet follows the class.
    expect(count(attacks, 'class', 'bona fide')).toBe(attacks.total);
    const testAttacks = await client['samples.query']({
      ...everything,
      filter: { datasets: [], facets: { class: ['attack'], set: ['test'] }, text: '' },
    });
    expect(count(attacks, 'set', 'test')).toBe(testAttacks.total);
    expect(
      (await client['samples.query']({ ...everything, filter: { datasets: ['R'], facets: {}, text: '' } })).total,
    ).toBe(0);
  });

  it('are searched by words, paged, and shuffled the same way each time', async () => {
    const train = await client['samples.query']({
      ...everything,
      filter: { datasets: [], facets: {}, text: 'train/' },
    });
    expect(train.total).toBe(16);
    const shuffled = () => client['samples.query']({ ...everything, order: 'shuffled', offset: 5, limit: 10 });
    expect((await shuffled()).tiles).toEqual((await shuffled()).tiles);
    expect((await shuffled()).tiles).toHaveLength(10);
  });

  it('have a depth target: a face for bona fide, nothing for attacks, near the true depth', async () => {
    const { tiles } = await client['samples.query'](everything);
    const real = tiles.find(({ attackType }) => attackType === null);
    const attack = tiles.find(({ attackType }) => attackType !== null);
    if (!real || !attack) throw new Error('both classes are drawn');
    const detail = await client['samples.detail']({ dataset: 'O', index: real.index });
    expect(Math.max(...(detail.depthTarget ?? []))).toBeGreaterThan(0.9);
    expect(detail.trueDepthCorrelation).toBeGreaterThan(0.6);
    expect(detail.bytes).toBeGreaterThan(1000);
    const { size, maps } = await client['samples.depthTargets']({
      samples: [real, attack].map(({ dataset, index }) => ({ dataset, index })),
    });
    expect(maps).toHaveLength(2 * size * size);
    expect(maps.subarray(size * size).every((value) => value === 0)).toBe(true);
    expect([...maps.subarray(0, size * size)].map((value) => Math.fround(value / 255))).toEqual([
      ...(detail.depthTarget ?? []),
    ]);
  });

  it('give pictures by their ids, small ones from the cache the second time', async () => {
    const request = { kind: 'thumb', dataset: 'O', index: 3, size: 64 } as const;
    const { type, bytes } = await client['media.read'](request);
    const thumbnail = await decodeImage(bytes, 'thumbnail');
    expect(type).toBe('image/jpeg');
    expect(Math.max(thumbnail.width, thumbnail.height)).toBe(64);
    expect((await client['media.read'](request)).bytes).toEqual(bytes);
    const crop = await decodeImage((await client['media.read']({ ...request, kind: 'crop' })).bytes, 'crop');
    expect([crop.width, crop.height]).toEqual([128, 128]);
    expect((await errorOf(client['media.read']({ ...request, index: 5000 }))).code).toBe('not-found');
  });

  it('never show a file outside their dataset, whatever the list says', async () => {
    const source = join(sandbox.folder, 'granted', 'photos');
    for (const part of ['real', 'attack']) mkdirSync(join(source, part), { recursive: true });
    const { bytes } = await client['media.read']({ kind: 'frame', dataset: 'O', index: 0, size: 64 });
    for (const part of ['real', 'attack']) writeFileSync(join(source, part, 'a.jpg'), bytes);
    const secret = join(sandbox.folder, 'secret.jpg');
    writeFileSync(secret, bytes);
    const { dataset } = await client['datasets.import']({ path: source, importer: 'folder', prepare: false });
    expect(dataset.id).toBe('photos');
    const read = () => client['media.read']({ kind: 'frame', dataset: 'photos', index: 0, size: 64 });
    expect((await read()).bytes.length).toBeGreaterThan(0);
    for (const part of ['real', 'attack']) {
      rmSync(join(source, part, 'a.jpg'));
      symlinkSync(secret, join(source, part, 'a.jpg'));
    }
    expect((await errorOf(read())).code).toBe('permission');
    await client['datasets.remove']({ dataset: 'photos' });
    expect((await client['datasets.list']({})).map((entry) => entry.dataset.id)).toEqual(['O']);
  });
});

describe('bad input', () => {
  it('that is too large is refused before anything is done with it', async () => {
    const text = `name: a\nnotes: ${'x'.repeat(100_001)}\n`;
    expect((await errorOf(client['experiments.save']({ name: 'a', text }))).code).toBe('bad-request');
    const samples = Array.from({ length: 501 }, () => ({ dataset: 'O', index: 0 }));
    expect((await errorOf(client['samples.depthTargets']({ samples }))).code).toBe('bad-request');
    expect((await errorOf(client['samples.query']({ ...everything, limit: 2001 }))).code).toBe('bad-request');
  });

  it('that names files instead of ids is refused', async () => {
    const request = { kind: 'frame', dataset: '../../etc', index: 0, size: 64 } as const;
    expect((await errorOf(client['media.read'](request))).code).toBe('bad-request');
    expect((await errorOf(client['experiments.read']({ name: '../project' }))).code).toBe('bad-request');
    expect((await errorOf(client['jobs.detail']({ job: '0001-../../x' }))).code).toBe('bad-request');
    expect((await errorOf(client['jobs.detail']({ job: '0009-nothing' }))).code).toBe('not-found');
  });
});

describe('an experiment', () => {
  it('is edited, planned with reasons, and launched', async () => {
    const bad = await client['experiments.plan']({ text: 'name: a\ndata: { sources: [R] }\n', launch });
    expect(bad.problems[0]).toMatchObject({ path: 'data.sources' });
    expect(bad.problems[0]?.message).toMatch(/no dataset "R"/);
    expect(bad.problems[0]?.fixes.some(({ value }) => JSON.stringify(value) === '["O"]')).toBe(true);

    const { text } = await client['experiments.edit']({ text: tinyExperiment(), path: 'train.seed', value: 5 });
    const plan = await client['experiments.plan']({ text, launch: { seeds: [5, 6], folds: 'as-given' } });
    expect(plan.problems).toEqual([]);
    expect(plan.runs).toBe(2);
    expect(plan.folds[0]?.counts['O']).toEqual({ train: 16, dev: 8, test: 8 });
    expect(plan.command).toBe('relief train tiny --seeds 2');
    expect(plan.parameters?.total).toBeGreaterThan(50_000);
    expect(plan.changes.map(({ path }) => path)).toContain('train.seed');
  });

  it('is made of a preset that the project’s people have saved, and stays when the preset goes', async () => {
    const text = `# Why: a calmer critic\n${tinyExperiment()}`;
    const edited = await client['experiments.edit']({ text, path: 'stage1.l1Weight', value: 50 });
    await client['presets.save']({ name: 'calm', text: edited.text });
    const [saved] = await client['presets.list']({});
    expect(saved).toMatchObject({ name: 'calm', base: 'pretrain-gan', problem: null });
    expect(saved?.changes).toContainEqual({ path: 'stage1.l1Weight', to: 50 });
    await client['presets.use']({ preset: 'calm', experiment: 'made' });
    const made = (await client['experiments.read']({ name: 'made' })).text;
    expect(made).toContain('# Why: a calmer critic');
    const plan = await client['experiments.plan']({ text: made, launch });
    expect(plan.head?.name).toBe('made');
    expect(plan.config?.stage1.l1Weight).toBe(50);
    await client['presets.remove']({ name: 'calm' });
    expect(await client['presets.list']({})).toEqual([]);
    expect((await client['experiments.read']({ name: 'made' })).text).toBe(made);
    expect((await errorOf(client['presets.save']({ name: 'scratch', text }))).message).toMatch(/Relief ships/);
    const broken = client['presets.save']({ name: 'broken', text: 'name: a\nstage1: { epochs: 0 }\n' });
    expect((await errorOf(broken)).message).toMatch(/stage1\.epochs/);
  });

  it('of an older Relief says which settings it does not know, and what each would be now', async () => {
    const text = 'name: old\nstage1:\n  epohcs: 3 # as in the paper\nmodel:\n  colourSpace: ycbcr\n';
    const plan = await client['experiments.plan']({ text, launch });
    const fixes = new Map(plan.problems.map(({ path, fixes: all }) => [path, all]));
    expect(fixes.get('stage1.epohcs')).toEqual([
      { label: 'Call it stage1.epochs', path: 'stage1.epochs', value: 3, removes: 'stage1.epohcs' },
      { label: 'Take it out', path: 'stage1.epohcs', value: undefined },
    ]);
    expect(fixes.get('model.colourSpace')).toEqual([
      { label: 'Take it out', path: 'model.colourSpace', value: undefined },
    ]);
    const edit = async (from: string, path: string, value: unknown) =>
      (await client['experiments.edit']({ text: from, path, value })).text;
    const renamed = await edit(await edit(text, 'stage1.epochs', 3), 'stage1.epohcs', undefined);
    const mended = await client['experiments.plan']({
      text: await edit(renamed, 'model.colourSpace', undefined),
      launch,
    });
    expect(mended.config?.stage1.epochs).toBe(3);
  });

  it('is made of a run: its settings, what differs from them, and its parent when it is launched', async () => {
    const text = tinyExperiment();
    await client['experiments.save']({ name: 'first', text });
    await client['queue.pause']({ paused: true });
    const { jobs } = await client['experiments.launch']({ name: 'first', text, launch: { ...launch, seeds: [4] } });
    const [parent = ''] = jobs;
    const { name } = await client['experiments.clone']({ job: parent });
    const cloned = (await client['experiments.read']({ name })).text;
    const same = await client['experiments.plan']({ text: cloned, launch });
    expect(same.problems).toEqual([]);
    expect(same.from).toMatchObject({ job: parent, changes: [] });
    expect(same.config).toEqual((await client['jobs.detail']({ job: parent })).config);
    const edit = { text: cloned, path: 'stage1.l1Weight', value: 50 };
    const edited = (await client['experiments.edit'](edit)).text;
    const plan = await client['experiments.plan']({ text: edited, launch });
    expect(plan.from?.changes).toEqual([{ path: 'stage1.l1Weight', from: 100, to: 50 }]);
    const child = await client['experiments.launch']({ name, text: edited, launch });
    expect((await client['jobs.detail']({ job: child.jobs[0] ?? '' })).summary.job.parent).toBe(parent);
    for (const job of [...jobs, ...child.jobs]) await client['jobs.control']({ job, action: 'cancel' });
    await client['queue.pause']({ paused: false });
  });

  it('trains: its curves, log, epochs and scores come over the contract', async () => {
    const { jobs } = await client['experiments.launch']({ name: 'tiny', text: tinyExperiment(), launch });
    const [id = ''] = jobs;
    const summary = await untilEnded(client, id);
    expect(summary).toMatchObject({ state: 'done' });
    expect(readFileSync(join(folder, 'experiments', 'tiny.yaml'), 'utf8')).toBe(tinyExperiment());

    const chunks = await first(client['jobs.scalars']({ job: id }), (list: ScalarChunk[]) => list.length > 0);
    const loss = chunks.find(({ name }) => name === 'generator-loss');
    expect(loss?.reset).toBe(true);
    expect([...(loss?.step ?? [])]).toEqual(Array.from({ length: 8 }, (_, index) => index + 1));
    const { lines } = await first(client['jobs.log']({ job: id }), (part) => part.lines.length > 0);
    expect(lines.some((line) => line.includes('attempt 1'))).toBe(true);

    const detail = await client['jobs.detail']({ job: id });
    expect(detail.depthEpochs).toEqual([1, 2]);
    expect(detail.pinned).toHaveLength(6);
    const scores = await client['scores.read']({
      job: id,
      epoch: 'last',
      dataset: 'O',
      set: 'test',
      kind: 'classifier',
    });
    expect(scores.score).toHaveLength(8);
    expect(scores.threshold).not.toBeNull();
    expect(scores.rows).toBeUndefined();
    const wanted = { epoch: 'last', dataset: 'O', set: 'test', kind: 'classifier', rows: true } as const;
    const { rows } = await client['scores.read']({ ...wanted, job: id });
    expect(rows?.facets.map(({ name }) => name)).toContain('device');
    for (const [index, line] of (rows?.items ?? []).entries()) {
      const { item } = await client['samples.detail']({ dataset: 'O', index: line });
      expect(item.path).toBe(rows?.filenames[index]);
      expect(item.subject).toBe(rows?.subjects[index]);
    }
    expect((await errorOf(client['scores.read'](wanted))).code).toBe('bad-request');
    const floor = await client['scores.read']({ ...wanted, floor: { kind: 'constant', sources: ['O'] } });
    expect(new Set(floor.score)).toEqual(new Set([0.5]));
    expect(floor.rows?.items).toEqual(rows?.items);
    const made = { job: id, epoch: 'last', target: 'O', kind: 'classifier', level: 'frame' } as const;
    const audit = await client['scores.audit']({ ...made, policy: 'source-dev-eer' });
    expect(audit.policies.find(({ policy }) => policy === 'source-dev-eer')?.test.n.bonaFide).toBe(4);
    expect(audit.codebases).toHaveLength(3);
  }, 90_000);

  it('gives its curves to a table and to TensorBoard, each step once, into granted folders only', async () => {
    const [run] = (await client['jobs.list']({})).filter(({ job, state }) => job.kind === 'train' && state === 'done');
    const job = run?.job.id ?? '';
    const target = join(served.granted, 'curves');
    const csv = await client['jobs.export']({ jobs: [job], format: 'csv', folder: target });
    const [head = '', ...lines] = readFileSync(csv.files[0] ?? '', 'utf8')
      .trim()
      .split('\n');
    const names = head.split(',');
    expect(names.slice(0, 2)).toEqual(['step', 'seconds']);
    const [chunks] = [await first(client['jobs.scalars']({ job }), (all) => all.length > 0)];
    expect([...names.slice(2)].sort()).toEqual(chunks.map(({ name }) => name as string).sort());
    for (const { name, step, value } of chunks) {
      const column = names.indexOf(name);
      const rows = lines.map((line) => line.split(',')).filter((cells) => cells[column] !== '');
      expect(rows.map((cells) => Number(cells[0]))).toEqual([...step]);
      expect(rows.map((cells) => Number(cells[column]))).toEqual([...value]);
    }
    const events = await client['jobs.export']({ jobs: [job], format: 'tensorboard', folder: target });
    const read = readEventFile(readFileSync(events.files[0] ?? ''));
    expect(read.version).toBe('brain.Event:2');
    for (const { name, step, value } of chunks) {
      const points = read.points.filter(({ tag }) => tag === name);
      expect(points.map((point) => point.step)).toEqual([...step]);
      expect(points.map((point) => point.value)).toEqual([...Float32Array.from(value)]);
    }
    const outside = client['jobs.export']({ jobs: [job], format: 'csv', folder: join(sandbox.folder, 'elsewhere') });
    expect((await errorOf(outside)).code).toBe('permission');
  });

  it('lists what it keeps and prunes what nothing needs, never the last or best weights nor the newest epoch', async () => {
    const [run] = (await client['jobs.list']({})).filter(({ job, state }) => job.kind === 'train' && state === 'done');
    const job = run?.job.id ?? '';
    const before = await client['jobs.stored']({ job });
    const roles = before.flatMap((file) => file.roles);
    expect([...roles].sort()).toEqual(['best', 'last']);
    const epochs = before.flatMap(({ kind, at }) => (kind === 'epoch' ? [at] : []));
    expect(epochs.length).toBeGreaterThan(1);
    const folder = join(served.folder, 'jobs', job);
    const bytesOf = () => bytesBelow(folder);
    const size = bytesOf();
    const wish = { keepEvery: 0, moments: true };
    const planned = await client['jobs.prune']({ job, wish, dryRun: true });
    expect(bytesOf()).toBe(size);
    const freed = await client['jobs.prune']({ job, wish, dryRun: false });
    expect(freed).toEqual(planned);
    expect(size - bytesOf()).toBe(freed.bytes);
    const after = await client['jobs.stored']({ job });
    expect(after.flatMap(({ kind, at }) => (kind === 'epoch' ? [at] : []))).toEqual([Math.max(...epochs)]);
    expect(after.flatMap((file) => file.roles)).toEqual(roles);
    const pointer = JSON.parse(readFileSync(join(folder, 'checkpoints', 'best.json'), 'utf8')) as { folder: string };
    expect(existsSync(join(folder, 'checkpoints', pointer.folder, 'weights.safetensors'))).toBe(true);
    expect(await client['jobs.prune']({ job, wish, dryRun: false })).toEqual({ bytes: 0, files: 0 });
  });

  it('is compared with others by what differs alone', async () => {
    const text = tinyExperiment();
    await client['queue.pause']({ paused: true });
    const edited = await client['experiments.edit']({ text, path: 'stage1.l1Weight', value: 50 });
    const made = await Promise.all(
      [text, edited.text].map((one) => client['experiments.launch']({ name: 'pair', text: one, launch })),
    );
    const jobs = made.flatMap((one) => one.jobs);
    expect(await client['jobs.compare']({ jobs })).toEqual({
      settings: [{ path: 'stage1.l1Weight', values: [100, 50] }],
      environment: [],
    });
    for (const job of jobs) await client['jobs.control']({ job, action: 'cancel' });
    await client['queue.pause']({ paused: false });
  });

  it('takes in scores that were dropped on the window, and shows and removes them', async () => {
    const wanted = { epoch: 'last', dataset: 'O', set: 'test', kind: 'classifier', rows: true } as const;
    const { rows } = await client['scores.read']({ ...wanted, floor: { kind: 'chance', sources: ['O'] } });
    const text = (rows?.filenames ?? []).map((name, index) => `${name},${String(index)}`).join('\n');
    const dropped = { name: 'theirs.csv', bytes: new TextEncoder().encode(`file,score\n${text}\n`) };
    const choice = { dataset: 'O', set: 'test', polarity: 'higher-is-bona-fide' } as const;
    const fit = await client['scores.inspect']({ file: { dropped }, choice });
    expect(fit).toMatchObject({ format: 'csv', matched: 8, missing: 0, extra: 0 });
    const { system } = await client['scores.import']({ file: { dropped }, choice, name: 'theirs' });
    expect(await client['scores.foreign']({})).toEqual([system]);
    const theirs = await client['scores.read']({ ...wanted, foreign: 'theirs' });
    expect([...theirs.score].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const elsewhere = { path: join(sandbox.folder, 'elsewhere.csv') };
    expect((await errorOf(client['scores.inspect']({ file: elsewhere, choice }))).code).toBe('permission');
    expect((await errorOf(client['scores.inspect']({ file: {}, choice }))).code).toBe('bad-request');
    await client['scores.removeForeign']({ name: 'theirs' });
    expect(await client['scores.foreign']({})).toEqual([]);
  });

  it('is reported; export goes to granted folders only', async () => {
    const definition = newReport('first', 'First table');
    await client['reports.save'](definition);
    expect(await client['reports.list']({})).toEqual([definition]);
    const data = await client['reports.evaluate'](definition);
    expect(data.matrix.find(({ system }) => system === 'tiny')?.cells[0]?.hter?.n).toBe(1);
    const { text, command } = await client['reports.preview']({ definition, format: 'latex' });
    expect(text).toContain('\\toprule');
    expect(command).toBe('relief report first --format latex');
    const outside = { definition, formats: ['csv' as const], folder: join(sandbox.folder, 'elsewhere') };
    expect((await errorOf(client['reports.export'](outside))).code).toBe('permission');
    const { files } = await client['reports.export']({ ...outside, folder: join(sandbox.folder, 'granted', 'out') });
    expect(files).toHaveLength(2);
  });

  it('is exported by the command to the same bytes, and bundled for reviewers', async () => {
    const definition = newReport('first', 'First table');
    const formats = ReportFormat.options;
    const [window, command] = ['by-window', 'by-command'].map((name) => join(sandbox.folder, 'granted', name));
    if (window === undefined || command === undefined) throw new Error('no folders');
    const { files } = await client['reports.export']({ definition, formats: [...formats], folder: window });
    const list = formats.join(',');
    const { code, stderr } = await relief(['report', 'first', '--format', list, '-o', command, '--project', folder]);
    expect([code, stderr]).toEqual([0, '']);
    const names = readdirSync(command).sort();
    expect(names).toEqual(files.map((path) => basename(path)).sort());
    for (const name of names)
      expect(readFileSync(join(command, name)).equals(readFileSync(join(window, name))), name).toBe(true);

    const size = { kinds: FigureKind.options, formats: ['pdf' as const, 'svg' as const], widthMillimetres: 84 };
    const figures = await client['reports.figures']({
      definition,
      ...size,
      kinds: [...size.kinds],
      folder: join(window, 'figures'),
    });
    const drawn = join(command, 'figures');
    await relief(['figures', 'first', '--format', 'pdf,svg', '--width', '84', '-o', drawn, '--project', folder]);
    expect(readdirSync(drawn).sort()).toEqual(figures.files.map((path) => basename(path)).sort());
    for (const path of figures.files)
      expect(readFileSync(join(drawn, basename(path))).equals(readFileSync(path)), path).toBe(true);

    const [sheet = ''] = (await client['reports.isoSheet']({ definition, folder: window })).files;
    await relief(['iso', 'first', '-o', command, '--project', folder]);
    expect(readFileSync(join(command, basename(sheet))).equals(readFileSync(sheet))).toBe(true);

    const bundle = join(sandbox.folder, 'granted', 'bundle');
    const written = await client['bundles.write']({ definition, folder: bundle });
    expect(written.files).toContain('expected/first.tex');
    expect((await errorOf(client['bundles.write']({ definition, folder: bundle }))).code).toBe('conflict');
  });

  it('is stopped, resumed and killed by its job', async () => {
    const text = tinyExperiment({ stage1: 500, stage2: 500 });
    const { jobs } = await client['experiments.launch']({ name: 'long', text, launch });
    const [id = ''] = jobs;
    await first(client['jobs.scalars']({ job: id }), (chunks) => chunks.some(({ step }) => step.length > 0));
    expect((await errorOf(client['jobs.control']({ job: id, action: 'resume' }))).code).toBe('conflict');
    await client['jobs.control']({ job: id, action: 'stop' });
    expect(await untilEnded(client, id)).toMatchObject({ state: 'stopped' });
    await client['jobs.control']({ job: id, action: 'resume' });
    await first(client['jobs.watch']({}), (changed) =>
      changed.some(({ job, state, attempt }) => job.id === id && state === 'running' && attempt === 2),
    );
    await client['jobs.control']({ job: id, action: 'kill' });
    expect(await untilEnded(client, id)).toMatchObject({ state: 'stopped' });
  }, 60_000);
});

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
