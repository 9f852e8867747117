import { slugOf } from '@renderer/features/reports/making-words';
import { firstCell, heatRange, heatRows, ranks, seedWords, spreadWords } from '@renderer/features/reports/report-cells';
import type { AblationRow, MatrixRow, ReportData } from '@shared/domain/report';
import { describe, expect, it } from 'vitest';
import { definition, reportData } from './report-data';

const base = reportData(definition);
const spread = (mean: number) => ({ mean, sd: 0.01, n: 3 });

function matrixRow(source: string[], targets: string[]): MatrixRow {
  const cells = targets.map((target) => ({
    target,
    sameDomain: source.includes(target),
    bonaFide: 4,
    attacks: 4,
    hter: spread(0.2),
    acer: spread(0.25),
    auc: spread(0.9),
    runs: [],
  }));
  return { system: 'gan', floor: false, note: '', source, parameters: 9, cells };
}

describe('the matrix', () => {
  it('joins the leave-one-out runs into one row', () => {
    const data: ReportData = {
      ...base,
      matrix: [matrixRow(['R', 'O'], ['M']), matrixRow(['O', 'M'], ['R']), matrixRow(['O'], ['R', 'O', 'M'])],
    };
    const rows = heatRows(data, 'gan', 'hter');
    expect(rows.map(({ label }) => label)).toEqual(['O', 'two others']);
    expect(rows[1]?.cells.map((cell) => cell?.id ?? null)).toEqual(['gan|O,M|R', null, 'gan|R,O|M']);
    expect(rows[0]?.cells[1]?.framed).toBe(true);
    expect(seedWords(data, 'gan')).toBe('n = 3 seeds');
  });

  it('shows HTER over ACER, or one of the two', () => {
    const cell = (metric: 'both' | 'hter' | 'acer') => heatRows(base, 'gan', metric)[0]?.cells[0];
    expect(cell('both')).toMatchObject({ text: '25.0', spread: '± 1.2', note: '37.5 ± 3.4' });
    expect(cell('acer')).toMatchObject({ text: '37.5', note: '± 3.4' });
  });

  it('declares 5–40 % and widens only for values far outside', () => {
    expect(heatRange(base)).toEqual([0.05, 0.4]);
    const [row] = base.matrix;
    if (!row) throw new Error('the data has a row');
    const bad = { ...row, cells: row.cells.map((cell) => ({ ...cell, hter: spread(0.52) })) };
    expect(heatRange({ ...base, matrix: [bad] })).toEqual([0.05, 0.6]);
  });

  it('opens with the complete system on an unseen dataset', () => {
    expect(firstCell(base)).toEqual({ system: 'gan', source: ['O'], target: 'R' });
  });
});

describe('the ablation', () => {
  it('ranks among complete rows only, equal values together', () => {
    const row = (system: string, mean: number, complete: boolean): AblationRow => ({
      system,
      floor: false,
      note: '',
      n: 3,
      complete,
      cells: [],
      meanHter: spread(mean),
      meanAcer: null,
    });
    const rows = [row('a', 0.2, true), row('b', 0.1, false), row('c', 0.3, true), row('d', 0.2, true)];
    expect(ranks(rows, ({ meanHter }) => meanHter?.mean ?? null)).toEqual({ best: 0.2, second: 0.3 });
    expect(ranks(rows, ({ meanAcer }) => meanAcer?.mean ?? null)).toEqual({ best: null, second: null });
  });

  it('says n where one value has no spread', () => {
    expect(spreadWords({ mean: 0.2, sd: null, n: 1 }, 1)).toBe('n = 1');
    expect(spreadWords({ mean: 0.2, sd: 0.0123, n: 3 }, 2)).toBe('± 1.23');
  });
});

describe('names', () => {
  it('make a file name from any title', () => {
    expect(slugOf('Leave one out, synthetic')).toBe('leave-one-out-synthetic');
    expect(slugOf('Überblick ×2')).toBe('uberblick-2');
    expect(slugOf('…')).toBe('report');
  });
});
