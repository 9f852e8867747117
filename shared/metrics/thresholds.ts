import { countBelow, type SortedScores } from './score-set';

/**
 * Rules that pick a threshold from a set. All return null when the set lacks the class the rule needs.
 *
 * The first three are bob's (bob.measure, bob.pad.base); counts are compared as integers, so a tie is a tie and not a
 * matter of rounding. `ssdg-eer` and `cdcn-eer` repeat the arithmetic of those published codes and exist to explain why
 * their tables differ.
 */
export const thresholdRules = {
  eer: eerThreshold,
  'min-hter': minHterThreshold,
  bpcer10: (scores: SortedScores) => bpcerThreshold(scores, 10),
  bpcer20: (scores: SortedScores) => bpcerThreshold(scores, 20),
  bpcer100: (scores: SortedScores) => bpcerThreshold(scores, 100),
  'bpcer10-smallest': (scores: SortedScores) => smallestBpcerThreshold(scores, 10),
  'bpcer20-smallest': (scores: SortedScores) => smallestBpcerThreshold(scores, 20),
  'bpcer100-smallest': (scores: SortedScores) => smallestBpcerThreshold(scores, 100),
  'ssdg-eer': ssdgEerThreshold,
  'cdcn-eer': cdcnEerThreshold,
} as const satisfies Record<string, (scores: SortedScores) => number | null>;

export type ThresholdRule = keyof typeof thresholdRules;

/** Threshold where |FAR − FRR| is least; of several, the highest. */
export function eerThreshold(scores: SortedScores): number | null {
  return balancedThresholds(scores).eer;
}

/** Threshold where (FAR + FRR) / 2 is least; of several, the highest. */
export function minHterThreshold(scores: SortedScores): number | null {
  return balancedThresholds(scores).minHter;
}

/** Threshold where `cost` · FAR + (1 − cost) · FRR is least, `cost` in [0, 1]: one point of an expected performance curve. */
export function weightedErrorThreshold(scores: SortedScores, cost: number): number | null {
  return weightedErrorThresholds(scores, [cost])[0] ?? null;
}

/**
 * The thresholds of least weighted error for many costs. Only candidates on the lower left convex hull of (FAR, FRR) can be
 * best for some cost, so the scores are walked through once.
 */
export function weightedErrorThresholds(scores: SortedScores, costs: ArrayLike<number>): (number | null)[] {
  const attacks = scores.pooledAttacks.length;
  const bonaFide = scores.bonaFide.length;
  if (attacks === 0 || bonaFide === 0) return Array.from(costs, () => null);
  const hull = new Hull();
  const end = walkCandidates(scores, (threshold, accepted, rejected) => {
    hull.add(threshold, accepted, rejected);
  });
  return Array.from(costs, (cost) => {
    const weigh = (accepted: number, rejected: number) =>
      cost * (accepted / attacks) + (1 - cost) * (rejected / bonaFide);
    let best: number | null = null;
    let least = Infinity;
    hull.each((threshold, accepted, rejected) => {
      const weighed = weigh(accepted, rejected);
      if (weighed > least) return;
      least = weighed;
      best = threshold;
    });
    for (const { threshold, falselyAccepted, falselyRejected } of end) {
      const weighed = weigh(falselyAccepted, falselyRejected);
      if (weighed >= least) continue;
      least = weighed;
      best = threshold;
    }
    return best;
  });
}

/**
 * The lower left convex hull of (falsely accepted, falsely rejected), points on its edges included. Points come with rising
 * threshold, so from many falsely accepted to few. Kept in columns: ten million objects would be slow.
 */
class Hull {
  private readonly thresholds: number[] = [];
  private readonly accepted: number[] = [];
  private readonly rejected: number[] = [];

  add(threshold: number, accepted: number, rejected: number): void {
    while (this.lastIsAbove(accepted, rejected)) {
      this.thresholds.pop();
      this.accepted.pop();
      this.rejected.pop();
    }
    this.thresholds.push(threshold);
    this.accepted.push(accepted);
    this.rejected.push(rejected);
  }

  each(visit: (threshold: number, accepted: number, rejected: number) => void): void {
    this.thresholds.forEach((threshold, i) => {
      visit(threshold, this.accepted[i] ?? 0, this.rejected[i] ?? 0);
    });
  }

  /** Whether the last point lies strictly above the line from the one before it to a new one, so that it is best for no cost. */
  private lastIsAbove(accepted: number, rejected: number): boolean {
    const last = this.accepted.length - 1;
    if (last < 1) return false;
    const [x, y] = [this.accepted[last - 1] ?? 0, this.rejected[last - 1] ?? 0];
    const [ax, ay] = [(this.accepted[last] ?? 0) - x, (this.rejected[last] ?? 0) - y];
    return ax * (rejected - y) - ay * (accepted - x) > 0;
  }
}

