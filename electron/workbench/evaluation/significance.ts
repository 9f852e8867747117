import type { SystemComparison } from '@shared/domain/report';
import { hterOf, pairedDifference, type SubjectPairs, subjectWarning } from '@shared/metrics/bootstrap';
import { subjectErrors } from '@shared/metrics/evaluate';
import { disagreement, mcNemar } from '@shared/metrics/mcnemar';
import type { LevelColumns } from './evaluate-files';
import type { EvaluatedTarget } from './evaluate-source';

/**
 * Every system against a baseline, sample by sample, on each target and source combination that both have: the difference of
 * HTER by a paired bootstrap over subjects, and McNemar's test of their decisions. Runs are paired by seed; a system without
 * seeds (a floor, imported scores) is paired with every run of the other. Imported scores of unknown training are compared with
 * every source combination.
 */
export function compareWithBaseline(evaluated: readonly EvaluatedTarget[], baseline: string): SystemComparison[] {
  const groups = new Map<string, EvaluatedTarget[]>();
  for (const one of evaluated) {
    if (one.evaluation.system === baseline) continue;
    const { system, source, target } = one.evaluation;
    const key = JSON.stringify([system, source, target]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((second) => {
    const [example] = second;
    if (!example) return [];
    return firstsFor(evaluated, baseline, example).map((first) => compare(baseline, first, second));
  });
}

/** The baseline's runs on the same target, a list for each source combination that fits. */
function firstsFor(
  evaluated: readonly EvaluatedTarget[],
  baseline: string,
  { evaluation }: EvaluatedTarget,
): EvaluatedTarget[][] {
  const bySource = new Map<string, EvaluatedTarget[]>();
  for (const one of evaluated) {
    const { system, source, target, foreign } = one.evaluation;
    const anySource =
      (evaluation.foreign ?? foreign) !== undefined && (evaluation.source.length === 0 || source.length === 0);
    if (system !== baseline || target !== evaluation.target) continue;
    if (!anySource && source.join() !== evaluation.source.join()) continue;
    bySource.set(source.join(), [...(bySource.get(source.join()) ?? []), one]);
  }
  return [...bySource.values()];
}

interface Pair {
  readonly seed: number | null;
  readonly first: EvaluatedTarget;
  readonly second: EvaluatedTarget;
}

function compare(
  baseline: string,
  firsts: readonly EvaluatedTarget[],
  seconds: readonly EvaluatedTarget[],
): SystemComparison {
  const pairs = pairRuns(firsts, seconds);
  const [one] = pairs;
  const { system, source, target } = seconds[0]?.evaluation ?? { system: '', source: [], target: '' };
  const head = {
    first: baseline,
    second: system,
    source: source.length > 0 ? source : (firsts[0]?.evaluation.source ?? []),
    target,
    pairs: pairs.length,
  };
  const joined = pairs.flatMap((pair) => joinDecisions(pair) ?? []);
  const nothing = { hterDifference: null, interval: null, p: null, mcNemar: [], samples: 0, subjects: 0 };
  if (!one) return { ...head, ...nothing, note: 'no runs of equal seeds' };
  const [example] = joined;
  if (!example || joined.length < pairs.length)
    return { ...head, ...nothing, note: 'no common samples, or a threshold is missing' };
  const sameSubjects = joined.every(({ subjects }) => subjects.length === example.subjects.length);
  const found = sameSubjects ? pairedDifference(joined, hterOf, { seed: `${baseline}/${system}/${target}` }) : null;
  return {
    ...head,
    samples: example.samples,
    subjects: example.subjects.length,
    hterDifference: found?.difference ?? null,
    interval: found?.interval ? [found.interval[0], found.interval[1]] : null,
    p: found?.p ?? null,
    mcNemar: joined.map(({ seed, decisions }) => ({
      seed,
      onlyFirstWrong: decisions.onlyFirstWrong,
      onlySecondWrong: decisions.onlySecondWrong,
      p: mcNemar(decisions),
    })),
    note: subjectWarning(example.first),
  };
}

function pairRuns(firsts: readonly EvaluatedTarget[], seconds: readonly EvaluatedTarget[]): Pair[] {
  return firsts.flatMap((first) =>
    seconds.flatMap((second): Pair[] => {
      const [a, b] = [first.evaluation.seed, second.evaluation.seed];
      return a === b || a === null || b === null ? [{ seed: a ?? b, first, second }] : [];
    }),
  );
}

interface JoinedDecisions extends SubjectPairs {
  readonly seed: number | null;
  readonly subjects: readonly string[];
  readonly samples: number;
  readonly decisions: { readonly onlyFirstWrong: number; readonly onlySecondWrong: number };
}

/** Both systems' decisions on the samples that both have; null without a threshold or a common sample. */
function joinDecisions({ seed, first, second }: Pair): JoinedDecisions | null {
  const [a, b] = [first.evaluation.threshold.value, second.evaluation.threshold.value];
  if (a === null || b === null) return null;
  const rowOf = new Map(second.measured.keys.map((key, row) => [key, row]));
  const rows = first.measured.keys.flatMap((key, row) => {
    const other = rowOf.get(key);
    return other === undefined ? [] : [[row, other] as const];
  });
  if (rows.length === 0) return null;
  const firstColumns = pick(
    first.measured,
    rows.map(([row]) => row),
  );
  const picked = pick(
    second.measured,
    rows.map(([, row]) => row),
  );
  // The same person may go by another name in an imported file: classes and people are the first system's.
  const secondColumns = { ...picked, subjects: firstColumns.subjects, attackTypes: firstColumns.attackTypes };
  const counts = disagreement(decide(firstColumns, a), decide(secondColumns, b));
  return {
    seed,
    first: subjectErrors(firstColumns, a),
    second: subjectErrors(secondColumns, b),
    subjects: [...new Set(firstColumns.subjects)],
    samples: counts.samples,
    decisions: counts,
  };
}

function pick(columns: LevelColumns, rows: readonly number[]) {
  const take = (column: readonly string[]) => rows.map((row) => column[row] ?? '');
  return {
    scores: Float64Array.from(rows, (row) => columns.scores[row] ?? NaN),
    attackTypes: take(columns.attackTypes),
    subjects: take(columns.subjects),
  };
}

/** Whether each sample was decided rightly; null without a score. */
function decide(
  { scores, attackTypes }: { readonly scores: Float64Array; readonly attackTypes: readonly string[] },
  threshold: number,
): (boolean | null)[] {
  return Array.from(scores, (score, row) =>
    Number.isNaN(score) ? null : score >= threshold === (attackTypes[row] === ''),
  );
}
