import { countAtOrBelow, countBelow, failureToAcquire, type SortedScores } from './score-set';

/**
 * What a score equal to the threshold means.
 * - `at-or-above`: accepted (bob; the rule of this project).
 * - `above`: rejected (CDCN's published code).
 * - `ties-free`: no error for either class (FAS-SGTD's published code).
 */
export type DecisionRule = 'at-or-above' | 'above' | 'ties-free';

/** Attack presentation classification error rates in [0, 1]; null where no attack was scored. */
export interface AttackErrorRates {
  /** ISO/IEC 30107-3: the worst attack type. */
  readonly max: number | null;
  /** The attack type that gives `max`; the first by name on a tie. */
  readonly maxType: string | null;
  /** Over all attacks at once: what HTER and several published codes use. */
  readonly pooled: number | null;
  readonly perType: Readonly<Record<string, number | null>>;
}

/** Rates of one set at one threshold, all in [0, 1]; null where a class has no scored sample. */
export interface ThresholdRates {
  readonly apcer: AttackErrorRates;
  readonly bpcer: number | null;
  /** (APCER max + BPCER) / 2. */
  readonly acer: number | null;
  /** Pooled attacks accepted; with failures to acquire FAR' = FPR · (1 − FTA). */
  readonly far: number | null;
  /** Bona fide rejected; with failures to acquire FRR' = FTA + FNR · (1 − FTA). */
  readonly frr: number | null;
  /** (FAR + FRR) / 2. */
  readonly hter: number | null;
}

/** How many samples of a class were decided wrongly, and how many were scored. */
export interface ErrorCount {
  readonly errors: number;
  readonly total: number;
}

/** Attacks accepted at `threshold`, by type and pooled. */
export function countAttackErrors(
  ascendingAttacks: Float64Array,
  threshold: number,
  rule: DecisionRule = 'at-or-above',
): ErrorCount {
  const total = ascendingAttacks.length;
  const rejected =
    rule === 'at-or-above' ? countBelow(ascendingAttacks, threshold) : countAtOrBelow(ascendingAttacks, threshold);
  return { errors: total - rejected, total };
}

/** Bona fide samples rejected at `threshold`. */
export function countBonaFideErrors(
  ascendingBonaFide: Float64Array,
  threshold: number,
  rule: DecisionRule = 'at-or-above',
): ErrorCount {
  const errors =
    rule === 'above' ? countAtOrBelow(ascendingBonaFide, threshold) : countBelow(ascendingBonaFide, threshold);
  return { errors, total: ascendingBonaFide.length };
}

/**
 * APCER by type, its maximum, BPCER, ACER, FAR, FRR and HTER at a threshold. A null threshold (its set had one class
 * only) gives null everywhere. FAR, FRR and HTER count failures to acquire as bob.pad.base does; APCER, BPCER and ACER
 * are over scored samples.
 */
export function ratesAt(
  scores: SortedScores,
  threshold: number | null,
  rule: DecisionRule = 'at-or-above',
): ThresholdRates {
  const perType: Record<string, number | null> = {};
  let max: number | null = null;
  let maxType: string | null = null;
  for (const type of [...scores.attacks.keys()].sort()) {
    const rate =
      threshold === null ? null : share(countAttackErrors(scores.attacks.get(type) ?? none, threshold, rule));
    perType[type] = rate;
    if (rate !== null && (max === null || rate > max)) {
      max = rate;
      maxType = type;
    }
  }
  const pooled = threshold === null ? null : share(countAttackErrors(scores.pooledAttacks, threshold, rule));
  const bpcer = threshold === null ? null : share(countBonaFideErrors(scores.bonaFide, threshold, rule));
  const failed = failureToAcquire(scores) ?? 0;
  const far = pooled === null ? null : pooled * (1 - failed);
  const frr = bpcer === null ? null : failed + bpcer * (1 - failed);
  return {
    apcer: { max, maxType, pooled, perType },
    bpcer,
    acer: halfSum(max, bpcer),
    far,
    frr,
    hter: halfSum(far, frr),
  };
}

/** errors / total, or null when nothing was counted. */
export function share({ errors, total }: ErrorCount): number | null {
  return total === 0 ? null : errors / total;
}

/** The mean of two rates, or null when one of them does not exist. */
export function halfSum(first: number | null, second: number | null): number | null {
  return first === null || second === null ? null : (first + second) / 2;
}

const none = new Float64Array(0);
