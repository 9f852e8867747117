import type { DepthMeasures, DepthRanking } from '@shared/contract/channels';

export interface MeasureLine {
  readonly name: string;
  readonly value: number | null;
  /** Mean ± sample standard deviation over the samples of the same class in the set; null without a ranking. */
  readonly mean: number | null;
  readonly sd: number | null;
  /** 1 = best of `of`; null when the sample or the measure is not in the ranking. */
  readonly rank: number | null;
  readonly of: number;
}

type Column =
  'meanAbsoluteError' | 'rootMeanSquareError' | 'structuralSimilarity' | 'correlationInFace' | 'faceAreaIou';

const measures: readonly { name: string; column: Column; smallerIsBetter: boolean }[] = [
  { name: 'Mean abs. error', column: 'meanAbsoluteError', smallerIsBetter: true },
  { name: 'RMSE', column: 'rootMeanSquareError', smallerIsBetter: true },
  { name: 'SSIM', column: 'structuralSimilarity', smallerIsBetter: false },
  { name: 'Correlation in face', column: 'correlationInFace', smallerIsBetter: false },
  { name: 'Face area IoU', column: 'faceAreaIou', smallerIsBetter: false },
];

/** The sample's measures beside those of its class (bona fide or attacks) in the set, with its place among them. */
export function measureLines(own: DepthMeasures, bonaFide: boolean, ranking: DepthRanking | undefined): MeasureLine[] {
  return measures.map(({ name, column, smallerIsBetter }) => {
    const value = own[column];
    const peers = ranking ? valuesOf(ranking, column, bonaFide) : [];
    const { mean, sd } = summarise(peers);
    const better = peers.filter((peer) => value !== null && (smallerIsBetter ? peer < value : peer > value)).length;
    return {
      name,
      value,
      mean,
      sd,
      rank: value === null || peers.length === 0 ? null : Math.min(peers.length, better + 1),
      of: peers.length,
    };
  });
}

function valuesOf(ranking: DepthRanking, column: Column, bonaFide: boolean): number[] {
  const wanted = bonaFide ? 1 : 0;
  return [...ranking[column]].filter((value, row) => ranking.bonaFide[row] === wanted && Number.isFinite(value));
}

function summarise(values: readonly number[]): { mean: number | null; sd: number | null } {
  if (values.length === 0) return { mean: null, sd: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
