import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportData } from '@shared/domain/report';
import { z } from '@shared/zod';
import { recompute } from '../../checks/recompute.mjs';
import { Relief, tinySettings, TrainedJobs } from '../../fixtures/relief';

const relief = new Relief();
let report: ReportData;

/** Two presets, two seeds each, two epochs in all: a report in seconds, with every kind of row. */
beforeAll(async () => {
  await relief.createTinyProject(['O', 'M']);
  for (const [preset, epochs] of [
    ['pretrain-gan', { 'stage1.epochs': 1, 'stage2.epochs': 1 }],
    ['scratch', { 'stage2.epochs': 2 }],
  ] as const) {
    const settings = tinySettings({ 'data.sources': 'O', ...epochs });
    // Two runs, each within the 60 s that a training in a test may take.
    const { jobs } = await relief.json(TrainedJobs, ['train', preset, ...settings, '--seeds', '2'], { seconds: 120 });
    expect(jobs.map(({ state }) => state)).toEqual(['done', 'done']);
  }
  const written = await relief.json(z.looseObject({ folder: z.string(), data: ReportData }), [
    'report',
    ...['--format', 'json,latex,markdown,csv,html'],
  ]);
  report = ReportData.parse(JSON.parse(readFileSync(join(written.folder, `${written.data.name}.json`), 'utf8')));
  // The file holds the tables as every format prints them, too.
  const { printed, ...numbers } = report;
  expect(numbers).toEqual(written.data);
  expect(printed?.length).toBeGreaterThan(1);
}, 300_000);

afterAll(() => {
  relief.dispose();
});

/** What the second code says while a file of the project is changed. */
function differencesWith(path: string, change: (text: string) => string): string[] {
  const file = join(relief.project, path);
  const text = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, change(text));
    expect(readFileSync(file, 'utf8')).not.toBe(text);
    return recompute(report, relief.project).differences;
  } finally {
    writeFileSync(file, text);
  }
}

/** Gives every attack of a score file the score of a perfect bona fide face. */
const attacksPass = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/,((?:print|replay)[^,]*),[^,]*,/, ',$1,1,'))
    .join('\n');

describe('a two-epoch report', () => {
  it('has HTER and ACER of every system on every target, over two seeds', () => {
    const networks = report.matrix.filter((row) => !row.floor);
    expect(networks.map(({ system }) => system).sort()).toEqual(['pretrain-gan', 'scratch']);
    expect(report.matrix.filter((row) => row.floor)).toHaveLength(1);
    for (const row of networks) {
      expect(row.cells.map(({ target }) => target)).toEqual(['M', 'O']);
      for (const { hter, acer, bonaFide, attacks } of row.cells) {
        expect(hter).toMatchObject({ n: 2, sd: expect.any(Number) as number });
        expect(acer).toMatchObject({ n: 2, sd: expect.any(Number) as number });
        expect([bonaFide, attacks]).toEqual([12, 12]);
      }
    }
  });

  it('is made again from its score files by second code, every cell to 1e-9', () => {
    const { cells, values, files, differences } = recompute(report, relief.project);
    expect(differences).toEqual([]);
    expect(cells).toBe(3 * 2 + 3 * 2); // matrix: three systems, two targets; ablation: one target and the mean each
    expect(values).toBeGreaterThan(6 * 11);
    expect(files).toBe(5 * 3); // four runs and the floor: the source's dev set, two test sets
  });

  it('is found out when a test score file is changed', () => {
    const run = report.matrix.find(({ system }) => system === 'scratch')?.cells[0]?.runs[0] ?? '';
    const path = `jobs/${run}/scores/last/M.test.csv`;
    const differences = differencesWith(path, attacksPass);
    expect(differences.join('\n')).toMatch(/^scratch, O → M: hter mean is/m);
    expect(differences.join('\n')).toMatch(/^scratch, O → M: acer mean is/m);
    expect(differences.join('\n')).toMatch(/^ablation, scratch → M: hter mean is/m);
    expect(differences.join('\n')).toContain(`${path}: the report was made from other bytes`);
    expect(differences.filter((line) => line.startsWith('pretrain-gan'))).toEqual([]);
    expect(differences.filter((line) => line.includes('→ O'))).toEqual([]);
  });

  it('is found out when the dev file behind its threshold, or a floor, is changed', () => {
    const run = report.matrix.find(({ system }) => system === 'pretrain-gan')?.cells[0]?.runs[1] ?? '';
    const shifted = differencesWith(`jobs/${run}/scores/last/O.dev.csv`, attacksPass).join('\n');
    expect(shifted).toMatch(/^pretrain-gan, O → [MO]: (hter|acer) mean is/m);
    const floor = report.evaluations.find((one) => one.run === null && one.target === 'O');
    const path = floor?.files.find(({ set }) => set === 'test')?.path ?? '';
    expect(differencesWith(path, attacksPass).join('\n')).toMatch(/^LBP \+ logistic, O → O: hter mean is/m);
  });

  it('is found out when a number of the report itself is changed, but not for a rounding', () => {
    const shift = (by: number) => {
      const copy = structuredClone(report);
      const hter = copy.matrix[0]?.cells[0]?.hter;
      if (hter) hter.mean += by;
      return recompute(copy, relief.project).differences;
    };
    expect(shift(1e-12)).toEqual([]);
    const name = `${report.matrix[0]?.system ?? ''}, O → M: hter mean is`;
    expect(shift(1e-6)).toEqual([expect.stringContaining(name)]);
  });
});

