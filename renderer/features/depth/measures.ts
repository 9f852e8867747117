import type { DepthRanking } from '@shared/contract/channels';
import { depthMeasureFacts, DepthMeasureName, type DepthMeasures } from '@shared/domain/depth-measures';

export interface MeasureLine {
  readonly name: string;
  readonly definition: string;
  readonly value: number | null;
  /** Mean ± sample standard deviation over the samples of the same class in the set; null without a ranking. */
  readonly mean: number | null;
  readonly sd: number | null;
  /** 1 = best of `of`; null where the sample or the measure is not in the ranking, or neither end is better. */
  readonly rank: number | null;
  readonly of: number;
}

/** The sample's measures beside those of its class (bona fide or attacks) in the set, with its place among them. */
export function measureLines(own: DepthMeasures, bonaFide: boolean, ranking: DepthRanking | undefined): MeasureLine[] {
  return DepthMeasureName.options.map((name) => {
    const { title, definition, better } = depthMeasureFacts[name];
    const value = own[name];
    const peers = ranking ? valuesOf(ranking, name, bonaFide) : [];
    const { mean, sd } = summarise(peers);
    const ahead = peers.filter((peer) => value !== null && (better === 'smaller' ? peer < value : peer > value)).length;
    return {
      name: title,
      definition,
      value,
      mean,
      sd,
      rank: value === null || better === null || peers.length === 0 ? null : Math.min(peers.length, ahead + 1),
      of: peers.length,
    };
  });
}

function valuesOf(ranking: DepthRanking, name: DepthMeasureName, bonaFide: boolean): number[] {
  const wanted = bonaFide ? 1 : 0;
  return [...ranking.measures[name]].filter((value, row) => ranking.bonaFide[row] === wanted && Number.isFinite(value));
}

function summarise(values: readonly number[]): { mean: number | null; sd: number | null } {
  if (values.length === 0) return { mean: null, sd: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