/**
 * bob's threshold for BPCER at APCER ≤ 1/k: the highest of the thresholds that each attack type asks for. It lies on an
 * attack score, so BPCER there may be above the least possible one ({@link smallestBpcerThreshold}).
 */
export function bpcerThreshold(scores: SortedScores, k: number): number | null {
  return apcerThreshold(scores, 1 / k);
}

/** bob's threshold for an APCER of at most `apcer` for every attack type. */
export function apcerThreshold(scores: SortedScores, apcer: number): number | null {
  return highestOverTypes(scores, (attacks) => farThreshold(attacks, apcer));
}

/** The lowest threshold with APCER ≤ 1/k for every attack type, so BPCER is as small as it can be. */
export function smallestBpcerThreshold(scores: SortedScores, k: number): number | null {
  return highestOverTypes(scores, (attacks) => lowestThresholdAtFar(attacks, 1 / k));
}

/**
 * bob.measure's `far_threshold`: the lowest attack score at which at most `far` of the attacks are accepted, or just
 * above the top score when even the top score alone is too much. bob refuses fewer than two scores; one score follows
 * the same rule here. Attacks ascending; null when empty.
 */
export function farThreshold(attacks: Float64Array, far: number): number | null {
  const total = attacks.length;
  if (total === 0) return null;
  if (far >= 1 - Number.EPSILON) return nextDown(attacks[0] ?? 0);
  let threshold = nextUp(attacks[total - 1] ?? 0);
  let first = total; // index of the lowest accepted score
  while (first > 0) {
    const candidate = attacks[first - 1] ?? 0;
    first = countBelow(attacks, candidate);
    if ((total - first) / total > far) break;
    threshold = candidate;
  }
  return threshold;
}

/** The lowest threshold that accepts at most `far` of the attacks (ascending); null when empty, −∞ when all may pass. */
export function lowestThresholdAtFar(attacks: Float64Array, far: number): number | null {
  const total = attacks.length;
  if (total === 0) return null;
  let allowed = Math.floor(far * total);
  while ((allowed + 1) / total <= far) allowed++;
  while (allowed > 0 && allowed / total > far) allowed--;
  if (allowed >= total) return -Infinity;
  return nextUp(attacks[total - 1 - allowed] ?? 0);
}

/**
 * SSDG's rule (utils/statistic.py): a grid from 0 to 1 in steps of 1e-4 plus 1.1, least |FRR − FAR|, the last of equal
 * ones, in double arithmetic, so that rounding decides ties as it does there. Scores outside [0, 1] break it.
 */
export function ssdgEerThreshold(scores: SortedScores): number | null {
  const attacks = scores.pooledAttacks.length;
  const bonaFide = scores.bonaFide.length;
  if (attacks === 0 || bonaFide === 0) return null;
  let best: number | null = null;
  let leastDistance = 1;
  for (let step = 0; step <= 10_001; step++) {
    const threshold = step === 10_001 ? 1.1 : step / 10_000;
    const far = (attacks - countBelow(scores.pooledAttacks, threshold)) / attacks;
    const frr = countBelow(scores.bonaFide, threshold) / bonaFide;
    const distance = Math.abs(frr - far);
    if (distance <= leastDistance) {
      leastDistance = distance;
      best = threshold;
    }
  }
  return best;
}

/** CDCN's rule: the score where |TPR + FPR − 1| is least, the highest of equal ones. Its code accepts only above it. */
export function cdcnEerThreshold(scores: SortedScores): number | null {
  const { bonaFide, pooledAttacks } = scores;
  const total = bonaFide.length * pooledAttacks.length;
  if (total === 0) return null;
  let accepted = bonaFide.length;
  let falselyAccepted = pooledAttacks.length;
  let threshold = nextUp(Math.max(bonaFide[accepted - 1] ?? 0, pooledAttacks[falselyAccepted - 1] ?? 0));
  let least = total;
  while (accepted > 0 || falselyAccepted > 0) {
    const score = Math.max(bonaFide[accepted - 1] ?? -Infinity, pooledAttacks[falselyAccepted - 1] ?? -Infinity);
    while (accepted > 0 && bonaFide[accepted - 1] === score) accepted--;
    while (falselyAccepted > 0 && pooledAttacks[falselyAccepted - 1] === score) falselyAccepted--;
    const truePositives = bonaFide.length - accepted;
    const falsePositives = pooledAttacks.length - falselyAccepted;
    const distance = Math.abs(truePositives * pooledAttacks.length + falsePositives * bonaFide.length - total);
    if (distance < least) {
      least = distance;
      threshold = score;
    }
  }
  return threshold;
}

