import { breakdown, type BreakdownFacet } from '@shared/metrics/breakdown';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';

const device: BreakdownFacet = { name: 'device', values: ['a', 'b'], codes: Int32Array.of(0, 0, 1, 1, -1, 0) };
const set = {
  score: Float64Array.of(0.9, 0.6, 0.2, 0.7, 0.1, NaN),
  attackType: Int32Array.of(-1, 0, -1, 1, 0, -1),
};

describe('a breakdown by a facet', () => {
  it('counts decisions and failures in each cell, samples without a value last', () => {
    expect(breakdown(set, [device], 0.5)).toEqual([
      {
        key: ['a'],
        bonaFide: { errors: 0, total: 1, failed: 1 },
        attacks: { errors: 1, total: 1, failed: 0 },
        bpcer: 0,
        apcer: 1,
        hter: 0.5,
      },
      {
        key: ['b'],
        bonaFide: { errors: 1, total: 1, failed: 0 },
        attacks: { errors: 1, total: 1, failed: 0 },
        bpcer: 1,
        apcer: 1,
        hter: 1,
      },
      {
        key: [null],
        bonaFide: { errors: 0, total: 0, failed: 0 },
        attacks: { errors: 0, total: 1, failed: 0 },
        bpcer: null,
        apcer: 0,
        hter: null,
      },
    ]);
  });

  it('adds up to the whole over three facets', () => {
    const random = createRandom(5);
    const n = 2000;
    const column = (most: number) => Int32Array.from({ length: n }, () => random.integer(most + 1) - 1);
    const facets = [3, 4, 2].map((most, index) => ({
      name: String(index),
      values: Array.from({ length: most }, (_, value) => String(value)),
      codes: column(most),
    }));
    const samples = {
      score: Float64Array.from({ length: n }, () => (random.uniform() < 0.1 ? NaN : random.uniform())),
      attackType: column(2),
    };
    const cells = breakdown(samples, facets, 0.4);
    const [whole] = breakdown(samples, [], 0.4);
    const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((total, cell) => total + of(cell), 0);
    for (const side of ['bonaFide', 'attacks'] as const)
      for (const part of ['errors', 'total', 'failed'] as const)
        expect(sum((cell) => cell[side][part])).toBe(whole?.[side][part]);
    expect(cells.length).toBeGreaterThan(40);
    expect(new Set(cells.map(({ key }) => key.join())).size).toBe(cells.length);
  });

  it('has no rates without a threshold', () => {
    for (const cell of breakdown(set, [device], null))
      expect([cell.apcer, cell.bpcer, cell.hter]).toEqual([null, null, null]);
  });
});
