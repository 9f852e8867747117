import { aggregateByVideo, combine, videoRules } from '@shared/metrics/aggregate';
import { areaUnderRoc, errorCurve, histogram, tprAtFpr } from '@shared/metrics/curves';
import { measureRates, subjectErrors } from '@shared/metrics/evaluate';
import { hterOf } from '@shared/metrics/bootstrap';
import { ratesAt } from '@shared/metrics/rates';
import {
  attackFamily,
  failureToAcquire,
  groupAttackTypes,
  scoreSetOf,
  sortScores,
  type ScoreSet,
} from '@shared/metrics/score-set';
import {
  bpcerThreshold,
  eerThreshold,
  farThreshold,
  minHterThreshold,
  nextDown,
  nextUp,
  smallestBpcerThreshold,
} from '@shared/metrics/thresholds';
import { Rates } from '@shared/domain/rates';
import { createRandom } from '@shared/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setOf } from './examples';

/** Scores on a coarse grid, so that ties within and between classes are common. */
const scoresArbitrary = fc.array(
  fc.integer({ min: -20, max: 20 }).map((i) => i / 10),
  { minLength: 1, maxLength: 30 },
);
const setArbitrary = fc
  .record({ bonaFide: scoresArbitrary, print: scoresArbitrary, replay: scoresArbitrary })
  .map(({ bonaFide, print, replay }) => setOf(bonaFide, { print, replay }));
const thresholdArbitrary = fc.double({ min: -3, max: 3, noNaN: true });

/** Rates counted the slow way, straight from the definition. */
function plainRates(set: ScoreSet, threshold: number) {
  const accepted = (scores: Float64Array) => scores.filter((score) => score >= threshold).length / scores.length;
  const attacks = Float64Array.from([...set.attacks.values()].flatMap((scores) => [...scores]));
  return {
    apcerMax: Math.max(...[...set.attacks.values()].map(accepted)),
    far: accepted(attacks),
    frr: 1 - accepted(set.bonaFide),
  };
}

/** The lowest score, the midpoints of neighbours and a value above all: every threshold that makes a difference. */
function candidateThresholds(set: ScoreSet): number[] {
  const all = [...set.bonaFide, ...[...set.attacks.values()].flatMap((scores) => [...scores])].sort((a, b) => a - b);
  const distinct = [...new Set(all)];
  const middles = distinct.slice(1).map((score, index) => (score + (distinct[index] ?? score)) / 2);
  return [distinct[0] ?? 0, ...middles, (distinct.at(-1) ?? 0) + 1];
}

