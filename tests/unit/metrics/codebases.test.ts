import { codebaseFacts, codebases, ratesByCodebase } from '@shared/metrics/codebases';
import { sortScores } from '@shared/metrics/score-set';
import { describe, expect, it } from 'vitest';
import { example1, example3, example5, setOf } from './examples';

const [dev, test] = [sortScores(example1.dev), sortScores(example1.test)];
const digits = 12;

describe("other codes' rules on worked example 1", () => {
  it("SSDG: the test set's own EER on a grid, ACER at 0.5 with APCER pooled", () => {
    const rates = ratesByCodebase('ssdg', dev, test);
    expect(rates).toMatchObject({ threshold: 0.55, from: 'test', attacksFound: null });
    expect(rates.hter).toBeCloseTo(0.25, digits);
    expect(rates.eer).toBeCloseTo(0.25, digits);
    expect(rates.apcer).toBeCloseTo(0.3, digits);
    expect(rates.bpcer).toBeCloseTo(0.2, digits);
    expect(rates.acer).toBeCloseTo(0.25, digits);
  });

  it('CDCN: a dev score as threshold, accepted above it only, APCER pooled', () => {
    const rates = ratesByCodebase('cdcn', dev, test);
    expect(rates).toMatchObject({ threshold: 0.6, from: 'dev', eer: null });
    expect(rates.apcer).toBeCloseTo(0.2, digits); // .66 and .91 of ten
    expect(rates.bpcer).toBeCloseTo(0.4, digits); // .55 and .30 of five
    expect(rates.acer).toBeCloseTo(0.3, digits);
    expect(ratesByCodebase('cdcn', null, test)).toMatchObject({ threshold: null, acer: null });
  });

  it('CelebA-Spoof: attacks found when a share of bona fide samples is rejected', () => {
    const rates = ratesByCodebase('celeba-spoof', dev, test);
    // One of five bona fide samples is rejected at least: the lowest, 0.30; four of ten attacks are at or below it.
    expect(rates.attacksFound).toEqual({ '0.01': 0.4, '0.005': 0.4, '0.001': 0.4 });
    expect(rates.apcer).toBeNull();
    const many = setOf(
      Array.from({ length: 200 }, (_, index) => index / 200),
      { print: [0, 0.004, 0.005, 0.0051, 0.9] },
    );
    // One per cent of 200 is the second lowest, 0.005.
    expect(ratesByCodebase('celeba-spoof', null, sortScores(many)).attacksFound).toEqual({
      '0.01': 0.6,
      '0.005': 0.2,
      '0.001': 0.2,
    });
  });
});

describe("other codes' rules", () => {
  it('decide ties as they do there', () => {
    const tied = sortScores(example3);
    expect(ratesByCodebase('cdcn', tied, tied)).toMatchObject({ threshold: 0.5, apcer: 0, bpcer: 0.75 });
  });

  it('put the threshold of separable scores on the lowest bona fide one, which CDCN then rejects', () => {
    const scores = sortScores(example5);
    expect(ratesByCodebase('ssdg', null, scores)).toMatchObject({ threshold: 0.7, hter: 0 });
    expect(ratesByCodebase('cdcn', scores, scores)).toMatchObject({ threshold: 0.7, apcer: 0 });
    expect(ratesByCodebase('cdcn', scores, scores).bpcer).toBeCloseTo(1 / 3, digits);
  });

  it('give nothing where a class is missing, and say what they do otherwise', () => {
    const alone = sortScores(setOf([0.5], {}));
    for (const codebase of codebases) {
      expect(ratesByCodebase(codebase, alone, alone)).toMatchObject({ hter: null, acer: null, attacksFound: null });
      expect(codebaseFacts[codebase].differences.length).toBeGreaterThan(2);
    }
  });
});
