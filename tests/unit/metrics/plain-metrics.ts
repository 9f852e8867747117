import type { ScoreSet } from '@shared/metrics/score-set';

/**
 * The metrics a second time, straight from their definitions: every rate by counting all samples, every threshold by trying all
 * of them, every area by comparing all pairs. Slow, and shares no code with what it checks.
 */

const present = (scores: Iterable<number>) => [...scores].filter((score) => !Number.isNaN(score));
const share = (scores: readonly number[], of: (score: number) => boolean) =>
  scores.length === 0 ? null : scores.filter(of).length / scores.length;
const mean = (first: number | null, second: number | null) =>
  first === null || second === null ? null : (first + second) / 2;

export interface PlainSet {
  readonly bonaFide: readonly number[];
  readonly attacks: ReadonlyMap<string, readonly number[]>;
  readonly pooled: readonly number[];
  readonly failed: number;
}

export function plain(set: ScoreSet): PlainSet {
  const attacks = new Map([...set.attacks].map(([type, scores]) => [type, present(scores)]));
  const bonaFide = present(set.bonaFide);
  const pooled = [...attacks.values()].flat();
  const all = set.bonaFide.length + [...set.attacks.values()].reduce((sum, { length }) => sum + length, 0);
  return { bonaFide, attacks, pooled, failed: all === 0 ? 0 : (all - bonaFide.length - pooled.length) / all };
}

export function plainRates({ bonaFide, attacks, pooled, failed }: PlainSet, t: number | null) {
  if (t === null) return { max: null, pooled: null, bpcer: null, acer: null, far: null, frr: null, hter: null };
  const perType = [...attacks.values()].map((scores) => share(scores, (score) => score >= t));
  const known = perType.filter((rate) => rate !== null);
  const max = known.length === 0 ? null : Math.max(...known);
  const bpcer = share(bonaFide, (score) => score < t);
  const pool = share(pooled, (score) => score >= t);
  const far = pool === null ? null : pool * (1 - failed);
  const frr = bpcer === null ? null : failed + bpcer * (1 - failed);
  return { max, pooled: pool, bpcer, acer: mean(max, bpcer), far, frr, hter: mean(far, frr) };
}

/** bob's search: later candidates win ties while both classes have scores left, the rest must be strictly better. */
export function plainSearch({ bonaFide, pooled }: PlainSet, cost: (far: number, frr: number) => number): number | null {
  if (bonaFide.length === 0 || pooled.length === 0) return null;
  const distinct = [...new Set([...bonaFide, ...pooled])].sort((a, b) => a - b);
  const middles = distinct.slice(1).map((score, index) => middle(distinct[index] ?? score, score));
  const both = (t: number) => bonaFide.some((score) => score >= t) && pooled.some((score) => score >= t);
  const candidates = [distinct[0] ?? NaN, ...middles];
  const regular = candidates.filter(both);
  const after = candidates.filter((t) => !both(t)).slice(0, 1);
  const costAt = (t: number) =>
    cost(pooled.filter((score) => score >= t).length, bonaFide.filter((score) => score < t).length);
  let best: number | null = null;
  let least = Infinity;
  for (const t of regular)
    if (costAt(t) <= least) {
      best = t;
      least = costAt(t);
    }
  for (const t of [...after, justAbove(distinct.at(-1) ?? 0)])
    if (costAt(t) < least) {
      best = t;
      least = costAt(t);
    }
  return best;
}

export const plainEer = (set: PlainSet) =>
  plainSearch(set, (accepted, rejected) => Math.abs(accepted * set.bonaFide.length - rejected * set.pooled.length));
export const plainMinHter = (set: PlainSet) =>
  plainSearch(set, (accepted, rejected) => accepted * set.bonaFide.length + rejected * set.pooled.length);
export const plainWeighted = (set: PlainSet, alpha: number) =>
  plainSearch(
    set,
    (accepted, rejected) => alpha * (accepted / set.pooled.length) + (1 - alpha) * (rejected / set.bonaFide.length),
  );

/** (FPR + FNR) / 2 without failures to acquire. */
export function plainHter({ bonaFide, pooled }: PlainSet, t: number | null): number | null {
  return t === null
    ? null
    : mean(
        share(pooled, (score) => score >= t),
        share(bonaFide, (score) => score < t),
      );
}

/** bob's threshold for APCER ≤ limit of every type: the lowest attack score that holds, or just above the top one. */
export function plainApcerThreshold({ attacks }: PlainSet, limit: number): number | null {
  return highest(
    [...attacks.values()].map((scores) => {
      if (scores.length === 0) return null;
      const sorted = [...scores].sort((a, b) => a - b);
      const holding = sorted.filter((t) => (share(scores, (score) => score >= t) ?? 1) <= limit);
      return holding[0] ?? justAbove(sorted.at(-1) ?? 0);
    }),
  );
}

/** The lowest threshold of all with APCER ≤ limit for every type: just above a score, or below everything. */
export function plainSmallestThreshold({ attacks }: PlainSet, limit: number): number | null {
  return highest([...attacks.values()].map((scores) => lowestHolding(scores, limit)));
}

