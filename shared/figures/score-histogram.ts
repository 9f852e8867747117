import { histogram } from '../metrics/curves';
import { countAttackErrors, countBonaFideErrors } from '../metrics/rates';
import type { SortedScores } from '../metrics/score-set';
import { countBelow } from '../metrics/score-set';
import type { HistogramFigure, HistogramRow } from './figure';
import { plainTicks, roundTicks } from './scales';

export interface ScoreHistogramOptions {
  readonly subtitle: string;
  readonly note?: string | null;
  readonly threshold: number | null;
  readonly bins?: number;
}

/**
 * Bona fide and each attack type on its own row over one score axis; errors at the threshold stand out. The axis is
 * [0, 1] unless scores lie outside, then it spans them.
 */
export function scoreHistogramFigure(
  scores: SortedScores,
  { subtitle, note = null, threshold, bins = 50 }: ScoreHistogramOptions,
): HistogramFigure {
  const [low, high] = scoreRange(scores);
  const row = (label: string, values: Float64Array, attack: boolean): HistogramRow => {
    const { counts } = histogram(values, bins, low, high);
    const split = threshold === null ? null : countBelow(values, threshold);
    const wrongScores =
      split === null ? new Float64Array(0) : attack ? values.subarray(split) : values.subarray(0, split);
    const errors =
      threshold === null
        ? null
        : (attack ? countAttackErrors(values, threshold) : countBonaFideErrors(values, threshold)).errors;
    return {
      label,
      total: values.length,
      wrong: errors,
      colour: attack ? 'attack' : 'bona-fide',
      counts,
      wrongCounts: histogram(wrongScores, bins, low, high).counts,
    };
  };
  return {
    kind: 'histogram',
    title: 'Scores',
    subtitle,
    note,
    x: {
      title: 'score, higher = more bona fide',
      scale: 'linear',
      min: low,
      max: high,
      ticks: plainTicks(low === 0 && high === 1 ? [0, 0.25, 0.5, 0.75, 1] : roundTicks(low, high)),
      grid: false,
    },
    rows: [
      row('bona fide', scores.bonaFide, false),
      ...[...scores.attacks.keys()]
        .sort()
        .map((type) => row(type, scores.attacks.get(type) ?? new Float64Array(0), true)),
    ],
    threshold,
  };
}

function scoreRange({ bonaFide, pooledAttacks }: SortedScores): [number, number] {
  const ends = [bonaFide[0], pooledAttacks[0], bonaFide.at(-1), pooledAttacks.at(-1)].filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  );
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  if (ends.length === 0 || (low >= 0 && high <= 1)) return [0, 1];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
