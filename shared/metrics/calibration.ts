import type { SortedScores } from './score-set';

/** How well scores say what they mean. All null where a class is missing. */
export interface CalibrationMeasures {
  /** Expected calibration error of scores as P(bona fide), in [0, 1]; null when a score lies outside [0, 1]. */
  readonly ece: number | null;
  /** Cost of the scores as natural log-likelihood ratios, in bits; null when it is infinite. */
  readonly cllr: number | null;
  /** The least cost that any rising map of the scores could reach: what is lost by ranking alone. */
  readonly minCllr: number | null;
  /** Cost of scores as P(bona fide) at equal priors; null when a score lies outside [0, 1] or is surely wrong. */
  readonly cllrAsProbability: number | null;
}

/** Bins of the expected calibration error (Guo et al. 2017). */
const defaultBins = 15;

export function calibration(scores: SortedScores): CalibrationMeasures {
  return {
    ece: expectedCalibrationError(scores),
    cllr: cllr(scores),
    minCllr: minCllr(scores),
    cllrAsProbability: cllrAsProbability(scores),
  };
}

/**
 * Cllr of Brümmer and du Preez (2006), as bob.measure computes it: ½ · (mean over bona fide of log₂(1 + e⁻ˢ) + mean over
 * attacks of log₂(1 + eˢ)).
 */
export function cllr({ bonaFide, pooledAttacks }: SortedScores): number | null {
  return halfMeans(sumOfSoftplus(bonaFide, -1), sumOfSoftplus(pooledAttacks, 1), bonaFide, pooledAttacks);
}

/** Cllr where a score is P(bona fide) at equal priors, so that its log-likelihood ratio is its logit. */
export function cllrAsProbability(scores: SortedScores): number | null {
  if (!areProbabilities(scores)) return null;
  const { bonaFide, pooledAttacks } = scores;
  // log(1 + e^−logit(p)) = −log p, without the detour.
  const missed = -sumOfLogs(bonaFide, (score) => score);
  const passed = -sumOfLogs(pooledAttacks, (score) => 1 - score);
  return halfMeans(missed, passed, bonaFide, pooledAttacks);
}

/**
 * Cllr after the best rising map (pool adjacent violators; scores that are equal stay together), each class weighing one half.
 */
export function minCllr(scores: SortedScores): number | null {
  const { bonaFide, pooledAttacks } = scores;
  if (bonaFide.length === 0 || pooledAttacks.length === 0) return null;
  const { genuine, attacks, blocks } = pooledBlocks(scores);
  let cost = 0;
  for (let block = 0; block < blocks; block++) {
    const share = (genuine[block] ?? 0) / bonaFide.length;
    const attackShare = (attacks[block] ?? 0) / pooledAttacks.length;
    if (share > 0) cost += share * Math.log2(1 + attackShare / share);
    if (attackShare > 0) cost += attackShare * Math.log2(1 + share / attackShare);
  }
  return cost / 2;
}

/** Blocks of equal mapped value, rising share of bona fide: how many of each class lie in each. */
function pooledBlocks({ bonaFide, pooledAttacks }: SortedScores) {
  const most = bonaFide.length + pooledAttacks.length;
  const genuine = new Float64Array(most);
  const attacks = new Float64Array(most);
  let blocks = 0;
  let [b, a] = [0, 0];
  while (b < bonaFide.length || a < pooledAttacks.length) {
    const score = Math.min(bonaFide[b] ?? Infinity, pooledAttacks[a] ?? Infinity);
    const [firstB, firstA] = [b, a];
    while (b < bonaFide.length && bonaFide[b] === score) b++;
    while (a < pooledAttacks.length && pooledAttacks[a] === score) a++;
    genuine[blocks] = b - firstB;
    attacks[blocks] = a - firstA;
    blocks++;
    // Shares are compared across, so that no division rounds.
    while (
      blocks > 1 &&
      (genuine[blocks - 2] ?? 0) * (attacks[blocks - 1] ?? 0) >= (genuine[blocks - 1] ?? 0) * (attacks[blocks - 2] ?? 0)
    ) {
      genuine[blocks - 2] = (genuine[blocks - 2] ?? 0) + (genuine[blocks - 1] ?? 0);
      attacks[blocks - 2] = (attacks[blocks - 2] ?? 0) + (attacks[blocks - 1] ?? 0);
      blocks--;
    }
  }
  return { genuine, attacks, blocks };
}