/** The next double above `value`. */
export function nextUp(value: number): number {
  return neighbour(value, 1n);
}

/** The next double below `value`. */
export function nextDown(value: number): number {
  return -neighbour(-value, 1n);
}

/** A threshold with the decisions it leads to. */
export interface Candidate {
  readonly threshold: number;
  readonly falselyAccepted: number;
  readonly falselyRejected: number;
}

/**
 * bob.measure's candidates: the lowest score and the midpoints of neighbouring scores, in rising order. `visit` sees those up to
 * the point where one class is used up; of these later ones win ties. The rest is returned, and must be strictly better.
 */
export function walkCandidates(
  { bonaFide, pooledAttacks: attacks }: SortedScores,
  visit: (threshold: number, falselyAccepted: number, falselyRejected: number) => void,
): Candidate[] {
  let belowAttacks = 0;
  let belowBonaFide = 0;
  let threshold = Math.min(attacks[0] ?? Infinity, bonaFide[0] ?? Infinity);
  while (belowAttacks < attacks.length && belowBonaFide < bonaFide.length) {
    visit(threshold, attacks.length - belowAttacks, belowBonaFide);
    const passed = Math.min(attacks[belowAttacks] ?? 0, bonaFide[belowBonaFide] ?? 0);
    while (belowAttacks < attacks.length && attacks[belowAttacks] === passed) belowAttacks++;
    while (belowBonaFide < bonaFide.length && bonaFide[belowBonaFide] === passed) belowBonaFide++;
    threshold = between(passed, Math.min(attacks[belowAttacks] ?? Infinity, bonaFide[belowBonaFide] ?? Infinity));
  }
  const scoresRemain = belowAttacks < attacks.length || belowBonaFide < bonaFide.length;
  const top = Math.max(attacks[attacks.length - 1] ?? -Infinity, bonaFide[bonaFide.length - 1] ?? -Infinity);
  return [
    ...(scoresRemain
      ? [{ threshold, falselyAccepted: attacks.length - belowAttacks, falselyRejected: belowBonaFide }]
      : []),
    { threshold: nextUp(top), falselyAccepted: 0, falselyRejected: bonaFide.length },
  ];
}

/** The EER and the min-HTER threshold from one walk. */
export function balancedThresholds(scores: SortedScores): { eer: number | null; minHter: number | null } {
  const attacks = scores.pooledAttacks.length;
  const bonaFide = scores.bonaFide.length;
  if (attacks === 0 || bonaFide === 0) return { eer: null, minHter: null };
  let [eer, minHter] = [NaN, NaN];
  let [leastDifference, leastSum] = [Infinity, Infinity];
  const end = walkCandidates(scores, (threshold, accepted, rejected) => {
    const [far, frr] = [accepted * bonaFide, rejected * attacks];
    const difference = Math.abs(far - frr);
    if (difference <= leastDifference) {
      leastDifference = difference;
      eer = threshold;
    }
    if (far + frr <= leastSum) {
      leastSum = far + frr;
      minHter = threshold;
    }
  });
  for (const { threshold, falselyAccepted, falselyRejected } of end) {
    const [far, frr] = [falselyAccepted * bonaFide, falselyRejected * attacks];
    if (Math.abs(far - frr) < leastDifference) {
      leastDifference = Math.abs(far - frr);
      eer = threshold;
    }
    if (far + frr < leastSum) {
      leastSum = far + frr;
      minHter = threshold;
    }
  }
  return { eer, minHter };
}

/** A threshold that rejects `lower` and accepts `upper`: their midpoint, unless rounding or infinity spoils it. */
function between(lower: number, upper: number): number {
  const middle = (lower + upper) / 2;
  return Number.isFinite(middle) && middle > lower ? middle : upper;
}

function highestOverTypes(scores: SortedScores, rule: (attacks: Float64Array) => number | null): number | null {
  let highest: number | null = null;
  for (const attacks of scores.attacks.values()) {
    const threshold = rule(attacks);
    if (threshold !== null && (highest === null || threshold > highest)) highest = threshold;
  }
  return highest;
}

function neighbour(value: number, step: bigint): number {
  if (Number.isNaN(value) || value === Infinity) return value;
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? step : -step));
  return view.getFloat64(0);
}
