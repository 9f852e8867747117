import { stringify } from 'csv-stringify/sync';
import type { DepthRanking } from '@shared/contract/channels';
import { depthMeasureFacts, DepthMeasureName, type DepthMeasures, orderRows } from '@shared/domain/depth-measures';
import type { SetName } from '@shared/domain/names';
import { z } from '@shared/zod';
import { cropsOf, type PreparedData, type PreparedSampleRecord } from '@workbench/datasets/prepared-data';
import type { Predictor } from '@workbench/training/predictor';
import type { OwnDepth } from '@workbench/datasets/depth-files/own-depth';
import { mapAt, mapSide, measureDepth } from './depth-measures';
import { referenceOf } from './depth-reference';

export interface RankedSet {
  readonly data: PreparedData;
  readonly set: SetName;
  readonly depth: Predictor;
  /** Null while the run has no classifier. */
  readonly classifier: Predictor | null;
  readonly epoch: number | 'last';
  /** The dataset's own depth to measure against, in place of the targets; a sample without any is measured against its target. */
  readonly own?: OwnDepth | null;
}

/** Every sample of a set through a run: the measures of its map against its target, and its score. */
export async function rankSet({ data, set, depth, classifier, epoch, own }: RankedSet): Promise<DepthRanking> {
  const samples = firstFaces(data.samples).filter(({ item }) => item.set === set);
  const crops = cropsOf(samples.map((record) => ({ data, record })));
  const maps = await depth.predictDepth(crops);
  const types = [...new Set(samples.flatMap(({ item }) => item.attackType ?? []))].sort();
  const measures: DepthMeasures[] = [];
  for (const [position, record] of samples.entries()) {
    const { map } = await referenceOf(data, record, own ?? null);
    measures.push(measureDepth(mapAt(maps, position), map, mapSide));
  }
  return {
    epoch,
    index: Int32Array.from(samples, ({ index }) => index),
    bonaFide: Uint8Array.from(samples, ({ item }) => (item.attackType === null ? 1 : 0)),
    attackTypes: types,
    attackType: Int32Array.from(samples, ({ item }) =>
      item.attackType === null ? -1 : types.indexOf(item.attackType),
    ),
    subjects: samples.map(({ item }) => item.subject ?? ''),
    measures: columnsOf(measures),
    score: classifier?.hasScore ? Float64Array.from(await classifier.predictScore(crops)) : null,
  };
}

/** A photograph's largest face stands for it, as everywhere a sample is one line of the list. */
function firstFaces(samples: readonly PreparedSampleRecord[]): PreparedSampleRecord[] {
  const seen = new Set<number>();
  return samples.filter(({ index }) => !seen.has(index) && seen.add(index));
}

const MeasureColumns = z.record(DepthMeasureName, z.instanceof(Float64Array));

/** Rows of measures as one column each, NaN where a measure does not exist. */
function columnsOf(rows: readonly DepthMeasures[]): DepthRanking['measures'] {
  const columns = DepthMeasureName.options.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? NaN)]);
  return MeasureColumns.parse(Object.fromEntries(columns));
}

/**
 * A ranking as CSV, worst first by one measure: the order of the worst gallery. Numbers are written in full; a measure that
 * does not exist is an empty cell.
 */
export function rankingCsv(
  ranking: DepthRanking,
  dataset: string,
  by: DepthMeasureName,
  end: 'worst' | 'best',
): string {
  const rows = orderRows(ranking.measures[by], depthMeasureFacts[by].better, end);
  const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '' : String(value));
  return stringify([
    ['dataset', 'index', 'subject', 'attack_type', ...DepthMeasureName.options, 'score'],
    ...rows.map((row) => [
      dataset,
      String(ranking.index[row]),
      ranking.subjects[row],
      ranking.attackTypes[ranking.attackType[row] ?? -1] ?? '',
      ...DepthMeasureName.options.map((name) => number(ranking.measures[name][row])),
      number(ranking.score?.[row]),
    ]),
  ]);
}