export function plainTprAtFpr({ bonaFide, pooled }: PlainSet, fpr: number): number | null {
  if (bonaFide.length === 0 || pooled.length === 0) return null;
  const rates = [-Infinity, ...bonaFide, ...pooled, ...[...bonaFide, ...pooled].map(justAbove)]
    .filter((t) => (share(pooled, (score) => score >= t) ?? 1) <= fpr)
    .map((t) => share(bonaFide, (score) => score >= t) ?? 0);
  return Math.max(...rates);
}

export function plainAuc({ bonaFide, pooled }: PlainSet): number | null {
  if (bonaFide.length === 0 || pooled.length === 0) return null;
  let wins = 0;
  for (const b of bonaFide) for (const a of pooled) wins += b > a ? 1 : b === a ? 0.5 : 0;
  return wins / (bonaFide.length * pooled.length);
}

const isProbability = ({ bonaFide, pooled }: PlainSet) =>
  [...bonaFide, ...pooled].every((score) => score >= 0 && score <= 1);

export function plainEce(set: PlainSet): number | null {
  if (set.bonaFide.length === 0 || set.pooled.length === 0 || !isProbability(set)) return null;
  const samples = [
    ...set.bonaFide.map((score) => ({ score, genuine: 1 })),
    ...set.pooled.map((score) => ({ score, genuine: 0 })),
  ];
  let ece = 0;
  for (let bin = 0; bin < 15; bin++) {
    const inside = samples.filter(({ score }) => Math.min(14, Math.floor(score * 15)) === bin);
    if (inside.length === 0) continue;
    const average = (of: (sample: (typeof inside)[number]) => number) =>
      inside.reduce((sum, sample) => sum + of(sample), 0) / inside.length;
    ece +=
      (inside.length / samples.length) * Math.abs(average(({ score }) => score) - average(({ genuine }) => genuine));
  }
  return ece;
}

const averageOf = (scores: readonly number[], of: (score: number) => number) =>
  scores.reduce((sum, score) => sum + of(score), 0) / scores.length;

export function plainCllr({ bonaFide, pooled }: PlainSet): number | null {
  if (bonaFide.length === 0 || pooled.length === 0) return null;
  // log2(1 + e^x) is x / ln 2 where e^x would overflow.
  const bits = (x: number) => (x > 500 ? x / Math.LN2 : Math.log2(1 + Math.exp(x)));
  return (averageOf(bonaFide, (score) => bits(-score)) + averageOf(pooled, bits)) / 2;
}

export function plainCllrOfProbability(set: PlainSet): number | null {
  const { bonaFide, pooled } = set;
  if (bonaFide.length === 0 || pooled.length === 0 || !isProbability(set)) return null;
  if (bonaFide.includes(0) || pooled.includes(1)) return null;
  return (averageOf(bonaFide, (p) => -Math.log2(p)) + averageOf(pooled, (p) => -Math.log2(1 - p))) / 2;
}

/** Isotonic regression by its max-min formula, every score of a class weighing the same in sum. */
export function plainMinCllr({ bonaFide, pooled }: PlainSet): number | null {
  if (bonaFide.length === 0 || pooled.length === 0) return null;
  const values = [...new Set([...bonaFide, ...pooled])].sort((a, b) => a - b);
  const genuine = values.map((value) => bonaFide.filter((score) => score === value).length / bonaFide.length);
  const attack = values.map((value) => pooled.filter((score) => score === value).length / pooled.length);
  const running = (shares: readonly number[]) => {
    const sums = [0];
    for (const share of shares) sums.push((sums.at(-1) ?? 0) + share);
    return sums;
  };
  const [genuineSums, attackSums] = [running(genuine), running(attack)];
  const shareOf = (from: number, to: number) => {
    const g = (genuineSums[to + 1] ?? 0) - (genuineSums[from] ?? 0);
    const a = (attackSums[to + 1] ?? 0) - (attackSums[from] ?? 0);
    return g / (g + a);
  };
  let cost = 0;
  values.forEach((_, index) => {
    const lows = values.slice(0, index + 1).map((__, from) => {
      const highs = values.slice(index).map((___, offset) => shareOf(from, index + offset));
      return Math.min(...highs);
    });
    const p = Math.min(1, Math.max(0, ...lows));
    if ((genuine[index] ?? 0) > 0) cost += (genuine[index] ?? 0) * -Math.log2(p);
    if ((attack[index] ?? 0) > 0) cost += (attack[index] ?? 0) * -Math.log2(1 - p);
  });
  return cost / 2;
}

function middle(low: number, high: number): number {
  const t = (low + high) / 2;
  return t > low ? t : high;
}

/** The next double, by halving steps. */
export function justAbove(value: number): number {
  let step = Math.max(Math.abs(value), 1e-300);
  while (value + step / 2 > value) step /= 2;
  return value + step;
}

function lowestHolding(scores: readonly number[], limit: number): number | null {
  if (scores.length === 0) return null;
  const candidates = [-Infinity, ...scores.map(justAbove)].sort((a, b) => a - b);
  return candidates.find((t) => scores.filter((score) => score >= t).length / scores.length <= limit) ?? null;
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
