import { pairedDifference, hterOf, type SubjectErrors } from '@shared/metrics/bootstrap';
import { disagreement, mcNemar } from '@shared/metrics/mcnemar';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';

describe('McNemar', () => {
  it('has the p of the exact binomial test', () => {
    // 2 · P(X ≤ 5), X of 20 fair coins: 2 · 21700 / 2^20.
    expect(mcNemar({ onlyFirstWrong: 5, onlySecondWrong: 15 })).toBeCloseTo((2 * 21700) / 2 ** 20, 12);
    expect(mcNemar({ onlyFirstWrong: 15, onlySecondWrong: 5 })).toBeCloseTo((2 * 21700) / 2 ** 20, 12);
    expect(mcNemar({ onlyFirstWrong: 0, onlySecondWrong: 10 })).toBeCloseTo(2 / 2 ** 10, 14);
  });

  it('is 1 for systems that never differ, or differ evenly', () => {
    expect(mcNemar({ onlyFirstWrong: 0, onlySecondWrong: 0 })).toBe(1);
    expect(mcNemar({ onlyFirstWrong: 7, onlySecondWrong: 7 })).toBe(1);
    expect(mcNemar({ onlyFirstWrong: 7, onlySecondWrong: 8 })).toBeCloseTo(1, 12);
  });

  it('counts samples that both decided, and only one wrongly', () => {
    const first = [true, true, false, false, null, true];
    const second = [true, false, true, false, true, null];
    expect(disagreement(first, second)).toEqual({ onlyFirstWrong: 1, onlySecondWrong: 1, samples: 4 });
    expect(() => disagreement(first, second.slice(1))).toThrow('different samples');
  });
});

describe('a paired difference', () => {
  const random = createRandom('paired');
  const people = (rate: number): SubjectErrors[] =>
    Array.from({ length: 40 }, () => {
      const errors = () => Array.from({ length: 10 }, () => random.uniform() < rate).filter(Boolean).length;
      return { bonaFide: { errors: errors(), total: 10 }, attacks: [{ errors: errors(), total: 10 }] };
    });
  const [good, bad] = [people(0.05), people(0.2)];

  it('is nought with p = 1 for identical scores', () => {
    expect(pairedDifference([{ first: good, second: good }], hterOf, { seed: 1 })).toEqual({
      difference: 0,
      interval: [0, 0],
      p: 1,
    });
  });

  it('is sure between unlike systems, and signed: negative where the second is better', () => {
    const found = pairedDifference([{ first: bad, second: good }], hterOf, { seed: 1 });
    expect(found?.difference).toBeLessThan(-0.1);
    expect(found?.interval?.[1]).toBeLessThan(0);
    expect(found?.p).toBeLessThan(0.005);
  });

  it('averages over seeds, drawing the same people for all', () => {
    const both = pairedDifference(
      [
        { first: good, second: bad },
        { first: bad, second: good },
      ],
      hterOf,
      { seed: 1 },
    );
    expect(both?.difference).toBeCloseTo(0, 12);
    expect(both?.interval?.[0]).toBeCloseTo(0, 12);
    expect(both?.p).toBe(1);
  });
});