describe('scores of another program beside the runs', () => {
  const Imported = z.looseObject({
    matched: z.int(),
    missing: z.int(),
    extra: z.int(),
    flipped: z.boolean(),
    warnings: z.array(z.looseObject({ kind: z.string() })),
  });
  const definition = {
    formatVersion: 1,
    name: 'beside',
    title: 'Beside own runs',
    runs: [],
    making: { policy: 'oracle-eer', level: 'frame', score: 'classifier', epoch: 'last' },
    floors: true,
    floorRows: ['chance', 'constant', 'lbp'],
    decimals: 1,
    foreign: ['theirs'],
    baseline: 'scratch',
  };
  const file = join(relief.folder, 'theirs.txt');
  let run = '';

  beforeAll(() => {
    run = report.matrix.find(({ system }) => system === 'scratch')?.cells[0]?.runs[0] ?? '';
    // The run's own scores as another program would write them: the other way round, 7 missing, 3 of another set.
    const [, ...rows] = readFileSync(join(relief.project, `jobs/${run}/scores/last/M.test.csv`), 'utf8')
      .trim()
      .split('\n');
    const kept = rows.slice(7).map((row) => {
      const [name = '', , , , type = '', score = ''] = row.split(',');
      return `${name} ${String(1 - Number(score))} ${type === '' ? '0' : '1'}`;
    });
    writeFileSync(file, `${[...kept, 'x/1.jpg 0.5 1', 'x/2.jpg 0.5 1', 'x/3.jpg 0.5 0'].join('\n')}\n`);
  });

  it('are stopped while they look inverted, then turned round once; missing and extra ids are counted', async () => {
    const inProject = ['--project', relief.project, '--dataset', 'M'];
    const stopped = await relief.run(['scores', 'import', file, ...inProject]);
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toMatch(/below one half.*polarity inverted.*7 of the set are missing, 3 are extra/s);
    const taken = await relief.json(Imported, [
      ...['scores', 'import', file, '--dataset', 'M', '--name', 'theirs', '--sources', 'O'],
      ...['--polarity', 'inverted'],
    ]);
    expect(taken).toMatchObject({ matched: 17, missing: 7, extra: 3, flipped: true });
    expect(taken.warnings.map(({ kind }) => kind)).toEqual(['polarity', 'missing', 'extra']);
  });

  it('have the metrics of the run they came from on the common subset, to 1e-9', async () => {
    writeFileSync(join(relief.project, 'reports', 'beside.json'), JSON.stringify(definition));
    const { data } = await relief.json(z.looseObject({ data: ReportData }), ['report', 'beside', '--format', 'json']);
    expect(data.commonSubset).toEqual([{ dataset: 'M', set: 'test', samples: 17, of: 24 }]);
    expect(data.foreign).toMatchObject([{ name: 'theirs', matched: 17, missing: 7, extra: 3, flipped: true }]);
    const own = data.evaluations.find((one) => one.run === run && one.target === 'M');
    const theirs = data.evaluations.find((one) => one.foreign === 'theirs');
    expect(theirs?.test.n).toEqual(own?.test.n);
    for (const rate of ['hter', 'acer', 'eer', 'minHter', 'auc', 'bpcer10', 'bpcer100', 'far', 'frr'] as const)
      expect(theirs?.test[rate], rate).toBeCloseTo(own?.test[rate] ?? NaN, 9);
    expect(data.warnings?.join('\n')).toMatch(/oracle numbers/);
    expect(data.warnings?.join('\n')).toMatch(/M test: only \d+ subjects/);
  });

  it('stand beside floors, and are compared with the baseline sample by sample', async () => {
    const { data } = await relief.json(z.looseObject({ data: ReportData }), ['report', 'beside', '--format', 'json']);
    const origins = new Map(data.matrix.map(({ system, origin }) => [system, origin]));
    expect(Object.fromEntries(origins)).toEqual({
      Chance: 'floor',
      Constant: 'floor',
      'LBP + logistic': 'floor',
      'pretrain-gan': 'run',
      scratch: 'run',
      theirs: 'foreign',
    });
    const constant = data.evaluations.find(({ system }) => system === 'Constant');
    expect(constant?.test).toMatchObject({ auc: 0.5, hter: 0.5 });
    const compared = data.significance?.find(({ second }) => second === 'theirs');
    expect(compared).toMatchObject({ first: 'scratch', target: 'M', pairs: 2, samples: 17 });
    // One of the two runs is the very one: it never differs from itself.
    expect(compared?.mcNemar).toContainEqual({ seed: 1, onlyFirstWrong: 0, onlySecondWrong: 0, p: 1 });
  });
});

