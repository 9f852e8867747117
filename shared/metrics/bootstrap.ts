import { createRandom } from '../random';
import { normalCdf, probit } from './curves';
import { betaQuantile, type Interval } from './intervals';
import type { ErrorCount } from './rates';

/**
 * Decisions of one subject at a fixed threshold. `attacks` holds one count per attack type, in the order of the type
 * list that goes with the table.
 */
export interface SubjectErrors {
  readonly bonaFide: ErrorCount;
  readonly attacks: readonly ErrorCount[];
  /** Samples without a score; none where nothing is said. */
  readonly failures?: number;
}

/** Summed decisions of a (re)sample of subjects. */
export type ErrorTotals = SubjectErrors;

export type Statistic = (totals: ErrorTotals) => number | null;

export interface BootstrapOptions {
  /** Names the random stream, so that the interval is reproducible. */
  readonly seed: number | string;
  readonly resamples?: number;
  readonly confidence?: number;
}

/** Below this many subjects the interval is likely too narrow. */
export const fewestSubjects = 30;
/** Below this many subjects with an error the same holds, however many subjects there are. */
export const fewestWithErrors = 10;

/**
 * Bootstrap interval over subjects: frames of one person are not independent, so whole subjects are drawn. Bias-corrected and
 * accelerated (Efron 1987), with the quantiles widened by Student's t for the number of subjects (Hesterberg 2015); the plain
 * percentile interval covers some 90 % at 30 subjects. Resamples where the statistic does not exist (a class left out) are
 * skipped. Null with fewer than two subjects, or when more than half of the resamples had to be skipped.
 */
export function bootstrapBySubject(
  subjects: readonly SubjectErrors[],
  statistic: Statistic,
  options: BootstrapOptions,
): Interval | null {
  return resample(tableOf(subjects), [statistic], options)[0]?.interval ?? null;
}

/** As {@link bootstrapBySubject} for several statistics of the same resamples, with their variance. */
export function bootstrapStatistics(
  subjects: readonly SubjectErrors[],
  statistics: readonly Statistic[],
  options: BootstrapOptions,
): readonly Resampled[] {
  return resample(tableOf(subjects), statistics, options);
}

/**
 * Paired difference (second − first) of one statistic of two systems scored on the same subjects: every resample draws
 * the same subjects for both. `first[i]` and `second[i]` belong to the same subject.
 */
export function bootstrapDifference(
  first: readonly SubjectErrors[],
  second: readonly SubjectErrors[],
  statistic: Statistic,
  options: BootstrapOptions,
): Interval | null {
  return pairedDifference([{ first, second }], statistic, options)?.interval ?? null;
}

/** Two systems' decisions on the same subjects, for instance of one seed. */
export interface SubjectPairs {
  readonly first: readonly SubjectErrors[];
  readonly second: readonly SubjectErrors[];
}

/**
 * Mean over pairs of the difference second − first of a statistic, with its interval and a two-sided p (the share of resamples
 * on the other side of nought, twice). Every resample draws the same subjects for all pairs. Null when the statistic does not
 * exist for one of them.
 */
export function pairedDifference(
  pairs: readonly SubjectPairs[],
  statistic: Statistic,
  options: BootstrapOptions,
): { readonly difference: number; readonly interval: Interval | null; readonly p: number | null } | null {
  const size = pairs[0]?.first.length ?? 0;
  if (pairs.some(({ first, second }) => first.length !== size || second.length !== size))
    throw new RangeError('pairedDifference: the systems have different subjects');
  const sides = pairs.flatMap(({ first, second }) => [tableOf(first), tableOf(second)]);
  const widths = sides.map(({ width }) => width);
  const joined = joinTables(sides, size);
  const difference = (sums: Float64Array): number | null => {
    let total = 0;
    let start = 0;
    for (const [index, width] of widths.entries()) {
      const value = statistic(totalsOf(sums.subarray(start, start + width)));
      if (value === null) return null;
      total += index % 2 === 0 ? -value : value;
      start += width;
    }
    return pairs.length === 0 ? null : total / pairs.length;
  };
  const observed = difference(sumsOf(joined));
  if (observed === null) return null;
  const [drawn] = resampleValues(joined, [difference], options);
  return { difference: observed, interval: drawn?.interval ?? null, p: drawn ? twoSided(drawn.values) : null };
}

