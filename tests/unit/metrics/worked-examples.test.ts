import { aggregateByVideo, atLevel, summarise, type VideoRule } from '@shared/metrics/aggregate';
import { areaUnderRoc, tprAtFpr } from '@shared/metrics/curves';
import { evaluateRates } from '@shared/metrics/evaluate';
import { ratesAt } from '@shared/metrics/rates';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import {
  bpcerThreshold,
  cdcnEerThreshold,
  eerThreshold,
  farThreshold,
  minHterThreshold,
  nextUp,
  smallestBpcerThreshold,
  ssdgEerThreshold,
} from '@shared/metrics/thresholds';
import { describe, expect, it } from 'vitest';
import { example1, example2, example3, example4, example4Set, example5 } from './examples';

const digits = 10;

describe('worked example 1: a threshold from dev, and from test', () => {
  const dev = sortScores(example1.dev);
  const test = sortScores(example1.test);

  it('finds the dev thresholds of bob, CDCN and SSDG', () => {
    expect(eerThreshold(dev)).toBeCloseTo(0.55, digits);
    expect(cdcnEerThreshold(dev)).toBeCloseTo(0.6, digits);
    expect(ssdgEerThreshold(dev)).toBeCloseTo(0.6, digits);
    expect(minHterThreshold(dev)).toBeCloseTo(0.7, digits);
    expect(areaUnderRoc(dev)).toBeCloseTo(0.88, digits);
    const atEer = ratesAt(dev, eerThreshold(dev));
    expect(atEer.far).toBeCloseTo(0.2, digits);
    expect(atEer.frr).toBeCloseTo(0.2, digits);
  });

  it('measures the test set at the dev EER threshold', () => {
    const result = evaluateRates(example1.dev, example1.test, 'dev-eer');
    expect(result.threshold.value).toBeCloseTo(0.55, digits);
    expect(result.threshold.from).toBe('dev');
    expect(result.dev?.eer).toBeCloseTo(0.2, digits);
    expect(result.test.apcer.perType['print']).toBe(0);
    expect(result.test.apcer.perType['replay']).toBeCloseTo(0.6, digits);
    expect(result.test.apcer.max).toBeCloseTo(0.6, digits);
    expect(result.test.apcer.pooled).toBeCloseTo(0.3, digits);
    expect(result.test.bpcer).toBeCloseTo(0.2, digits);
    expect(result.test.acer).toBeCloseTo(0.4, digits);
    expect(result.test.far).toBeCloseTo(0.3, digits);
    expect(result.test.frr).toBeCloseTo(0.2, digits);
    expect(result.test.hter).toBeCloseTo(0.25, digits);
    expect(result.test.auc).toBeCloseTo(0.78, digits);
    expect(result.test.n).toEqual({ bonaFide: 5, attacks: { print: 5, replay: 5 } });
  });

  it('names the worst attack type', () => {
    expect(ratesAt(test, 0.55).apcer.maxType).toBe('replay');
  });

  it('gives 25 to 40 % from the same scores when the threshold looks at the test set', () => {
    expect(eerThreshold(test)).toBeCloseTo(0.565, digits);
    expect(ratesAt(test, eerThreshold(test)).hter).toBeCloseTo(0.35, digits);
    expect(ratesAt(test, 0.515).hter).toBeCloseTo(0.25, digits);
    expect(ssdgEerThreshold(test)).toBeCloseTo(0.55, digits);
    expect(ratesAt(test, ssdgEerThreshold(test)).hter).toBeCloseTo(0.25, digits);
    expect(cdcnEerThreshold(test)).toBeCloseTo(0.58, digits);
    const atCdcn = ratesAt(test, cdcnEerThreshold(test));
    expect(atCdcn.far).toBeCloseTo(0.3, digits);
    expect(atCdcn.frr).toBeCloseTo(0.4, digits);
    expect(atCdcn.hter).toBeCloseTo(0.35, digits);
    expect(minHterThreshold(test)).toBeCloseTo(0.68, digits);
    expect(ratesAt(test, minHterThreshold(test)).hter).toBeCloseTo(0.25, digits);
    const oracle = evaluateRates(null, example1.test, 'test-eer');
    expect(oracle.threshold.value).toBeCloseTo(0.565, digits);
    expect(oracle.test.hter).toBeCloseTo(0.35, digits);
  });
});

