import { normalCdf, probit } from '@shared/metrics/curves';
import { evaluateRates, subjectErrors } from '@shared/metrics/evaluate';
import {
  acerOf,
  apcerMaxOf,
  bootstrapBySubject,
  bootstrapDifference,
  hterOf,
  type SubjectErrors,
} from '@shared/metrics/bootstrap';
import { betaQuantile, clopperPearson, incompleteBeta, logGamma } from '@shared/metrics/intervals';
import { scoreSetOf } from '@shared/metrics/score-set';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';

describe('Clopper–Pearson', () => {
  it('equals the closed forms at the edges', () => {
    const none = clopperPearson({ errors: 0, total: 20 });
    expect(none?.[0]).toBe(0);
    expect(none?.[1]).toBeCloseTo(1 - 0.025 ** (1 / 20), 12);
    const all = clopperPearson({ errors: 20, total: 20 });
    expect(all?.[0]).toBeCloseTo(0.025 ** (1 / 20), 12);
    expect(all?.[1]).toBe(1);
    expect(clopperPearson({ errors: 0, total: 0 })).toBeNull();
  });

  it('leaves exactly half the error on either side, summed from the binomial distribution', () => {
    for (const [errors, total] of [
      [2, 20],
      [68, 360],
      [8, 90],
      [1, 1000],
    ] as const) {
      const interval = clopperPearson({ errors, total });
      expect(binomialAtLeast(errors, total, interval?.[0] ?? NaN)).toBeCloseTo(0.025, 9);
      expect(1 - binomialAtLeast(errors + 1, total, interval?.[1] ?? NaN)).toBeCloseTo(0.025, 9);
    }
  });

  it('covers the true rate in at least 95 % of draws', () => {
    const random = createRandom('coverage');
    let covered = 0;
    const draws = 1500;
    for (let draw = 0; draw < draws; draw++) {
      let errors = 0;
      for (let i = 0; i < 120; i++) if (random.chance(0.18)) errors++;
      const interval = clopperPearson({ errors, total: 120 });
      if (interval && interval[0] <= 0.18 && 0.18 <= interval[1]) covered++;
    }
    expect(covered / draws).toBeGreaterThan(0.94);
    expect(covered / draws).toBeLessThan(0.985);
  });

  it('holds for millions of samples', () => {
    const interval = clopperPearson({ errors: 500_000, total: 10_000_000 });
    const halfWidth = 1.959964 * Math.sqrt((0.05 * 0.95) / 1e7);
    expect(interval?.[0]).toBeCloseTo(0.05 - halfWidth, 6);
    expect(interval?.[1]).toBeCloseTo(0.05 + halfWidth, 6);
  });
});

describe('special functions', () => {
  it('agree with closed forms', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(0.3483, 12);
    expect(betaQuantile(incompleteBeta(0.42, 7, 3.5), 7, 3.5)).toBeCloseTo(0.42, 12);
  });

  it('probit inverts the normal distribution over the whole range', () => {
    expect(probit(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(probit(0.5)).toBeCloseTo(0, 14);
    expect(probit(1e-10)).toBeCloseTo(-6.361340902404056, 9);
    expect(probit(0)).toBe(-Infinity);
    expect(probit(1)).toBe(Infinity);
    for (let p = 0.001; p < 1; p += 0.013) expect(normalCdf(probit(p))).toBeCloseTo(p, 12);
  });
});

describe('bootstrap by subject', () => {
  const subject = (bonaFide: number, print: number, replay: number): SubjectErrors => ({
    bonaFide: { errors: bonaFide, total: 10 },
    attacks: [
      { errors: print, total: 10 },
      { errors: replay, total: 10 },
    ],
  });
  const subjects = [subject(1, 2, 0), subject(5, 0, 1), subject(0, 1, 4), subject(2, 2, 2), subject(3, 0, 0)];

  it('holds the point value and repeats with its seed', () => {
    const interval = bootstrapBySubject(subjects, hterOf, { seed: 7 });
    const again = bootstrapBySubject(subjects, hterOf, { seed: 7 });
    const other = bootstrapBySubject(subjects, hterOf, { seed: 8 });
    expect(interval).toEqual(again);
    expect(other).not.toEqual(interval);
    expect(interval?.[0]).toBeLessThan(0.17);
    expect(interval?.[1]).toBeGreaterThan(0.17);
  });

  it('collapses when all subjects are alike, and needs two subjects', () => {
    const alike = [subject(1, 2, 3), subject(1, 2, 3), subject(1, 2, 3)];
    const interval = bootstrapBySubject(alike, acerOf, { seed: 1 });
    expect(interval?.[0]).toBeCloseTo(0.2, 12);
    expect(interval?.[1]).toBeCloseTo(0.2, 12);
    expect(bootstrapBySubject([subject(1, 1, 1)], hterOf, { seed: 1 })).toBeNull();
  });

  it('gives no difference between a system and itself, and a sure one between unlike systems', () => {
    expect(bootstrapDifference(subjects, subjects, hterOf, { seed: 3 })).toEqual([0, 0]);
    const worse = subjects.map(() => subject(9, 9, 9));
    const difference = bootstrapDifference(subjects, worse, hterOf, { seed: 3 });
    expect(difference?.[0]).toBeGreaterThan(0.4);
    expect(() => bootstrapDifference(subjects, worse.slice(1), hterOf, { seed: 3 })).toThrow('different subjects');
  });

  it('is wider than an interval over frames when frames of a person agree', () => {
    const random = createRandom('frames');
    const columns = { scores: new Float64Array(600), attackTypes: [''], subjects: [''] };
    columns.attackTypes = [];
    columns.subjects = [];
    for (let person = 0; person < 30; person++) {
      const offset = random.normal(0, 0.25);
      for (let frame = 0; frame < 20; frame++) {
        const row = person * 20 + frame;
        const attack = frame % 2 === 1;
        columns.scores[row] = (attack ? 0.35 : 0.65) + offset + random.normal(0, 0.02);
        columns.attackTypes.push(attack ? 'print' : '');
        columns.subjects.push(`s${person}`);
      }
    }
    const set = scoreSetOf(columns);
    const bySubject = evaluateRates(null, set, 'fixed:0.5', { testSubjects: (t) => subjectErrors(columns, t) });
    const alone = { ...columns, subjects: columns.subjects.map((_, row) => String(row)) };
    const byFrame = evaluateRates(null, set, 'fixed:0.5', { testSubjects: (t) => subjectErrors(alone, t) });
    const width = (interval: readonly [number, number] | null | undefined) =>
      interval ? interval[1] - interval[0] : NaN;
    expect(bySubject.test.interval?.subjects).toBe(30);
    expect(width(bySubject.test.interval?.hter)).toBeGreaterThan(1.3 * width(byFrame.test.interval?.hter));
    expect(bySubject.test.hter).toBeGreaterThanOrEqual(bySubject.test.interval?.hter?.[0] ?? 1);
    expect(bySubject.test.hter).toBeLessThanOrEqual(bySubject.test.interval?.hter?.[1] ?? 0);
  });

  it('takes the worst type of the resample, not of the whole', () => {
    expect(apcerMaxOf(subject(0, 3, 6))).toBe(0.6);
    expect(acerOf(subject(1, 3, 6))).toBeCloseTo(0.35, 12);
    expect(hterOf(subject(1, 3, 6))).toBeCloseTo(0.275, 12);
  });
});

/** P(X ≥ k) of a binomial distribution, summed term by term. */
function binomialAtLeast(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return 1 - below;
}
