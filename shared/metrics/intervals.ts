import { createRandom } from '../random';
import type { ErrorCount } from './rates';

/** Lower and upper end of a confidence interval. */
export type Interval = readonly [low: number, high: number];

/**
 * Exact (Clopper–Pearson) interval of a proportion; null when nothing was counted.
 * @param confidence two-sided, 0.95 by default.
 */
export function clopperPearson({ errors, total }: ErrorCount, confidence = 0.95): Interval | null {
  if (total === 0) return null;
  const tail = (1 - confidence) / 2;
  const low = errors === 0 ? 0 : betaQuantile(tail, errors, total - errors + 1);
  const high = errors === total ? 1 : betaQuantile(1 - tail, errors + 1, total - errors);
  return [low, high];
}

/** Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const tiny = 1e-300;
  const guarded = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let fraction = d;
  for (let m = 1; m <= 2000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return (Math.exp(logFront) * fraction) / a;
}

/** The x with I_x(a, b) = p, by bisection to the last bits. */
export function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Decisions of one subject at a fixed threshold. `attacks` holds one count per attack type, in the order of the type
 * list that goes with the table.
 */
export interface SubjectErrors {
  readonly bonaFide: ErrorCount;
  readonly attacks: readonly ErrorCount[];
}

/** Summed decisions of a (re)sample of subjects. */
export type ErrorTotals = SubjectErrors;

export interface BootstrapOptions {
  /** Names the random stream, so that the interval is reproducible. */
  readonly seed: number | string;
  readonly resamples?: number;
  readonly confidence?: number;
}

/**
 * Percentile bootstrap over subjects: frames of one person are not independent, so whole subjects are drawn. Resamples
 * where the statistic does not exist (a class left out) are skipped. Null with fewer than two subjects, or when more
 * than half of the resamples had to be skipped.
 */
export function bootstrapBySubject(
  subjects: readonly SubjectErrors[],
  statistic: (totals: ErrorTotals) => number | null,
  options: BootstrapOptions,
): Interval | null {
  return bootstrap(subjects.length, (drawn) => statistic(sumErrors(subjects, drawn)), options);
}

/**
 * Paired difference (second − first) of one statistic of two systems scored on the same subjects: every resample draws
 * the same subjects for both. `first[i]` and `second[i]` belong to the same subject.
 */
export function bootstrapDifference(
  first: readonly SubjectErrors[],
  second: readonly SubjectErrors[],
  statistic: (totals: ErrorTotals) => number | null,
  options: BootstrapOptions,
): Interval | null {
  if (first.length !== second.length) throw new RangeError('bootstrapDifference: the systems have different subjects');
  return bootstrap(
    first.length,
    (drawn) => {
      const before = statistic(sumErrors(first, drawn));
      const after = statistic(sumErrors(second, drawn));
      return before === null || after === null ? null : after - before;
    },
    options,
  );
}

/** HTER of summed decisions: pooled attacks against bona fide. */
export function hterOf(totals: ErrorTotals): number | null {
  let errors = 0;
  let total = 0;
  for (const attack of totals.attacks) {
    errors += attack.errors;
    total += attack.total;
  }
  if (total === 0 || totals.bonaFide.total === 0) return null;
  return (errors / total + totals.bonaFide.errors / totals.bonaFide.total) / 2;
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

function bootstrap(
  size: number,
  valueOf: (drawn: readonly number[]) => number | null,
  { seed, resamples = 1000, confidence = 0.95 }: BootstrapOptions,
): Interval | null {
  if (size < 2) return null;
  const random = createRandom(`${seed}/bootstrap`);
  const values: number[] = [];
  const drawn = new Array<number>(size).fill(0);
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < size; i++) drawn[i] = random.integer(size);
    const value = valueOf(drawn);
    if (value !== null) values.push(value);
  }
  if (values.length * 2 < resamples) return null;
  values.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return [quantile(values, tail), quantile(values, 1 - tail)];
}

function sumErrors(subjects: readonly SubjectErrors[], drawn: readonly number[]): ErrorTotals {
  const bonaFide = { errors: 0, total: 0 };
  const attacks: { errors: number; total: number }[] = [];
  for (const index of drawn) {
    const subject = subjects[index];
    if (!subject) continue;
    bonaFide.errors += subject.bonaFide.errors;
    bonaFide.total += subject.bonaFide.total;
    subject.attacks.forEach((count, type) => {
      const sum = (attacks[type] ??= { errors: 0, total: 0 });
      sum.errors += count.errors;
      sum.total += count.total;
    });
  }
  return { bonaFide, attacks };
}

/** Linear interpolation between order statistics (type 7). */
function quantile(ascending: readonly number[], p: number): number {
  const position = p * (ascending.length - 1);
  const lower = Math.floor(position);
  const low = ascending[lower] ?? NaN;
  const high = ascending[Math.min(lower + 1, ascending.length - 1)] ?? low;
  return low + (high - low) * (position - lower);
}

/** ln Γ(x), x > 0: Stirling's series after shifting x above 15 (error below 1e-14 relative). */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 15) {
    shift += Math.log(z);
    z += 1;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188)))));
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