describe('rates', () => {
  it('equal the definition counted row by row', () => {
    fc.assert(
      fc.property(setArbitrary, thresholdArbitrary, (set, threshold) => {
        const rates = ratesAt(sortScores(set), threshold);
        const plain = plainRates(set, threshold);
        expect(rates.apcer.max).toBeCloseTo(plain.apcerMax, 12);
        expect(rates.far).toBeCloseTo(plain.far, 12);
        expect(rates.frr).toBeCloseTo(plain.frr, 12);
      }),
    );
  });

  it('move one way with the threshold: fewer attacks accepted, more bona fide rejected', () => {
    fc.assert(
      fc.property(setArbitrary, thresholdArbitrary, thresholdArbitrary, (set, first, second) => {
        const scores = sortScores(set);
        const low = ratesAt(scores, Math.min(first, second));
        const high = ratesAt(scores, Math.max(first, second));
        expect(high.apcer.max ?? 0).toBeLessThanOrEqual(low.apcer.max ?? 0);
        expect(high.far ?? 0).toBeLessThanOrEqual(low.far ?? 0);
        expect(high.bpcer ?? 0).toBeGreaterThanOrEqual(low.bpcer ?? 0);
      }),
    );
  });

  it('keep APCER max between the pooled rate and 1', () => {
    fc.assert(
      fc.property(setArbitrary, thresholdArbitrary, (set, threshold) => {
        const { apcer } = ratesAt(sortScores(set), threshold);
        expect(apcer.max ?? -1).toBeGreaterThanOrEqual((apcer.pooled ?? 2) - 1e-12);
      }),
    );
  });

  it('do not depend on the order of the rows', () => {
    fc.assert(
      fc.property(setArbitrary, fc.integer(), (set, seed) => {
        const random = createRandom(seed);
        const shuffled: ScoreSet = {
          bonaFide: random.shuffle(set.bonaFide.slice()),
          attacks: new Map([...set.attacks].map(([type, scores]) => [type, random.shuffle(scores.slice())])),
        };
        expect(measureRates(sortScores(shuffled), 0.25)).toEqual(measureRates(sortScores(set), 0.25));
      }),
    );
  });

  it('satisfy the schema that leaves the machine', () => {
    fc.assert(
      fc.property(setArbitrary, thresholdArbitrary, (set, threshold) => {
        Rates.parse(measureRates(sortScores(set), threshold));
      }),
    );
  });

  it('are null, never NaN, where a class is missing', () => {
    const onlyBonaFide = measureRates(sortScores(setOf([0.1, 0.9], {})), 0.5);
    expect(onlyBonaFide.bpcer).toBe(0.5);
    expect(onlyBonaFide.frr).toBe(0.5);
    for (const missing of ['acer', 'far', 'hter', 'eer', 'minHter', 'auc', 'bpcer10', 'bpcer20', 'bpcer100'] as const)
      expect(onlyBonaFide[missing]).toBeNull();
    const onlyAttacks = measureRates(sortScores(setOf([], { print: [0.1, 0.9] })), 0.5);
    expect(onlyAttacks.apcer).toEqual({ max: 0.5, pooled: 0.5, perType: { print: 0.5 } });
    for (const missing of ['bpcer', 'acer', 'frr', 'hter', 'eer', 'auc', 'bpcer10'] as const)
      expect(onlyAttacks[missing]).toBeNull();
    const nothing = measureRates(sortScores(setOf([], {})), null);
    expect(JSON.stringify(nothing)).not.toContain('NaN');
    Rates.parse(nothing);
  });

  it('count failures to acquire apart, and in FAR, FRR and HTER as bob does', () => {
    const scores = sortScores(setOf([0.9, 0.8, 0.2, NaN], { print: [0.1, 0.7, NaN, NaN] }));
    expect(failureToAcquire(scores)).toBe(3 / 8);
    const rates = measureRates(scores, 0.5);
    expect(rates.n).toEqual({ bonaFide: 3, attacks: { print: 2 } });
    expect(rates.apcer.pooled).toBe(0.5);
    expect(rates.bpcer).toBeCloseTo(1 / 3, 12);
    expect(rates.acer).toBeCloseTo(5 / 12, 12);
    expect(rates.far).toBeCloseTo(0.5 * (5 / 8), 12);
    expect(rates.frr).toBeCloseTo(3 / 8 + (1 / 3) * (5 / 8), 12);
    expect(rates.hter).toBeCloseTo(((rates.far ?? 0) + (rates.frr ?? 0)) / 2, 12);
  });
});

