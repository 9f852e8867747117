import { describe, expect, it } from 'vitest';
import type { Evaluation } from '@shared/domain/report';
import { evaluateRates } from '@shared/metrics/evaluate';
import { ablationOf, matrixOf } from '@workbench/evaluation/tables';

/** Scores whose HTER at 0.5 is `wrong` / 10 and whose ACER is the same: that many of ten attacks accepted, and of bona fide rejected. */
function ratesWith(wrong: number) {
  const scores = (right: number, other: number) =>
    Float64Array.from({ length: 10 }, (_, i) => (i < wrong ? other : right));
  const set = { bonaFide: scores(0.9, 0.1), attacks: new Map([['print', scores(0.1, 0.9)]]) };
  return evaluateRates(null, set, 'fixed:0.5');
}

function evaluation(system: string, source: string[], target: string, seed: number, wrong: number): Evaluation {
  return {
    run: `000${String(seed)}-${system}`,
    system,
    preset: system,
    seed,
    source,
    target,
    sameDomain: source.includes(target),
    synthetic: true,
    ...ratesWith(wrong),
    files: [],
  };
}

const facts = () => ({ floor: false, note: '', parameters: 1 });
const evaluations = [
  evaluation('gan', ['O'], 'O', 1, 1),
  evaluation('gan', ['O'], 'R', 1, 2),
  evaluation('gan', ['O'], 'R', 2, 4),
  evaluation('gan', ['M'], 'R', 1, 6),
  evaluation('scratch', ['O'], 'R', 1, 5),
];

describe('the matrix', () => {
  const rows = matrixOf(evaluations, ['O', 'R', 'M'], facts);

  it('has a row for each system and source combination', () => {
    expect(rows.map(({ system, source }) => [system, ...source])).toEqual([
      ['gan', 'O'],
      ['gan', 'M'],
      ['scratch', 'O'],
    ]);
  });

  it('takes mean and sample deviation over seeds, with their number', () => {
    const cell = rows[0]?.cells.find(({ target }) => target === 'R');
    expect(cell).toMatchObject({ bonaFide: 10, attacks: 10, runs: ['0001-gan', '0002-gan'] });
    expect(cell?.hter?.mean).toBeCloseTo(0.3, 12);
    expect(cell?.hter?.sd).toBeCloseTo(Math.SQRT2 / 10, 12);
    expect(cell?.hter?.n).toBe(2);
    expect(cell?.acer?.mean).toBeCloseTo(0.3, 12);
  });

  it('leaves out cells that were not run', () => {
    expect(rows[1]?.cells.map(({ target }) => target)).toEqual(['R']);
  });
});

describe('the ablation', () => {
  const rows = ablationOf(evaluations, ['O', 'R', 'M'], facts);

  it('counts datasets that a run was not trained on, and only those', () => {
    expect(rows[0]?.cells.map(({ target }) => target)).toEqual(['R']);
    expect(rows[0]?.cells[0]?.hter?.mean).toBeCloseTo(0.4, 12);
    expect(rows[0]?.n).toBe(3);
  });

  it('calls a row complete only when it covers the same sources as the others', () => {
    expect(rows.map(({ system, complete }) => [system, complete])).toEqual([
      ['gan', true],
      ['scratch', false],
    ]);
  });

  it('counts every target the same in the mean, however many runs it has', () => {
    const more = [...evaluations, evaluation('gan', ['O'], 'M', 1, 8)];
    const [gan, scratch] = ablationOf(more, ['O', 'R', 'M'], facts);
    expect(gan?.meanHter?.mean).toBeCloseTo((0.4 + 0.8) / 2, 12);
    expect(scratch?.meanHter).toBeNull();
  });
});
