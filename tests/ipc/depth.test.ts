import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { SampleReference } from '@shared/contract/channels';
import { depthMeasureFacts, orderRows } from '@shared/domain/depth-measures';
import { z } from '@shared/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from '../fixtures/errors';
import { type ServedProject, serveTinyProject, untilEnded } from '../fixtures/served-project';
import { relief, tinyExperiment } from '../fixtures/small-project';

let served: ServedProject;
let folder: string;
let client: ServedProject['client'];
let sandbox: ServedProject['sandbox'];
let job: string;
let pinned: SampleReference[];

const demoPhotographs = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
/** Real photographs: the demo images of a package, and those beside the checkout where there are any. */
const besideTheCheckout = join(import.meta.dirname, '../../../shared/photos');
const photographs = [
  join(demoPhotographs, 'sample2.jpg'),
  ...(existsSync(besideTheCheckout) ? readdirSync(besideTheCheckout) : [])
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => join(besideTheCheckout, name)),
];
const PrintedPredictions = z.object({
  predictions: z.array(
    z.object({ raw: z.string(), target: z.string(), score: z.number().nullable(), measures: z.unknown() }),
  ),
});

beforeAll(async () => {
  served = await serveTinyProject();
  ({ folder, client, sandbox } = served);
  const launched = await client['experiments.launch']({
    name: 'tiny',
    text: tinyExperiment(),
    launch: { seeds: [1], folds: 'as-given' },
  });
  job = launched.jobs[0] ?? '';
  expect((await untilEnded(client, job)).state).toBe('done');
  ({ pinned } = await client['jobs.detail']({ job }));
}, 120_000);
afterAll(() => served.close());