describe('thresholds', () => {
  it('give the least |FAR − FRR| and the least HTER of all thresholds', () => {
    fc.assert(
      fc.property(setArbitrary, (set) => {
        const scores = sortScores(set);
        const all = candidateThresholds(set).map((threshold) => plainRates(set, threshold));
        const atEer = ratesAt(scores, eerThreshold(scores));
        const least = Math.min(...all.map(({ far, frr }) => Math.abs(far - frr)));
        expect(Math.abs((atEer.far ?? 0) - (atEer.frr ?? 9))).toBeCloseTo(least, 12);
        const leastHter = Math.min(...all.map(({ far, frr }) => (far + frr) / 2));
        expect(ratesAt(scores, minHterThreshold(scores)).hter).toBeCloseTo(leastHter, 12);
      }),
    );
  });

  it('move with the scores when all are shifted', () => {
    fc.assert(
      fc.property(setArbitrary, (set) => {
        const shift = (scores: Float64Array) => scores.map((score) => score + 8);
        const moved: ScoreSet = {
          bonaFide: shift(set.bonaFide),
          attacks: new Map([...set.attacks].map(([type, scores]) => [type, shift(scores)])),
        };
        expect(eerThreshold(sortScores(moved))).toBeCloseTo((eerThreshold(sortScores(set)) ?? NaN) + 8, 9);
      }),
    );
  });

  it('hold APCER at or below 1/k for every type, and the smallest variant is never worse', () => {
    fc.assert(
      fc.property(setArbitrary, fc.constantFrom(3, 10, 20), (set, k) => {
        const scores = sortScores(set);
        const bob = ratesAt(scores, bpcerThreshold(scores, k));
        const smallest = ratesAt(scores, smallestBpcerThreshold(scores, k));
        expect(bob.apcer.max ?? 2).toBeLessThanOrEqual(1 / k);
        expect(smallest.apcer.max ?? 2).toBeLessThanOrEqual(1 / k);
        expect(smallest.bpcer ?? 2).toBeLessThanOrEqual(bob.bpcer ?? -1);
        for (const threshold of candidateThresholds(set)) {
          const plain = plainRates(set, threshold);
          if (plain.apcerMax <= 1 / k) expect(plain.frr).toBeGreaterThanOrEqual((smallest.bpcer ?? 2) - 1e-12);
        }
      }),
    );
  });

  it('exist for one constant score, and reject nothing there', () => {
    const scores = sortScores(setOf([0.5, 0.5], { print: [0.5, 0.5, 0.5] }));
    expect(eerThreshold(scores)).toBe(0.5);
    expect(ratesAt(scores, eerThreshold(scores)).hter).toBe(0.5);
  });

  it('stay usable between neighbouring doubles and at infinite scores', () => {
    const near = sortScores(setOf([nextUp(0.3), nextUp(0.3)], { print: [0.3] }));
    expect(ratesAt(near, eerThreshold(near)).hter).toBe(0);
    const far = sortScores(setOf([Infinity, 2], { print: [-Infinity] }));
    expect(ratesAt(far, eerThreshold(far)).hter).toBe(0);
  });

  it('need a score of the class they look at', () => {
    expect(eerThreshold(sortScores(setOf([1], {})))).toBeNull();
    expect(bpcerThreshold(sortScores(setOf([1], {})), 10)).toBeNull();
    expect(farThreshold(new Float64Array(0), 0.1)).toBeNull();
    expect(farThreshold(Float64Array.of(0.4), 0.1)).toBe(nextUp(0.4));
  });

  it('step to the next double', () => {
    expect(nextUp(1)).toBe(1 + Number.EPSILON);
    expect(nextDown(1)).toBe(1 - Number.EPSILON / 2);
    expect(nextUp(0)).toBe(Number.MIN_VALUE);
    expect(nextUp(-1)).toBe(-1 + Number.EPSILON / 2);
  });
});

