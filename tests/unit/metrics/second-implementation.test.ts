import { Rates } from '@shared/domain/rates';
import { expectedPerformanceCurve } from '@shared/metrics/curves';
import { evaluateRates, measureRates } from '@shared/metrics/evaluate';
import { sortScores, type ScoreSet } from '@shared/metrics/score-set';
import { describe, expect, it } from 'vitest';
import * as second from './plain-metrics';
import { kinds, randomSet } from './random-sets';

const sets = 1000;
const tolerance = 1e-9;

/** Differences beyond 1e-9; null on one side only is one, too. */
function differences(
  pairs: Readonly<Record<string, readonly [ours: number | null | undefined, plain: number | null]>>,
) {
  return Object.entries(pairs).flatMap(([name, [ours, plain]]) => {
    const same =
      ours === plain || (typeof ours === 'number' && typeof plain === 'number' && Math.abs(ours - plain) <= tolerance);
    return same ? [] : [`${name}: ${String(ours)}, a second time ${String(plain)}`];
  });
}

function compare(set: ScoreSet, threshold: number | null): string[] {
  const rates = measureRates(sortScores(set), threshold);
  Rates.parse(rates);
  const plain = second.plain(set);
  const at = second.plainRates(plain, threshold);
  const bpcer = (t: number | null) => second.plainRates(plain, t).bpcer;
  const all = set.bonaFide.length + [...set.attacks.values()].reduce((sum, { length }) => sum + length, 0);
  return differences({
    apcer: [rates.apcer.max, at.max],
    'apcer pooled': [rates.apcer.pooled, at.pooled],
    bpcer: [rates.bpcer, at.bpcer],
    acer: [rates.acer, at.acer],
    far: [rates.far, at.far],
    frr: [rates.frr, at.frr],
    hter: [rates.hter, at.hter],
    fta: [rates.failureToAcquire, all === 0 ? null : plain.failed],
    eer: [rates.eer, second.plainHter(plain, second.plainEer(plain))],
    'min-hter': [rates.minHter, second.plainHter(plain, second.plainMinHter(plain))],
    'eer threshold': [rates.ownThresholds?.eer, second.plainEer(plain)],
    'min-hter threshold': [rates.ownThresholds?.minHter, second.plainMinHter(plain)],
    auc: [rates.auc, second.plainAuc(plain)],
    bpcer10: [rates.bpcer10, bpcer(second.plainApcerThreshold(plain, 1 / 10))],
    bpcer20: [rates.bpcer20, bpcer(second.plainApcerThreshold(plain, 1 / 20))],
    bpcer100: [rates.bpcer100, bpcer(second.plainApcerThreshold(plain, 1 / 100))],
    'smallest bpcer10': [rates.smallestBpcer?.['10'], bpcer(second.plainSmallestThreshold(plain, 1 / 10))],
    'smallest bpcer100': [rates.smallestBpcer?.['100'], bpcer(second.plainSmallestThreshold(plain, 1 / 100))],
    'tpr at 0.1': [rates.tprAtFpr['0.1'], second.plainTprAtFpr(plain, 0.1)],
    'tpr at 0.01': [rates.tprAtFpr['0.01'], second.plainTprAtFpr(plain, 0.01)],
    ece: [rates.calibration?.ece, second.plainEce(plain)],
    cllr: [rates.calibration?.cllr, second.plainCllr(plain)],
    'cllr of P': [rates.calibration?.cllrAsProbability, second.plainCllrOfProbability(plain)],
    'min-cllr': [rates.calibration?.minCllr, second.plainMinCllr(plain)],
  });
}

describe(`${String(sets)} random score sets`, () => {
  it.each(kinds)('%s: every metric equals a second implementation to 1e-9', (kind) => {
    for (let number = 0; number < Math.ceil(sets / kinds.length); number++) {
      const set = randomSet(kind, number);
      const [first = 0.5] = set.bonaFide;
      for (const threshold of [0.5, first])
        expect(compare(set, Number.isNaN(threshold) ? 0.25 : threshold), `${kind} ${String(number)}`).toEqual([]);
    }
  });

  it.each(kinds)('%s: thresholds from a dev set give the rates of a second implementation', (kind) => {
    for (let number = 0; number < 40; number++) {
      const [dev, test] = [randomSet(kind, number), randomSet(kind, number + 1)];
      const [plainDev, plainTest] = [second.plain(dev), second.plain(test)];
      const thresholds = {
        'dev-eer': second.plainEer(plainDev),
        'dev-min-hter': second.plainMinHter(plainDev),
        'dev-bpcer20': second.plainApcerThreshold(plainDev, 0.05),
        'dev-apcer:0.3': second.plainApcerThreshold(plainDev, 0.3),
        'test-min-hter': second.plainMinHter(plainTest),
      };
      for (const [policy, threshold] of Object.entries(thresholds)) {
        const made = evaluateRates(dev, test, policy);
        const at = second.plainRates(plainTest, threshold);
        expect(
          differences({
            threshold: [made.threshold.value, threshold],
            hter: [made.test.hter, at.hter],
            acer: [made.test.acer, at.acer],
          }),
          `${kind} ${String(number)} ${policy}`,
        ).toEqual([]);
      }
    }
  });

  it.each(kinds)('%s: the expected performance curve equals a second implementation', (kind) => {
    for (let number = 0; number < 20; number++) {
      const [dev, test] = [randomSet(kind, number), randomSet(kind, number + 1)];
      const curve = expectedPerformanceCurve(sortScores(dev), sortScores(test), 11);
      const [plainDev, plainTest] = [second.plain(dev), second.plain(test)];
      curve.costs.forEach((cost, index) => {
        const { hter } = second.plainRates(plainTest, second.plainWeighted(plainDev, cost));
        expect(differences({ hter: [curve.hter[index], hter] }), `${kind} ${String(number)}, ${String(cost)}`).toEqual(
          [],
        );
      });
    }
  });
});
