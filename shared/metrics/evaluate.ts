import type { RateIntervals, Rates } from '../domain/rates';
import { parseThresholdPolicy } from '../domain/threshold-policy';
import { calibration } from './calibration';
import { areaUnderRoc, tprAtFpr } from './curves';
import { acerOf, bootstrapStatistics, hterOf, type SubjectErrors, subjectWarning } from './bootstrap';
import { clopperPearson } from './intervals';
import { countAttackErrors, countBonaFideErrors, ratesAt, share } from './rates';
import { failureToAcquire, type ScoreColumns, sortScores, type ScoreSet, type SortedScores } from './score-set';
import {
  apcerThreshold,
  balancedThresholds,
  bpcerThreshold,
  smallestBpcerThreshold,
  thresholdRules,
} from './thresholds';

/** The threshold of an evaluation and where it came from. */
export interface ChosenThreshold {
  readonly policy: string;
  /** Null when the set lacks a class that the rule needs. */
  readonly value: number | null;
  readonly from: string;
}

export interface EvaluatedSets {
  readonly threshold: ChosenThreshold;
  readonly dev: Rates | null;
  readonly test: Rates;
}

/**
 * The threshold a policy gives. `dev` is the set that the policy's first word names (source dev, target dev, or simply
 * dev); the caller chooses it. `from` names the set in words.
 */
export function chooseThreshold(
  policy: string,
  sets: { readonly dev: SortedScores | null; readonly test: SortedScores },
  names: { readonly dev?: string; readonly test?: string } = {},
): ChosenThreshold {
  const parts = parseThresholdPolicy(policy);
  if (parts.kind === 'fixed') return { policy, value: parts.value, from: 'fixed' };
  const from = parts.set === 'test' ? (names.test ?? 'test') : (names.dev ?? parts.set);
  const scores = parts.set === 'test' ? sets.test : sets.dev;
  if (scores === null) return { policy, value: null, from };
  const value = parts.rule === 'apcer' ? apcerThreshold(scores, parts.apcer ?? 0) : thresholdRules[parts.rule](scores);
  return { policy, value: finite(value), from };
}

/**
 * Takes the threshold from the set that `policy` names and measures both sets with it.
 * Throws `bad-request` for an unknown policy. A missing dev set under a dev policy gives a null threshold and null rates.
 */
export function evaluateRates(
  dev: ScoreSet | SortedScores | null,
  test: ScoreSet | SortedScores,
  policy: string,
  options: {
    readonly names?: { readonly dev?: string; readonly test?: string };
    /** Decisions by subject of the test set; see {@link subjectErrors}. */
    readonly testSubjects?: (threshold: number) => readonly SubjectErrors[];
    /** What those subjects are; people unless said otherwise. */
    readonly testUnit?: SubjectUnit;
    readonly seed?: number | string;
  } = {},
): EvaluatedSets {
  const sortedDev = dev === null ? null : ready(dev);
  const sortedTest = ready(test);
  const threshold = chooseThreshold(policy, { dev: sortedDev, test: sortedTest }, options.names);
  return {
    threshold,
    dev: sortedDev === null ? null : measureRates(sortedDev, threshold.value),
    test: measureRates(sortedTest, threshold.value, {
      ...(threshold.value === null || !options.testSubjects ? {} : { subjects: options.testSubjects(threshold.value) }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.testUnit === undefined ? {} : { unit: options.testUnit }),
    }),
  };
}

/** Whose decisions are drawn together: a person's, or a video's or each sample's where people are not known. */
export type SubjectUnit = 'subject' | 'video' | 'sample';

interface MeasureOptions {
  readonly subjects?: readonly SubjectErrors[];
  readonly seed?: number | string;
  readonly unit?: SubjectUnit;
}

/** Everything that is measured on one set at one threshold, as fractions. */
export function measureRates(scores: SortedScores, threshold: number | null, options: MeasureOptions = {}): Rates {
  const rates = ratesAt(scores, threshold);
  const bpcerAt = (other: number | null) =>
    other === null ? null : share(countBonaFideErrors(scores.bonaFide, other));
  const own = ownThresholds(scores);
  const { maxType, ...apcer } = rates.apcer;
  return {
    n: { bonaFide: scores.bonaFide.length, attacks: mapValues(scores.attacks, (attacks) => attacks.length) },
    failureToAcquire: failureToAcquire(scores),
    apcer,
    bpcer: rates.bpcer,
    acer: rates.acer,
    far: rates.far,
    frr: rates.frr,
    hter: rates.hter,
    eer: scoredHter(scores, own.eer),
    minHter: scoredHter(scores, own.minHter),
    auc: areaUnderRoc(scores),
    bpcer10: bpcerAt(own.bpcer10),
    bpcer20: bpcerAt(own.bpcer20),
    bpcer100: bpcerAt(own.bpcer100),
    tprAtFpr: { '0.1': tprAtFpr(scores, 0.1), '0.05': tprAtFpr(scores, 0.05), '0.01': tprAtFpr(scores, 0.01) },
    interval: threshold === null ? null : intervalsAt(scores, threshold, maxType, options),
    worstType: maxType,
    failures: { bonaFide: scores.failures.bonaFide, attacks: mapValues(scores.failures.attacks, (count) => count) },
    smallestBpcer: {
      '10': bpcerAt(smallestBpcerThreshold(scores, 10)),
      '20': bpcerAt(smallestBpcerThreshold(scores, 20)),
      '100': bpcerAt(smallestBpcerThreshold(scores, 100)),
    },
    ownThresholds: {
      eer: finite(own.eer),
      minHter: finite(own.minHter),
      bpcer10: finite(own.bpcer10),
      bpcer20: finite(own.bpcer20),
      bpcer100: finite(own.bpcer100),
    },
    calibration: calibration(scores),
  };
}