describe('worked example 2: BPCER at fixed APCER', () => {
  const scores = sortScores(example2);

  it('measures at 0.5', () => {
    const { test } = evaluateRates(null, example2, 'fixed:0.5');
    expect(test.apcer.perType['print']).toBe(0);
    expect(test.apcer.perType['replay']).toBeCloseTo(0.2, digits);
    expect(test.bpcer).toBeCloseTo(0.45, digits);
    expect(test.acer).toBeCloseTo(0.325, digits);
    expect(test.hter).toBeCloseTo(0.275, digits);
    expect(test.auc).toBeCloseTo(0.7625, digits);
    expect(test.eer).toBeCloseTo(0.3, digits);
    expect(test.bpcer10).toBeCloseTo(0.55, digits);
    expect(test.bpcer20).toBeCloseTo(0.55, digits);
    expect(test.bpcer100).toBeCloseTo(0.6, digits);
    expect(test.tprAtFpr['0.1']).toBeCloseTo(0.55, digits);
    expect(test.tprAtFpr['0.05']).toBeCloseTo(0.5, digits);
    expect(test.tprAtFpr['0.01']).toBeCloseTo(0.4, digits);
  });

  it("takes bob's thresholds", () => {
    expect(eerThreshold(scores)).toBeCloseTo(0.345, digits);
    expect(bpcerThreshold(scores, 10)).toBe(0.57);
    expect(bpcerThreshold(scores, 20)).toBe(0.6);
    expect(bpcerThreshold(scores, 100)).toBe(nextUp(0.6));
  });

  it('knows the smallest BPCER10 and the wrong, pooled one', () => {
    expect(smallestBpcerThreshold(scores, 10)).toBe(nextUp(0.54));
    expect(ratesAt(scores, smallestBpcerThreshold(scores, 10)).bpcer).toBeCloseTo(0.5, digits);
    expect(ratesAt(scores, farThreshold(scores.pooledAttacks, 0.1)).bpcer).toBeCloseTo(0.5, digits);
    expect(tprAtFpr(scores, 0.1)).toBeCloseTo(0.55, digits);
  });
});

describe('worked example 3: ties', () => {
  const scores = sortScores(example3);

  it('decides ties as each published rule does', () => {
    const bob = ratesAt(scores, 0.5);
    expect([bob.apcer.max, bob.bpcer]).toEqual([0.5, 0]);
    const cdcn = ratesAt(scores, 0.5, 'above');
    expect([cdcn.apcer.pooled, cdcn.bpcer]).toEqual([0, 0.75]);
    const sgtd = ratesAt(scores, 0.5, 'ties-free');
    expect([sgtd.apcer.max, sgtd.bpcer]).toEqual([0, 0]);
  });

  it('counts a tie as half in the area, and puts the EER threshold between scores', () => {
    expect(areaUnderRoc(scores)).toBe(0.8125);
    expect(eerThreshold(scores)).toBeCloseTo(0.35, digits);
  });
});

describe('worked example 4: frames and videos', () => {
  it('measures frames', () => {
    const { test } = evaluateRates(null, example4Set, 'fixed:0.5');
    expect(test.hter).toBeCloseTo(5 / 12, digits);
    expect(test.auc).toBeCloseTo(5 / 6, digits);
  });

  it.each<[VideoRule, number]>([
    ['mean', 0],
    ['median', 0.25],
    ['max', 0.5],
    ['min', 0.5],
  ])('measures videos by %s', (rule, hter) => {
    const videos = aggregateByVideo(example4, rule);
    expect(videos.videos).toEqual(['L1', 'L2', 'S1', 'S2']);
    const { test } = evaluateRates(null, scoreSetOf(videos), 'fixed:0.5');
    expect(test.hter).toBeCloseTo(hter, digits);
    if (rule === 'mean') expect(test.auc).toBe(1);
    expect(atLevel(example4, `video:${rule}`)).toEqual(videos);
    expect(atLevel(example4, 'frame')).toBe(example4);
  });
});

describe('a level of first frames', () => {
  const frames = {
    scores: Float64Array.of(0.9, NaN, 0.5, 0.1, 0.3),
    videos: ['a', 'a', 'a', 'a', 'b'],
    attackTypes: ['', '', '', '', 'print'],
  };

  it('takes the mean of the first frames that have a score, in the order of the rows', () => {
    expect([...atLevel(frames, 'video:first:1').scores]).toEqual([0.9, 0.3]);
    expect([...atLevel(frames, 'video:first:2').scores]).toEqual([0.7, 0.3]);
    expect(atLevel(frames, 'video:first:9').scores[0]).toBeCloseTo(0.5, digits);
  });

  it('takes frames by their numbers where the file has them', () => {
    const numbered = { ...frames, frames: Int32Array.of(30, 20, 10, 0, 5) };
    expect([...atLevel(numbered, 'video:first:1').scores]).toEqual([0.1, 0.3]);
    expect(atLevel(numbered, 'video:first:2').scores[0]).toBeCloseTo(0.3, digits);
  });
});

describe('worked example 5: separable scores, folds', () => {
  it('puts the threshold in the middle of the gap, or at the lowest bona fide score', () => {
    const scores = sortScores(example5);
    expect(eerThreshold(scores)).toBeCloseTo(0.5, digits);
    expect(minHterThreshold(scores)).toBeCloseTo(0.5, digits);
    expect(ssdgEerThreshold(scores)).toBeCloseTo(0.7, digits);
    expect(cdcnEerThreshold(scores)).toBeCloseTo(0.7, digits);
    const result = evaluateRates(example5, example5, 'dev-min-hter');
    expect(result.test.hter).toBe(0);
  });

  it('gives both standard deviations over folds', () => {
    const folds = summarise([1, 2.5, 0, 4, 3.5, 1]);
    expect(folds.n).toBe(6);
    expect(folds.mean).toBeCloseTo(2, digits);
    expect(folds.populationSd).toBeCloseTo(1.443, 3);
    expect(folds.sampleSd).toBeCloseTo(1.581, 3);
  });
});