describe('a reviewer bundle', () => {
  const folder = join(relief.folder, 'somewhere', 'else');
  const expected = join(folder, 'expected');
  const rebuild = () => spawnSync(process.execPath, ['rebuild.cjs'], { cwd: folder, encoding: 'utf8' });

  beforeAll(async () => {
    const made = join(relief.folder, 'bundle');
    await relief.json(z.looseObject({ command: z.literal('node rebuild.cjs') }), ['bundle', 'beside', '-o', made]);
    cpSync(made, folder, { recursive: true });
    rmSync(made, { recursive: true });
  });

  it('makes every number again with nothing but Node, wherever it lies', () => {
    const { status, stdout, stderr } = rebuild();
    expect(stderr).toBe('');
    expect(stdout).toContain('Every number equals expected/numbers.json.');
    expect(stdout).toMatch(/^scratch +O /m);
    expect(status).toBe(0);
  });

  it('holds no picture, and no folder of the machine it was made on', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(30);
    for (const { name } of files) expect(name).toMatch(/\.(json|csv|md|tex|cjs)$|^SHA256SUMS$/);
    for (const { name, parentPath } of files)
      expect(readFileSync(join(parentPath, name), 'utf8').includes(relief.folder), name).toBe(false);
  });

  it('gives the same tables, byte by byte, to the command', async () => {
    const again = join(relief.folder, 'again');
    const formats = ['--format', 'latex,markdown,csv,json'];
    const { code } = await relief.run(['report', 'beside', ...formats, '--project', folder, '-o', again]);
    expect(code).toBe(0);
    const names = readdirSync(again).sort();
    expect(names).toEqual(
      readdirSync(expected)
        .filter((name) => name !== 'numbers.json')
        .sort(),
    );
    for (const name of names)
      expect(readFileSync(join(again, name)).equals(readFileSync(join(expected, name))), name).toBe(true);
  });

  it('is found out when a score is changed, by its hash and by the numbers', () => {
    const run = report.matrix.find(({ system }) => system === 'scratch')?.cells[0]?.runs[0] ?? '';
    const path = join(folder, `jobs/${run}/scores/last/M.test.csv`);
    writeFileSync(path, attacksPass(readFileSync(path, 'utf8')));
    const { status, stdout } = rebuild();
    expect(status).toBe(1);
    expect(stdout).toContain(`jobs/${run}/scores/last/M.test.csv: its bytes are not those that were bundled`);
    expect(stdout).toMatch(/evaluations\.\d+\.test\.hter is/);
  });

  it('is refused where something lies already, or for a report that is not there', async () => {
    const inProject = ['--project', relief.project];
    expect((await relief.run(['bundle', 'beside', '-o', folder, ...inProject])).stderr).toMatch(/is not empty/);
    expect((await relief.run(['bundle', 'nothing', ...inProject])).code).toBe(2);
  });
});
