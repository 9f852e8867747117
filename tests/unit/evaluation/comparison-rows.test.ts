import { describe, expect, it } from 'vitest';
import { publishedTables } from '@shared/domain/published-tables';
import { ComparisonRow, TypedRow } from '@shared/domain/report';
import { paperRow } from '@shared/domain/published-tables';
import { comparisonRows } from '@workbench/evaluation/comparison-rows';

describe('published rows', () => {
  it('print the digits of their source', () => {
    const [row] = comparisonRows({ published: { rows: ['ocim-maddg'], columns: {} } }, ['M', 'C', 'I', 'O']);
    expect(row).toMatchObject({ name: 'MADDG', year: 2019, kind: 'published', threshold: 'test set (ideal)' });
    const printed = row?.cells.map(({ target, hter, auc }) => [
      target,
      ((hter ?? 0) * 100).toFixed(2),
      ((auc ?? 0) * 100).toFixed(2),
    ]);
    expect(printed).toEqual([
      ['M', '17.69', '88.06'],
      ['C', '24.50', '84.51'],
      ['I', '22.19', '84.99'],
      ['O', '27.98', '80.02'],
    ]);
  });

  it('stand under the dataset that the report names, or one of equal id, or their own column', () => {
    const [row] = comparisonRows({ published: { rows: ['ocim-ssdg-r'], columns: { M: 'msu-mfsd' } } }, [
      'msu-mfsd',
      'o',
    ]);
    expect(row?.cells.map(({ target, column }) => [target, column])).toEqual([
      ['msu-mfsd', 'OCI→M'],
      ['C', 'OMI→C'],
      ['I', 'OCM→I'],
      ['o', 'ICM→O'],
    ]);
  });

  it('keep the spread over folds that was published, and say when a threshold was realistic', () => {
    const rows = comparisonRows({ published: { rows: ['oulu-cdcn', 'ocim-dbmnet-realistic'], columns: {} } }, []);
    expect(rows[0]?.cells[3]).toMatchObject({ target: 'P4', acer: 0.069, acerSd: 0.029, hter: null });
    expect(rows[1]?.threshold).toBe('source validation set (realistic)');
  });

  it('have ids of their own, valid shapes and values that are rates', () => {
    const ids = publishedTables.flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const rows = comparisonRows({ published: { rows: ids, columns: {} } }, []);
    for (const row of rows) {
      ComparisonRow.parse(row);
      expect(row.cells.length).toBeGreaterThan(0);
      for (const { hter, acer, auc } of row.cells) expect(hter ?? acer ?? auc).not.toBeNull();
    }
  });

  it('are refused by an unknown id, naming the known ones', () => {
    expect(() => comparisonRows({ published: { rows: ['nobody'], columns: {} } }, [])).toThrow(/"nobody".*ocim-maddg/);
  });
});

describe('the row of the paper', () => {
  it('is empty until somebody types its numbers', () => {
    const typed = TypedRow.parse(paperRow);
    expect(comparisonRows({ typed: [typed] }, ['O'])).toMatchObject([
      { id: 'paik-2021', kind: 'typed', cells: [], threshold: null },
    ]);
    const filled = { ...typed, cells: [{ target: 'O', hter: 0.12, acer: null, auc: null }] };
    expect(comparisonRows({ typed: [filled] }, ['O'])[0]?.cells).toMatchObject([{ target: 'O', hter: 0.12 }]);
  });
});