/** One bin of a reliability diagram; the upper edge belongs to the last bin. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Mean score; null for an empty bin. */
  readonly meanScore: number | null;
  /** Share of bona fide samples; null for an empty bin. */
  readonly bonaFideShare: number | null;
}

/** Scores as P(bona fide) against how often they were right, in equal bins; null when a score lies outside [0, 1]. */
export function reliabilityBins(scores: SortedScores, bins = defaultBins): ReliabilityBin[] | null {
  if (!areProbabilities(scores)) return null;
  const sums = new Float64Array(bins);
  const genuine = new Float64Array(bins);
  const counts = new Float64Array(bins);
  const add = (ascending: Float64Array, isBonaFide: boolean) => {
    for (const score of ascending) {
      const bin = Math.min(bins - 1, Math.floor(score * bins));
      sums[bin] = (sums[bin] ?? 0) + score;
      counts[bin] = (counts[bin] ?? 0) + 1;
      if (isBonaFide) genuine[bin] = (genuine[bin] ?? 0) + 1;
    }
  };
  add(scores.bonaFide, true);
  add(scores.pooledAttacks, false);
  return Array.from(counts, (n, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    n,
    meanScore: n === 0 ? null : (sums[bin] ?? 0) / n,
    bonaFideShare: n === 0 ? null : (genuine[bin] ?? 0) / n,
  }));
}

/** Mean over samples of |mean score − share of bona fide| of their bin. */
export function expectedCalibrationError(scores: SortedScores, bins = defaultBins): number | null {
  const total = scores.bonaFide.length + scores.pooledAttacks.length;
  if (scores.bonaFide.length === 0 || scores.pooledAttacks.length === 0) return null;
  const reliability = reliabilityBins(scores, bins);
  if (!reliability) return null;
  return reliability.reduce(
    (sum, { n, meanScore, bonaFideShare }) => sum + (n / total) * Math.abs((meanScore ?? 0) - (bonaFideShare ?? 0)),
    0,
  );
}

function areProbabilities({ bonaFide, pooledAttacks }: SortedScores): boolean {
  return [bonaFide, pooledAttacks].every(
    (ascending) => ascending.length === 0 || ((ascending[0] ?? 0) >= 0 && (ascending[ascending.length - 1] ?? 0) <= 1),
  );
}

/** Half the sum of both classes' mean costs, in bits; null when a class is empty or the cost is infinite. */
function halfMeans(genuine: number, attack: number, bonaFide: Float64Array, attacks: Float64Array): number | null {
  if (bonaFide.length === 0 || attacks.length === 0) return null;
  const cost = (genuine / bonaFide.length + attack / attacks.length) / (2 * Math.LN2);
  return Number.isFinite(cost) ? cost : null;
}

/** Factors below 1 are multiplied until their product gets this small. */
const smallest = 1e-200;

/** Σ log of positive factors up to 1; −∞ when one is 0. One logarithm for many factors: logarithms are what takes time. */
function sumOfLogs(scores: Float64Array, factorOf: (score: number) => number): number {
  let sum = 0;
  let product = 1;
  for (const score of scores) {
    const factor = factorOf(score);
    if (factor < smallest) {
      sum += Math.log(factor);
      continue;
    }
    product *= factor;
    if (product < smallest) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}

/** Σ log(1 + e^(sign · score)) without overflow, by products of 1 + e^−|x|, each in (1, 2]. */
function sumOfSoftplus(scores: Float64Array, sign: 1 | -1): number {
  let sum = 0;
  let product = 1;
  for (const score of scores) {
    const x = sign * score;
    if (x > 0) sum += x;
    product *= 1 + Math.exp(-Math.abs(x));
    if (product > 1e200) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}