describe('what a run paints', () => {
  it('is predicted and measured for chosen samples, faces and attacks', async () => {
    const predictions = await client['depth.predict']({ job, epoch: 1, samples: pinned });
    expect(predictions).toHaveLength(6);
    expect(predictions[0]?.predicted).toHaveLength(32 * 32);
    expect(predictions[0]?.measures.correlationInFace).not.toBeNull();
    expect(predictions[5]?.measures.correlationInFace).toBeNull();
    expect(predictions[0]?.score).toBeGreaterThan(0);
  });

  it('ranks a set in the order of the command’s table', async () => {
    const ranking = await client['depth.ranking']({ job, epoch: 'last', dataset: 'O', set: 'test' });
    expect(ranking.epoch).toBe(2);
    expect(ranking.index).toHaveLength(8);
    expect(ranking.score).toHaveLength(8);
    // The command's table, sorted anew by its own numbers, is the order of the worst gallery.
    const table = await relief([
      ...['depth', 'rank', '--run', job, '--dataset', 'O', '--by', 'structuralSimilarity', '--project', folder],
    ]);
    const [header = '', ...body] = table.stdout.trim().split('\n');
    const place = header.split(',').indexOf('structuralSimilarity');
    const printed = body.map((line) => line.split(','));
    const sorted = [...printed].sort((a, b) => Number(a[place]) - Number(b[place]) || Number(a[1]) - Number(b[1]));
    expect(printed).toEqual(sorted);
    const { better } = depthMeasureFacts.structuralSimilarity;
    const worst = orderRows(ranking.measures.structuralSimilarity, better, 'worst');
    expect(worst.map((row) => String(ranking.index[row]))).toEqual(printed.map((cells) => cells[1]));
    expect(worst.map((row) => String(ranking.measures.structuralSimilarity[row]))).toEqual(
      printed.map((cells) => cells[place]),
    );
  }, 60_000);

  it('is scored by its maps without training, as a system that reports can show', async () => {
    const rule = { depth: 'contrast', classifierShare: 0.25 } as const;
    const kept = await client['depth.keepScores']({ job, epoch: 'last', rule, name: 'contrast' });
    expect(kept.files).toEqual([
      { dataset: 'O', set: 'dev', samples: 8 },
      { dataset: 'O', set: 'test', samples: 8 },
    ]);
    const ranking = await client['depth.ranking']({ job, epoch: 'last', dataset: 'O', set: 'test' });
    const { centreDepth, surroundDepth } = ranking.measures;
    const expected = [...centreDepth.keys()].map(
      (row) => 0.75 * ((centreDepth[row] ?? NaN) - (surroundDepth[row] ?? NaN)) + 0.25 * (ranking.score?.[row] ?? NaN),
    );
    const written = readFileSync(join(folder, 'scores', 'foreign-contrast', 'O.test.csv'), 'utf8');
    const [header = '', ...lines] = written.trim().split('\n');
    const place = header.split(',').indexOf('score');
    const stored = lines.map((line) => Number(line.split(',')[place]));
    for (const [row, value] of expected.entries()) expect(stored[row]).toBeCloseTo(value, 6);

    // The window holds this project: the command works on a copy.
    const copy = join(sandbox.folder, 'copy');
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, 'scores'), { recursive: true });
    rmSync(join(copy, 'lease.json'));
    const answer = await relief([
      ...['depth', 'scores', '--run', job, '--name', 'contrast', '--depth', 'contrast', '--classifier-share', '0.25'],
      ...['--project', copy, '--json'],
    ]);
    expect(answer.stderr).toBe('');
    expect(JSON.parse(answer.stdout)).toMatchObject({ files: kept.files });
    expect(readFileSync(join(copy, 'scores', 'foreign-contrast', 'O.test.csv'), 'utf8')).toBe(written);
    // Other scores of that name are not written over.
    const other = client['depth.keepScores']({
      job,
      epoch: 'last',
      rule: { ...rule, depth: 'mean' },
      name: 'contrast',
    });
    expect((await errorOf(other)).code).toBe('conflict');
    expect((await client['depth.keepScores']({ job, epoch: 1, rule, name: 'contrast' })).name).toBe('contrast');
  }, 60_000);

  it('explains a score: what places add is its logit, and covering places moves it', async () => {
    const [sample = { dataset: '', index: 0 }] = pinned;
    const seen = await client['depth.explain']({ job, sample });
    const [prediction] = await client['depth.predict']({ job, epoch: 'last', samples: [sample] });
    expect(seen.contributions).toHaveLength(seen.contributionSide ** 2);
    const logit = seen.contributions.reduce((sum, value) => sum + value, seen.bias);
    expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(prediction?.score ?? NaN, 5);
    expect(seen.falls).toHaveLength(seen.fallSide ** 2);
    expect(new Set(seen.falls).size).toBeGreaterThan(10);
  });

  it('is written as a contact sheet, floats and animation: the same bytes by window and command', async () => {
    const output = join(sandbox.folder, 'granted', 'maps');
    const { files } = await client['depth.export']({
      kinds: ['sheet-svg', 'arrays', 'sweep'],
      jobs: [job],
      epoch: 2,
      samples: pinned,
      colourMap: 'viridis',
      widthMillimetres: 174,
      blurFaces: false,
      folder: output,
    });
    expect(files.map((path) => basename(path))).toEqual(
      ['epoch2-sheet.svg', 'epoch2-predicted.npy', 'epoch2-target.npy', 'epoch2-samples.csv', 'epochs.gif'].map(
        (name) => `${job}-${name}`,
      ),
    );
    const [first] = await client['depth.predict']({ job, epoch: 2, samples: pinned });
    const stored = readFileSync(join(output, `${job}-epoch2-predicted.npy`));
    const floats = new Float32Array(Uint8Array.from(stored.subarray(stored.length - 4 * 1024 * pinned.length)).buffer);
    expect(floats.subarray(0, 1024)).toEqual(first?.predicted);

    const byCommand = join(sandbox.folder, 'maps-by-command');
    const samples = pinned.map(({ index }) => index).join(',');
    const answer = await relief([
      ...['depth', 'export', '--run', job, '--dataset', 'O', '--samples', samples, '--epoch', '2'],
      ...['--what', 'sheet-svg,arrays,sweep', '-o', byCommand, '--project', folder],
    ]);
    expect(answer.stderr).toBe('');
    for (const path of files)
      expect(readFileSync(join(byCommand, basename(path))).equals(readFileSync(path)), path).toBe(true);
    // What the licence forbids is not written; blurred it may be. (The drawn dataset stands for a photographed one.)
    const { granted } = served;
    const datasetFile = join(folder, 'datasets', 'O', 'dataset.json');
    const drawn = readFileSync(datasetFile, 'utf8');
    const licence = { name: 'EULA', use: 'no-publication', consent: 'given' } as const;
    writeFileSync(datasetFile, drawn.replace('"synthetic": true', '"synthetic": false'));
    await client['datasets.noteLicence']({ dataset: 'O', licence });
    const forbidden = {
      ...{ kinds: ['sheet-svg' as const], jobs: [job], epoch: 2, samples: pinned, colourMap: 'viridis' as const },
      ...{ widthMillimetres: 174, folder: join(granted, 'forbidden') },
    };
    const held = await errorOf(client['depth.export']({ ...forbidden, blurFaces: false }));
    expect([held.code, held.message]).toEqual(['permission', expect.stringContaining('no publication of faces')]);
    expect(existsSync(forbidden.folder)).toBe(false);
    expect((await client['depth.export']({ ...forbidden, blurFaces: true })).files).toHaveLength(1);
    writeFileSync(datasetFile, drawn);
    const nowhere = client['depth.export']({
      ...{ kinds: ['arrays'], jobs: [job], epoch: 2, samples: pinned, colourMap: 'viridis', widthMillimetres: 174 },
      ...{ blurFaces: false, folder: join(sandbox.folder, 'elsewhere') },
    });
    expect((await errorOf(nowhere)).code).toBe('permission');
  }, 60_000);

  it('is looked into block by block, with the same features and the same score by window and command', async () => {
    const graph = await client['depth.network']({ job });
    const [sample = { dataset: '', index: 0 }] = pinned;
    const asked = { job, epoch: 'last', sample } as const;
    const seen = await client['depth.explain']({ job, sample });
    const output = join(sandbox.folder, 'explained');
    const answer = await relief([
      ...['depth', 'explain', '--run', job, '--dataset', sample.dataset, '--index', String(sample.index)],
      ...['-o', output, '--project', folder, '--json'],
    ]);
    expect(answer.stderr).toBe('');
    expect(JSON.parse(answer.stdout)).toMatchObject({ score: seen.score, bias: seen.bias });
    const stored = (name: string, length: number) => {
      const bytes = readFileSync(join(output, `${name}.npy`));
      return new Float32Array(Uint8Array.from(bytes.subarray(bytes.length - 4 * length)).buffer);
    };
    expect(stored('contributions', seen.contributions.length)).toEqual(seen.contributions);
    expect(stored('falls', seen.falls.length)).toEqual(seen.falls);
    for (const path of ['classifier', 'generator'] as const)
      for (const { part, block, maps, energy } of await client['depth.features']({ ...asked, path })) {
        expect(graph.parts.find(({ name }) => name === part)?.blocks.map(({ key }) => key)).toContain(block);
        expect(stored(`${path}-${part}-${block}-maps`, maps.length)).toEqual(maps);
        expect(stored(`${path}-${part}-${block}-energy`, energy.length)).toEqual(energy);
      }
    const listed = await relief(['depth', 'network', '--run', job, '--project', folder, '--json']);
    expect(JSON.parse(listed.stdout)).toEqual(graph);
  }, 60_000);

  it('is measured against the dataset’s own depth where that is asked for, as by the command', async () => {
    const asked = { job, epoch: 1, samples: pinned } as const;
    const towards = await client['depth.predict'](asked);
    const own = await client['depth.predict']({ ...asked, against: 'own' });
    expect(towards.map(({ targetIs }) => targetIs)).toEqual(['mesh', 'mesh', 'mesh', 'zeros', 'zeros', 'zeros']);
    expect(own.map(({ targetIs }) => targetIs)).toEqual(['drawn', 'drawn', 'drawn', 'zeros', 'zeros', 'zeros']);
    for (const [place, prediction] of own.entries()) {
      const mesh = towards[place];
      expect(prediction.ownDepth).toBe('drawn');
      expect(prediction.predicted).toEqual(mesh?.predicted);
      const error = prediction.target.reduce(
        (sum, value, i) => sum + Math.abs(value - (prediction.predicted[i] ?? 0)),
        0,
      );
      expect(prediction.measures.meanAbsoluteError).toBeCloseTo(error / 1024, 6);
    }
    // What was drawn is 32 × 32 bytes a picture; the map is those bytes.
    const drawn = readFileSync(join(folder, 'datasets', 'O', 'media', 'true-depth.u8'));
    const bytes = Uint8Array.from(own[0]?.target ?? [], (value) => Math.round(255 * value));
    expect(drawn.indexOf(bytes) % 1024).toBe(0);

    const ranking = await client['depth.ranking']({ job, epoch: 1, dataset: 'O', set: 'test', against: 'own' });
    const table = await relief([
      ...['depth', 'rank', '--run', job, '--dataset', 'O', '--epoch', '1', '--against', 'own', '--project', folder],
    ]);
    const [header = '', ...lines] = table.stdout.trim().split('\n');
    const place = header.split(',').indexOf('meanAbsoluteError');
    const printed = new Map(lines.map((line) => [line.split(',')[1], line.split(',')[place]]));
    for (const [row, index] of ranking.index.entries())
      expect(printed.get(String(index))).toBe(String(ranking.measures.meanAbsoluteError[row]));
  }, 60_000);

  it('is trained towards targets that a bench makes by every maker, in the window and by the command', async () => {
    const bench = await client['depth.targets']({ dataset: 'O', faces: 5 });
    expect(bench.faces).toHaveLength(5);
    expect(bench.ownDepth).toBe('drawn');
    for (const { maker, made, failed, milliseconds, agreement } of bench.makers) {
      expect([maker, made + failed]).toEqual([maker, 5]);
      expect(milliseconds).toBeGreaterThan(0);
      if (maker === 'mesh') expect(agreement?.correlationInFace).toBeGreaterThan(0.6);
      if (maker === 'ones') expect(agreement?.correlationInFace).toBeNull();
      if (maker === 'imported') expect(agreement).toBeNull();
    }
    for (const { maps } of bench.faces) expect(maps.ones).toEqual(new Float32Array(1024).fill(1));

    const output = join(sandbox.folder, 'targets');
    const answer = await relief([
      ...['depth', 'targets', '--dataset', 'O', '--faces', '5', '-o', output, '--project', folder, '--json'],
    ]);
    expect(answer.stderr).toBe('');
    for (const maker of ['mesh', 'frontal-mesh', 'silhouette', 'imported'] as const) {
      const stored = readFileSync(join(output, `targets-${maker}.npy`));
      const floats = new Float32Array(Uint8Array.from(stored.subarray(stored.length - 4 * 1024 * 5)).buffer);
      for (const [place, { maps }] of bench.faces.entries())
        expect(floats.subarray(1024 * place, 1024 * (place + 1))).toEqual(maps[maker]);
    }
    expect((await errorOf(client['depth.targets']({ dataset: 'nowhere', faces: 5 }))).code).toBe('not-found');
  }, 60_000);

  it.each(photographs)(
    'looks at %s from outside as the command does, and stores nothing of it',
    async (photograph) => {
      const before = readdirSync(folder, { recursive: true }).length;
      const seen = await client['depth.look']({
        job,
        epoch: 'last',
        name: basename(photograph),
        bytes: new Uint8Array(readFileSync(photograph)),
        kind: 'photograph',
      });
      expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
      expect(seen.failure).toBeNull();
      const [face] = seen.faces;
      expect(face?.crop).toHaveLength(3 * 128 * 128);
      expect(Math.max(...(face?.target ?? []))).toBeGreaterThan(0.8);

      const output = join(sandbox.folder, 'looked-at');
      const answer = await relief([
        'depth',
        photograph,
        '--run',
        job,
        '--output',
        output,
        '--project',
        folder,
        '--json',
      ]);
      const printed: unknown = JSON.parse(answer.stdout);
      const byCommand = PrintedPredictions.parse(printed).predictions;
      expect(byCommand).toHaveLength(seen.faces.length);
      for (const [position, { raw, target, score, measures }] of byCommand.entries()) {
        const own = seen.faces[position];
        expect(new Float32Array(Uint8Array.from(readFileSync(raw)).buffer)).toEqual(own?.predicted);
        expect(new Float32Array(Uint8Array.from(readFileSync(target)).buffer)).toEqual(own?.target);
        expect(score).toBe(own?.score);
        expect(measures).toEqual(own?.measures);
      }
      const noPicture = client['depth.look']({
        job,
        epoch: 'last',
        name: 'notes.txt',
        bytes: new TextEncoder().encode('not a picture'),
        kind: 'photograph',
      });
      expect((await errorOf(noPicture)).message).toBe('notes.txt is not a JPEG, PNG or WebP image.');
    },
    60_000,
  );
});