function ownThresholds(scores: SortedScores) {
  return {
    ...balancedThresholds(scores),
    bpcer10: bpcerThreshold(scores, 10),
    bpcer20: bpcerThreshold(scores, 20),
    bpcer100: bpcerThreshold(scores, 100),
  };
}

function mapValues<T>(map: ReadonlyMap<string, T>, of: (value: T) => number): Record<string, number> {
  return Object.fromEntries([...map].map(([key, value]) => [key, of(value)]));
}

/**
 * Counts decisions by subject, and samples without a score. Attack types are taken in name order, the same for every subject.
 * Subjects keep the order of their first row.
 */
export function subjectErrors(
  columns: ScoreColumns & { readonly subjects: readonly string[] },
  threshold: number,
): SubjectErrors[] {
  const types = [...new Set(columns.attackTypes)].filter((type) => type !== '').sort();
  const indexOf = new Map(types.map((type, index) => [type, index]));
  const table = new Map<string, { bonaFide: Count; attacks: Count[]; failures: number }>();
  columns.subjects.forEach((subject, row) => {
    let entry = table.get(subject);
    if (!entry) {
      entry = { bonaFide: { errors: 0, total: 0 }, attacks: types.map(() => ({ errors: 0, total: 0 })), failures: 0 };
      table.set(subject, entry);
    }
    const score = columns.scores[row] ?? NaN;
    if (Number.isNaN(score)) {
      entry.failures++;
      return;
    }
    const type = columns.attackTypes[row] ?? '';
    const count = type === '' ? entry.bonaFide : entry.attacks[indexOf.get(type) ?? 0];
    if (!count) return;
    count.total++;
    const accepted = score >= threshold;
    if (accepted === (type !== '')) count.errors++;
  });
  return [...table.values()];
}

interface Count {
  errors: number;
  total: number;
}

/** Draws of a subject that one interval may cost: large sets get by with fewer resamples. */
const mostDraws = 2e7;

function resamplesFor(subjects: number): number {
  return Math.max(200, Math.min(1000, Math.floor(mostDraws / Math.max(1, subjects))));
}

function intervalsAt(
  scores: SortedScores,
  threshold: number,
  worstType: string | null,
  { subjects, seed = 0, unit = 'subject' }: MeasureOptions,
): RateIntervals {
  const perType: RateIntervals['apcer']['perType'] = {};
  for (const [type, attacks] of scores.attacks) perType[type] = pair(countAttackErrors(attacks, threshold));
  const resamples = subjects ? resamplesFor(subjects.length) : 0;
  const options = { seed, resamples };
  const [hter, acer] = subjects ? bootstrapStatistics(subjects, [hterOf, acerOf], options) : [];
  return {
    confidence: 0.95,
    apcer: {
      max: worstType === null ? null : (perType[worstType] ?? null),
      pooled: pair(countAttackErrors(scores.pooledAttacks, threshold)),
      perType,
    },
    bpcer: pair(countBonaFideErrors(scores.bonaFide, threshold)),
    hter: rounded(hter?.interval),
    acer: rounded(acer?.interval),
    subjects: subjects ? subjects.length : null,
    ...(subjects ? { unit } : {}),
    resamples,
    warning: subjects ? subjectWarning(subjects, unit) : null,
    designEffect: designEffect(scores, threshold, hter?.variance ?? null),
  };
}

/** Variance of HTER over subjects against that of as many independent samples; null when the latter is nought. */
function designEffect(scores: SortedScores, threshold: number, variance: number | null): number | null {
  if (variance === null) return null;
  const binomial = ({ errors, total }: Count) => (total === 0 ? 0 : ((errors / total) * (1 - errors / total)) / total);
  const independent =
    (binomial(countAttackErrors(scores.pooledAttacks, threshold)) +
      binomial(countBonaFideErrors(scores.bonaFide, threshold))) /
    4;
  return independent > 0 ? variance / independent : null;
}

/** Ends within [0, 1]; interpolating may leave it by a last bit. */
function rounded(interval: readonly [number, number] | null | undefined): [number, number] | null {
  return interval ? [Math.max(0, interval[0]), Math.min(1, interval[1])] : null;
}

function pair(count: Count): [number, number] | null {
  const interval = clopperPearson(count);
  return interval && [interval[0], interval[1]];
}

/** (FPR + FNR) / 2 over scored samples: EER and minimal HTER describe the score curve, not the acquisition. */
function scoredHter(scores: SortedScores, threshold: number | null): number | null {
  if (threshold === null) return null;
  const { apcer, bpcer } = ratesAt(scores, threshold);
  return apcer.pooled === null || bpcer === null ? null : (apcer.pooled + bpcer) / 2;
}

/** A threshold is stored as JSON, which knows no infinity; infinite scores are the only way to get one. */
function finite(threshold: number | null): number | null {
  return threshold === null || Number.isFinite(threshold) ? threshold : null;
}

function ready(set: ScoreSet | SortedScores): SortedScores {
  return 'pooledAttacks' in set ? set : sortScores(set);
}
