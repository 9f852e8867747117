import type { ReportData, ReportDefinition, Spread } from '@shared/domain/report';
import { errorCurve } from '@shared/metrics/curves';
import { measureRates } from '@shared/metrics/evaluate';
import { scoreSetOf, type SortedScores, sortScores } from '@shared/metrics/score-set';

/** Four bona fide and four attacks of two types; at 0.5 one of each class is wrong. */
export const scores = Float64Array.of(0.9, 0.8, 0.6, 0.3, 0.1, 0.2, 0.7, 0.4);
const types = ['', '', '', '', 'print', 'print', 'replay/phone', 'replay/phone'];

export function sortedScores(): SortedScores {
  return sortScores(scoreSetOf({ scores, attackTypes: types }));
}

export const definition: ReportDefinition = {
  formatVersion: 1,
  name: 'loo',
  title: 'Leave one out',
  runs: [],
  making: { policy: 'source-dev-eer', level: 'frame', score: 'classifier', epoch: 'last' },
  floors: true,
  decimals: 1,
};

const spread = (mean: number | null, sd: number | null, n: number): Spread | null =>
  mean === null ? null : { mean, sd, n };

/** Two datasets, one system in two seeds trained on O, tested on both; R is the target it has not seen. */
export function reportData(asked: ReportDefinition): ReportData {
  const sorted = sortedScores();
  const curve = errorCurve(sorted, 50);
  if (!curve) throw new Error('both classes are there');
  const oracle = asked.making.policy === 'oracle-eer';
  const threshold = oracle ? 0.65 : 0.5;
  const test = measureRates(sorted, threshold);
  const evaluation = (seed: number, target: string) => ({
    run: `000${seed}-gan-O-s${seed}`,
    system: 'gan',
    preset: 'pretrain-gan',
    seed,
    source: ['O'],
    target,
    sameDomain: target === 'O',
    synthetic: true,
    threshold: { policy: asked.making.policy, value: threshold, from: oracle ? `${target} test` : 'O dev' },
    dev: null,
    test,
    files: [],
  });
  const evaluations = ['O', 'R'].flatMap((target) => [evaluation(1, target), evaluation(2, target)]);
  const cell = (target: string) => ({
    target,
    sameDomain: target === 'O',
    bonaFide: 4,
    attacks: 4,
    hter: spread(test.hter, 0.012, 2),
    acer: spread(test.acer, 0.034, 2),
    auc: spread(test.auc, 0.01, 2),
    runs: [],
  });
  return {
    formatVersion: 1,
    name: asked.name,
    title: asked.title,
    madeAt: '2026-11-25T10:00:00Z',
    relief: '0.1.0',
    making: asked.making,
    decimals: asked.decimals,
    datasets: ['R', 'O', 'M'].map((id) => ({ id, name: `${id} camera`, synthetic: true })),
    synthetic: true,
    matrix: [
      {
        system: 'gan',
        floor: false,
        note: 'reconstruction',
        source: ['O'],
        parameters: 9,
        cells: [cell('O'), cell('R')],
      },
    ],
    ablation: [
      {
        system: 'gan',
        floor: false,
        note: 'reconstruction',
        n: 2,
        complete: true,
        cells: [{ target: 'R', hter: spread(test.hter, 0.012, 2), acer: spread(test.acer, 0.034, 2) }],
        meanHter: spread(test.hter, null, 2),
        meanAcer: spread(test.acer, null, 2),
      },
    ],
    evaluations,
    curves: evaluations.map(() => ({ far: [...curve.far], frr: [...curve.frr] })),
    omitted: [{ run: '0009-gan-M-s1', reason: 'has no score file' }],
  };
}
