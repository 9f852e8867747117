import { countBelow, type SortedScores } from './score-set';
import { lowestThresholdAtFar, weightedErrorThresholds } from './thresholds';
import { ratesAt } from './rates';

/** Points of an error curve from the lowest threshold (all accepted) to the highest (none accepted), rates in [0, 1]. */
export interface ErrorCurve {
  readonly thresholds: Float64Array;
  /** Pooled attacks accepted. */
  readonly far: Float64Array;
  /** Bona fide rejected. */
  readonly frr: Float64Array;
}

/**
 * The error curve behind ROC (FAR against 1 − FRR) and DET (both axes by {@link probit}): one point for each distinct
 * score, thinned to at most `maxPoints` by keeping the points at evenly spaced ranks of either class, so that the ends,
 * where FAR or FRR is small, keep their shape. Null when a class is empty.
 */
export function errorCurve(scores: SortedScores, maxPoints = 2000): ErrorCurve | null {
  const { bonaFide, pooledAttacks } = scores;
  if (bonaFide.length === 0 || pooledAttacks.length === 0) return null;
  const half = Math.max(2, Math.floor((maxPoints - 1) / 2));
  const candidates = [...spacedValues(bonaFide, half), ...spacedValues(pooledAttacks, half)].sort((a, b) => a - b);
  const distinct = candidates.filter((value, index) => index === 0 || value !== candidates[index - 1]);
  const count = distinct.length + 1;
  const curve = {
    thresholds: new Float64Array(count),
    far: new Float64Array(count),
    frr: new Float64Array(count),
  };
  distinct.forEach((threshold, index) => {
    curve.thresholds[index] = threshold;
    curve.far[index] = (pooledAttacks.length - countBelow(pooledAttacks, threshold)) / pooledAttacks.length;
    curve.frr[index] = countBelow(bonaFide, threshold) / bonaFide.length;
  });
  curve.thresholds[count - 1] = Infinity;
  curve.far[count - 1] = 0;
  curve.frr[count - 1] = 1;
  return curve;
}

/** Area under the ROC: P(bona fide > attack) + ½ P(equal), exact, pooled over attacks. Null when a class is empty. */
export function areaUnderRoc({ bonaFide, pooledAttacks }: SortedScores): number | null {
  if (bonaFide.length === 0 || pooledAttacks.length === 0) return null;
  let below = 0;
  let atOrBelow = 0;
  let twiceWins = 0;
  for (const score of bonaFide) {
    while (below < pooledAttacks.length && (pooledAttacks[below] ?? 0) < score) below++;
    if (atOrBelow < below) atOrBelow = below;
    while (atOrBelow < pooledAttacks.length && (pooledAttacks[atOrBelow] ?? 0) <= score) atOrBelow++;
    twiceWins += below + atOrBelow;
  }
  return twiceWins / (2 * bonaFide.length * pooledAttacks.length);
}

/** The highest true positive rate (bona fide accepted) with a pooled false positive rate of at most `fpr`. */
export function tprAtFpr({ bonaFide, pooledAttacks }: SortedScores, fpr: number): number | null {
  const threshold = lowestThresholdAtFar(pooledAttacks, fpr);
  if (threshold === null || bonaFide.length === 0) return null;
  return (bonaFide.length - countBelow(bonaFide, threshold)) / bonaFide.length;
}

/** Equal-width bins over [low, high]. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** Scores outside the range are counted in the first or last bin, so the counts add up to the number of scores. */
  readonly counts: Uint32Array;
}

/** Counts scores in `bins` equal bins. NaN is skipped; the upper edge belongs to the last bin. */
export function histogram(scores: Float64Array, bins: number, low = 0, high = 1): Histogram {
  if (!(bins >= 1) || !(high > low)) throw new RangeError(`histogram: ${bins} bins over [${low}, ${high}]`);
  const counts = new Uint32Array(bins);
  const scale = bins / (high - low);
  for (const score of scores) {
    if (Number.isNaN(score)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((score - low) * scale)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { low, high, counts };
}

/** Expected performance curve: HTER on the test set where the dev set's weighted error is least, for each cost in [0, 1]. */
export function expectedPerformanceCurve(
  dev: SortedScores,
  test: SortedScores,
  points = 21,
): { readonly costs: Float64Array; readonly hter: (number | null)[] } {
  const costs = Float64Array.from({ length: points }, (_, index) => index / (points - 1));
  const hter = weightedErrorThresholds(dev, costs).map((threshold) => ratesAt(test, threshold).hter);
  return { costs, hter };
}

/**
 * Normal deviate: the z with Φ(z) = p, −∞ at 0 and ∞ at 1. Rational approximation of P. J. Acklam (relative error
 * 1.15e-9) with one Halley step on the complementary error function, which brings it to double precision.
 */
export function probit(p: number): number {
  if (Number.isNaN(p) || p < 0 || p > 1) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p > 0.5) return -probit(1 - p);
  const z = approximateProbit(p);
  const error = 0.5 * complementaryError(-z / Math.SQRT2) - p;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  return z - step / (1 + (z * step) / 2);
}

/** Φ(z), the standard normal distribution function. */
export function normalCdf(z: number): number {
  return 0.5 * complementaryError(-z / Math.SQRT2);
}

/** p in (0, 0.5]. */
function approximateProbit(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      polynomial(
        q,
        [
          -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
          2.938163982698783,
        ],
      ) / polynomial(q, [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1])
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    (polynomial(
      r,
      [
        -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
        2.506628277459239,
      ],
    ) *
      q) /
    polynomial(
      r,
      [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1],
    )
  );
}

/** erfc: power series near 0, continued fraction (Lentz) further out; close to double precision. */
function complementaryError(x: number): number {
  if (x < 0) return 2 - complementaryError(-x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  // erfc(x) = exp(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), evaluated from the tail
  let fraction = x;
  for (let n = 120; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** Up to `count` values of an ascending array at evenly spaced ranks, ends included. */
function spacedValues(ascending: Float64Array, count: number): number[] {
  if (ascending.length <= count) return Array.from(ascending);
  return Array.from({ length: count }, (_, index) => {
    return ascending[Math.round((index * (ascending.length - 1)) / (count - 1))] ?? 0;
  });
}