/** HTER of summed decisions: pooled attacks against bona fide, failures to acquire counted as {@link ratesAt} counts them. */
export function hterOf(totals: ErrorTotals): number | null {
  let errors = 0;
  let total = 0;
  for (const attack of totals.attacks) {
    errors += attack.errors;
    total += attack.total;
  }
  if (total === 0 || totals.bonaFide.total === 0) return null;
  const scored = total + totals.bonaFide.total;
  const failed = (totals.failures ?? 0) / (scored + (totals.failures ?? 0));
  // (FAR · (1 − FTA) + FTA + FRR · (1 − FTA)) / 2
  return (failed + (1 - failed) * (errors / total + totals.bonaFide.errors / totals.bonaFide.total)) / 2;
}

/** APCER of the worst attack type of summed decisions. */
export function apcerMaxOf(totals: ErrorTotals): number | null {
  let max: number | null = null;
  for (const { errors, total } of totals.attacks) {
    if (total > 0 && (max === null || errors / total > max)) max = errors / total;
  }
  return max;
}

/** ACER of summed decisions: worst attack type against bona fide. */
export function acerOf(totals: ErrorTotals): number | null {
  const worst = apcerMaxOf(totals);
  if (worst === null || totals.bonaFide.total === 0) return null;
  return (worst + totals.bonaFide.errors / totals.bonaFide.total) / 2;
}

/**
 * What to mind about an interval over subjects; null when nothing.
 * @param unit what a subject is where people are not known: a video, a sample
 */
export function subjectWarning(subjects: readonly SubjectErrors[], unit = 'subject'): string | null {
  if (subjects.length < fewestSubjects)
    return `only ${String(subjects.length)} ${unit}s: the interval is likely too narrow (${String(fewestSubjects)} or more are wanted)`;
  const hasError = ({ bonaFide, attacks }: SubjectErrors) =>
    bonaFide.errors > 0 || attacks.some(({ errors }) => errors > 0);
  const withErrors = subjects.filter(hasError).length;
  return withErrors > 0 && withErrors < fewestWithErrors
    ? `errors in only ${String(withErrors)} of ${String(subjects.length)} ${unit}s: the interval may be too narrow`
    : null;
}

/** What a bootstrap found for one statistic. */
export interface Resampled {
  readonly interval: Interval | null;
  /** Variance over the resamples; null without an interval. */
  readonly variance: number | null;
}

/** Counts in columns: failures, then errors and total of bona fide and of each attack type; a row a subject. */
interface CountTable {
  readonly rows: number;
  readonly width: number;
  readonly data: Float64Array;
}

function tableOf(subjects: readonly SubjectErrors[]): CountTable {
  const types = subjects.reduce((most, { attacks }) => Math.max(most, attacks.length), 0);
  const width = 1 + 2 * (1 + types);
  const data = new Float64Array(subjects.length * width);
  subjects.forEach(({ bonaFide, attacks, failures = 0 }, row) => {
    data[row * width] = failures;
    [bonaFide, ...attacks].forEach(({ errors, total }, index) => {
      data[row * width + 2 * index + 1] = errors;
      data[row * width + 2 * index + 2] = total;
    });
  });
  return { rows: subjects.length, width, data };
}

/** Puts tables with the same subjects side by side. */
function joinTables(tables: readonly CountTable[], rows: number): CountTable {
  const width = tables.reduce((sum, table) => sum + table.width, 0);
  const data = new Float64Array(rows * width);
  let start = 0;
  for (const table of tables) {
    for (let row = 0; row < rows; row++)
      data.set(table.data.subarray(row * table.width, (row + 1) * table.width), row * width + start);
    start += table.width;
  }
  return { rows, width, data };
}

function totalsOf(sums: Float64Array): ErrorTotals {
  const count = (index: number) => ({ errors: sums[2 * index + 1] ?? 0, total: sums[2 * index + 2] ?? 0 });
  return {
    failures: sums[0] ?? 0,
    bonaFide: count(0),
    attacks: Array.from({ length: (sums.length - 3) / 2 }, (_, type) => count(type + 1)),
  };
}

function resample(
  table: CountTable,
  statistics: readonly Statistic[],
  options: BootstrapOptions,
): readonly Resampled[] {
  const values = statistics.map((statistic) => (sums: Float64Array) => statistic(totalsOf(sums)));
  return resampleValues(table, values, options);
}

type SumStatistic = (sums: Float64Array) => number | null;