describe('curves', () => {
  it('area equals the share of won pairs, and turns into 1 − area when the scores are negated', () => {
    fc.assert(
      fc.property(setArbitrary, (set) => {
        const attacks = [...set.attacks.values()].flatMap((scores) => [...scores]);
        let won = 0;
        for (const bonaFide of set.bonaFide)
          for (const attack of attacks) won += bonaFide > attack ? 1 : bonaFide === attack ? 0.5 : 0;
        const area = areaUnderRoc(sortScores(set)) ?? NaN;
        expect(area).toBeCloseTo(won / (set.bonaFide.length * attacks.length), 12);
        const negated: ScoreSet = {
          bonaFide: set.bonaFide.map((score) => -score),
          attacks: new Map([...set.attacks].map(([type, scores]) => [type, scores.map((score) => -score)])),
        };
        expect(areaUnderRoc(sortScores(negated))).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  it('run from everything accepted to nothing accepted, and their area is the exact one', () => {
    fc.assert(
      fc.property(setArbitrary, (set) => {
        const curve = errorCurve(sortScores(set));
        if (!curve) throw new Error('curve missing');
        expect([curve.far[0], curve.frr[0]]).toEqual([1, 0]);
        expect([curve.far.at(-1), curve.frr.at(-1)]).toEqual([0, 1]);
        let area = 0;
        for (let i = 1; i < curve.far.length; i++) {
          const width = (curve.far[i - 1] ?? 0) - (curve.far[i] ?? 0);
          expect(width).toBeGreaterThanOrEqual(0);
          area += (width * (2 - (curve.frr[i - 1] ?? 0) - (curve.frr[i] ?? 0))) / 2;
        }
        expect(area).toBeCloseTo(areaUnderRoc(sortScores(set)) ?? NaN, 10);
      }),
    );
  });

  it('are thinned without losing their ends', () => {
    const random = createRandom('thin');
    const many = setOf(
      Array.from({ length: 5000 }, () => random.normal(1)),
      { print: Array.from({ length: 5000 }, () => random.normal()) },
    );
    const curve = errorCurve(sortScores(many), 400);
    expect(curve?.far.length).toBeLessThanOrEqual(400);
    expect(curve?.far[0]).toBe(1);
    expect(curve?.frr.at(-1)).toBe(1);
  });

  it('TPR at an FPR is the best one allowed', () => {
    fc.assert(
      fc.property(setArbitrary, fc.constantFrom(0.1, 0.3, 0.5), (set, fpr) => {
        const best = Math.max(
          ...candidateThresholds(set)
            .map((threshold) => plainRates(set, threshold))
            .filter(({ far }) => far <= fpr)
            .map(({ frr }) => 1 - frr),
        );
        expect(tprAtFpr(sortScores(set), fpr)).toBeCloseTo(best, 12);
      }),
    );
  });

  it('histogram bins add up to the number of scores', () => {
    fc.assert(
      fc.property(scoresArbitrary, fc.integer({ min: 1, max: 50 }), (scores, bins) => {
        const { counts } = histogram(Float64Array.from(scores), bins);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(scores.length);
      }),
    );
    expect([...histogram(Float64Array.of(0, 0.49, 0.5, 1, NaN), 2).counts]).toEqual([2, 2]);
  });
});

describe('aggregation', () => {
  it('keeps min ≤ median ≤ max and ignores missing frames', () => {
    fc.assert(
      fc.property(scoresArbitrary, (scores) => {
        const [, median, max, min] = videoRules.map((rule) => combine([...scores, NaN], rule));
        expect(min).toBeLessThanOrEqual(median ?? NaN);
        expect(median).toBeLessThanOrEqual(max ?? NaN);
      }),
    );
    expect(combine([NaN, NaN], 'mean')).toBeNaN();
  });

  it('keeps one name under two attack types apart', () => {
    const videos = aggregateByVideo(
      {
        scores: Float64Array.of(0.9, 0.1, 0.7),
        videos: ['1', '1', '1'],
        attackTypes: ['', 'print', ''],
        subjects: ['a', 'a', 'a'],
      },
      'mean',
    );
    expect([...videos.scores]).toEqual([0.8, 0.1]);
    expect(videos.attackTypes).toEqual(['', 'print']);
    expect(videos.subjects).toEqual(['a', 'a']);
  });

  it('groups attack types by family without losing a score', () => {
    const grouped = groupAttackTypes(
      setOf([1], { 'print/1': [0.1, 0.2], 'print/2': [0.3], 'replay/1': [0.4] }),
      attackFamily,
    );
    expect([...grouped.attacks.keys()]).toEqual(['print', 'replay']);
    expect([...(grouped.attacks.get('print') ?? [])]).toEqual([0.1, 0.2, 0.3]);
  });

  it('sums to the same HTER whether counted by subject or by sample', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            score: fc.integer({ min: 0, max: 10 }).map((i) => i / 10),
            subject: fc.constantFrom('a', 'b', 'c'),
            type: fc.constantFrom('', 'print', 'replay'),
          }),
          { minLength: 1, maxLength: 60 },
        ),
        (rows) => {
          const columns = {
            scores: Float64Array.from(rows, (row) => row.score),
            attackTypes: rows.map((row) => row.type),
            subjects: rows.map((row) => row.subject),
          };
          const table = subjectErrors(columns, 0.5);
          const totals = {
            bonaFide: sum(table.map((entry) => entry.bonaFide)),
            attacks: (table[0]?.attacks ?? []).map((_, type) =>
              sum(table.map((entry) => entry.attacks[type] ?? { errors: 0, total: 0 })),
            ),
          };
          const direct = ratesAt(sortScores(scoreSetOf(columns)), 0.5).hter;
          const summed = hterOf(totals);
          if (direct === null) expect(summed).toBeNull();
          else expect(summed).toBeCloseTo(direct, 12);
        },
      ),
    );
  });
});

function sum(counts: readonly { errors: number; total: number }[]) {
  return counts.reduce((all, one) => ({ errors: all.errors + one.errors, total: all.total + one.total }), {
    errors: 0,
    total: 0,
  });
}
