import { bootstrapBySubject, hterOf, subjectWarning } from '@shared/metrics/bootstrap';
import { clopperPearson } from '@shared/metrics/intervals';
import { describe, expect, it } from 'vitest';
import { clopperPearsonCoverage, subjectCoverage, trueHter } from '../../checks/coverage-simulation';

describe('Clopper–Pearson', () => {
  it('covers never below 95 %, counted over every outcome', () => {
    for (const n of [1, 2, 5, 12, 30, 60])
      for (let p = 0.005; p < 1; p += 0.0173) expect(clopperPearsonCoverage(n, p)).toBeGreaterThanOrEqual(0.95 - 1e-12);
  });

  it('is where a published table puts it', () => {
    // 1 of 20: 0.13 % to 24.87 %; 0 of 10: 0 to 30.85 %.
    expect(clopperPearson({ errors: 1, total: 20 })?.map((end) => Number(end.toFixed(4)))).toEqual([0.0013, 0.2487]);
    expect(clopperPearson({ errors: 0, total: 10 })?.map((end) => Number(end.toFixed(4)))).toEqual([0, 0.3085]);
  });
});

describe('the bootstrap over subjects', () => {
  it.each([
    { subjects: 30, frames: 10, bpcer: 0.1, apcer: 0.1, agreement: 0.3 },
    { subjects: 30, frames: 20, bpcer: 0.2, apcer: 0.1, agreement: 0.1 },
    { subjects: 50, frames: 10, bpcer: 0.05, apcer: 0.15, agreement: 0.3 },
  ])('covers 92 to 98 % of the truth: %o', (world) => {
    const covered = subjectCoverage(world, { simulations: 500, resamples: 400 });
    expect(covered).toBeGreaterThanOrEqual(0.92);
    expect(covered).toBeLessThanOrEqual(0.98);
  });

  it('would not, had it drawn frames instead of people', () => {
    const world = { subjects: 30, frames: 20, bpcer: 0.1, apcer: 0.1, agreement: 0.3 };
    expect(subjectCoverage({ ...world, drawFrames: true }, { simulations: 150, resamples: 300 })).toBeLessThan(0.8);
    expect(trueHter(world)).toBeCloseTo(0.1, 12);
  });

  it('says when there are too few people, or too few with errors', () => {
    const people = (count: number, wrong: number) =>
      Array.from({ length: count }, (_, index) => ({
        bonaFide: { errors: index < wrong ? 1 : 0, total: 5 },
        attacks: [{ errors: 0, total: 5 }],
      }));
    expect(subjectWarning(people(29, 20))).toBe(
      'only 29 subjects: the interval is likely too narrow (30 or more are wanted)',
    );
    expect(subjectWarning(people(60, 3))).toMatch(/errors in only 3 of 60 subjects/);
    expect(subjectWarning(people(30, 15))).toBeNull();
    expect(subjectWarning(people(30, 0))).toBeNull();
    expect(bootstrapBySubject(people(30, 0), hterOf, { seed: 1 })).toEqual([0, 0]);
  });
});
