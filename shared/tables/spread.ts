import type { Evaluation } from '@shared/domain/report';
import type { TableMeasure } from '@shared/domain/table-design';
import { summarise } from '@shared/metrics/aggregate';
import { measures } from './measures';

/** One measure over the runs of a cell: fractions. */
export interface Measured {
  readonly mean: number;
  /** Standard deviation of the kind asked for; null below two runs. */
  readonly sd: number | null;
  readonly n: number;
  /** 95 %: of the mean over runs by Student's t; of a single run its own interval (exact, or drawn by subject). */
  readonly interval: readonly [number, number] | null;
}

/** @returns null when no run has a value */
export function measureOver(
  runs: readonly Evaluation[],
  measure: TableMeasure,
  kind: 'sample' | 'population' = 'sample',
): Measured | null {
  const { valueOf, intervalOf } = measures[measure];
  const { n, mean, sampleSd, populationSd } = summarise(runs.map(({ test }) => valueOf(test)));
  if (mean === null) return null;
  const [only] = runs;
  if (sampleSd === null) return { mean, sd: null, n, interval: (only && intervalOf?.(only.test)) ?? null };
  const half = (studentT975(n - 1) * sampleSd) / Math.sqrt(n);
  return {
    mean,
    sd: kind === 'sample' ? sampleSd : populationSd,
    n,
    interval: [Math.max(0, mean - half), Math.min(1, mean + half)],
  };
}

/**
 * The mean over targets, each counting the same however many runs it has. Its spread would be read as one over seeds, so
 * none is given; n is the fewest runs behind a target. Null unless every target has a value.
 */
export function meanOverTargets(cells: readonly (Measured | null)[]): Measured | null {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0 || present.length < cells.length) return null;
  const mean = present.reduce((sum, cell) => sum + cell.mean, 0) / present.length;
  return { mean, sd: null, n: Math.min(...present.map(({ n }) => n)), interval: null };
}

/** 0.975 quantile of Student's t for 1 to 30 degrees of freedom. */
const studentTable = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];

/** Above the table by the first terms of the expansion in 1/df around the normal quantile (error below 1e-3). */
function studentT975(degrees: number): number {
  const z = 1.959964;
  return studentTable[degrees - 1] ?? z + (z ** 3 + z) / (4 * degrees);
}