function resampleValues(
  table: CountTable,
  statistics: readonly SumStatistic[],
  { seed, resamples = 1000, confidence = 0.95 }: BootstrapOptions,
): readonly (Resampled & { readonly values: readonly number[] })[] {
  const drawn: number[][] = statistics.map(() => []);
  const { rows, width, data } = table;
  if (rows >= 2) {
    const random = createRandom(`${seed}/bootstrap`);
    const sums = new Float64Array(width);
    for (let round = 0; round < resamples; round++) {
      sums.fill(0);
      for (let draw = 0; draw < rows; draw++) {
        const start = random.integer(rows) * width;
        for (let column = 0; column < width; column++) sums[column] = (sums[column] ?? 0) + (data[start + column] ?? 0);
      }
      statistics.forEach((statistic, index) => {
        const value = statistic(sums);
        if (value !== null) drawn[index]?.push(value);
      });
    }
  }
  return statistics.map((statistic, index) => {
    const values = (drawn[index] ?? []).sort((a, b) => a - b);
    const enough = rows >= 2 && values.length * 2 >= resamples;
    return {
      values,
      interval: enough ? acceleratedInterval(table, statistic, values, confidence) : null,
      variance: enough ? varianceOf(values) : null,
    };
  });
}

/** The bias-corrected and accelerated interval of ascending bootstrap values. */
function acceleratedInterval(
  table: CountTable,
  statistic: SumStatistic,
  ascending: readonly number[],
  confidence: number,
): Interval | null {
  const observed = statistic(sumsOf(table));
  if (observed === null) return null;
  const n = table.rows;
  const bias = probit(clampShare(shareBelow(ascending, observed), ascending.length));
  const acceleration = accelerationOf(table, statistic);
  const tail = studentQuantile(confidence, n - 1) * Math.sqrt(n / (n - 1));
  const at = (z: number) => {
    const sum = bias + z;
    const scale = 1 - acceleration * sum;
    if (scale <= 0) return z > 0 ? 1 : 0;
    return normalCdf(bias + sum / scale);
  };
  return [quantile(ascending, at(-tail)), quantile(ascending, at(tail))];
}

/** A sixth of the skewness of the statistic with each subject left out. */
function accelerationOf(table: CountTable, statistic: SumStatistic): number {
  const all = sumsOf(table);
  const without = new Float64Array(table.width);
  const values: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    for (let column = 0; column < table.width; column++)
      without[column] = (all[column] ?? 0) - (table.data[row * table.width + column] ?? 0);
    const value = statistic(without);
    if (value !== null) values.push(value);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [squares, cubes] = [0, 0];
  for (const value of values) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

function sumsOf({ rows, width, data }: CountTable): Float64Array {
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++)
      sums[column] = (sums[column] ?? 0) + (data[row * width + column] ?? 0);
  return sums;
}

/** Share of ascending values below one, those equal to it counted half. */
function shareBelow(ascending: readonly number[], value: number): number {
  let [below, equal] = [0, 0];
  for (const one of ascending) {
    // Sums in another order may differ in the last bit.
    if (Math.abs(one - value) <= 1e-12) equal++;
    else if (one < value) below++;
  }
  return (below + equal / 2) / ascending.length;
}

function clampShare(share: number, count: number): number {
  return Math.min(1 - 0.5 / count, Math.max(0.5 / count, share));
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
}

/** Twice the smaller share on either side of nought, one resample added to each so that it is never 0; at most 1. */
function twoSided(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const [low, high] = [values.filter((value) => value <= 0).length, values.filter((value) => value >= 0).length];
  return Math.min(1, (2 * (Math.min(low, high) + 1)) / (values.length + 1));
}

/** The t with P(|T| < t) = `confidence` at some degrees of freedom. */
export function studentQuantile(confidence: number, degrees: number): number {
  const x = betaQuantile(confidence, 0.5, degrees / 2);
  return Math.sqrt((degrees * x) / (1 - x));
}

/** Linear interpolation between order statistics (type 7). */
function quantile(ascending: readonly number[], p: number): number {
  const position = Math.min(1, Math.max(0, p)) * (ascending.length - 1);
  const lower = Math.floor(position);
  const low = ascending[lower] ?? NaN;
  const high = ascending[Math.min(lower + 1, ascending.length - 1)] ?? low;
  return low + (high - low) * (position - lower);
}
