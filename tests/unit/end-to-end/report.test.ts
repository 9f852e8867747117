import { readFileSync, writeFileSync } from 'node:fs';
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
  expect(report).toEqual(written.data);
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
