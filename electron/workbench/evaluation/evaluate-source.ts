import type { Evaluation, Making } from '@shared/domain/report';
import { parseThresholdPolicy, type ThresholdPolicyParts } from '@shared/domain/threshold-policy';
import { errorCurve, expectedPerformanceCurve } from '@shared/metrics/curves';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { carveDev } from './carve';
import { columnsAt, evaluateColumns, type LevelColumns } from './evaluate-files';
import type { PlacedScores, ScoreSource } from './finished-run';
import type { ScoreFile } from './score-file';

/** Points kept of each ROC. */
const curvePoints = 400;

/** Who gave the scores. */
export type EvaluatedSystem = Pick<Evaluation, 'run' | 'system' | 'preset' | 'seed' | 'source' | 'foreign' | 'floor'>;

export interface EvaluatedTarget {
  readonly evaluation: Evaluation;
  /** FAR and FRR at rising thresholds, and the expected performance curve from the same dev set. */
  readonly curve: { readonly far: number[]; readonly frr: number[]; readonly epc: (number | null)[] };
  /** What was measured, at the level of the report: what pairs of systems are compared by. */
  readonly measured: LevelColumns;
}

/**
 * One system on one target. The threshold comes from the pooled dev sets of the sources, the target's own dev set, a fixed
 * value or (oracle) the test set, as the policy says. For a dataset without a dev set part of its test subjects stands in, and
 * the evaluation says so; where there is nothing to carve from, the rates stay empty.
 * @returns null when there are no test scores of the target
 */
export async function evaluateTarget(
  scores: ScoreSource,
  system: EvaluatedSystem,
  target: string,
  making: Making,
  isSynthetic: (dataset: string) => boolean,
): Promise<EvaluatedTarget | null> {
  const sets = await setsFor(scores, system.source, target, parseThresholdPolicy(making.policy));
  if (!sets) return null;
  const dev = sets.dev.length === 0 ? null : columnsAt(sets.dev, making);
  const test = columnsAt([sets.test], making);
  const { threshold, ...rates } = evaluateColumns(dev, test, making.policy, {
    dev: sets.devName,
    test: `${target} test`,
  });
  const sorted = sortScores(scoreSetOf(test));
  const curve = errorCurve(sorted, curvePoints);
  const epc = dev ? expectedPerformanceCurve(sortScores(scoreSetOf(dev)), sorted).hter : [];
  return {
    evaluation: {
      ...system,
      target,
      sameDomain: system.source.includes(target),
      synthetic: [...system.source, target].some(isSynthetic),
      threshold: { ...threshold, ...(sets.carved.length === 0 ? {} : { carved: sets.carved }) },
      ...rates,
      files: sets.files.map(({ dataset, set, path, file }) => ({ dataset, set, path, sha256: file.sha256 })),
    },
    curve: { far: Array.from(curve?.far ?? []), frr: Array.from(curve?.frr ?? []), epc },
    measured: test,
  };
}

/** Score files behind one evaluation. */
export interface EvaluationSets {
  readonly dev: readonly ScoreFile[];
  readonly test: ScoreFile;
  /** `O dev`, or `O dev (carved: 7 of 20 test subjects)`. */
  readonly devName: string;
  readonly carved: { dataset: string; subjects: number; of: number }[];
  /** Every file that was read. */
  readonly files: readonly PlacedScores[];
}

/** The dev files that a policy looks at, carved where there are none, and what is left of the test file. */
export async function setsFor(
  scores: ScoreSource,
  source: readonly string[],
  target: string,
  policy: ThresholdPolicyParts,
): Promise<EvaluationSets | null> {
  const test = await scores.read(target, 'test');
  if (!test) return null;
  const datasets = policy.kind === 'rule' && policy.set === 'target-dev' ? [target] : source;
  const needsDev = policy.kind === 'rule' && policy.set !== 'test';
  const dev: ScoreFile[] = [];
  const names: string[] = [];
  const carved: EvaluationSets['carved'] = [];
  const files: PlacedScores[] = [];
  let rest = test.file;
  for (const dataset of datasets) {
    const given = await scores.read(dataset, 'dev');
    if (given) {
      dev.push(given.file);
      names.push(dataset);
      files.push(given);
      continue;
    }
    const own = needsDev ? await scores.read(dataset, 'test') : null;
    const parts = own && carveDev(dataset, own.file);
    if (!own || !parts) continue;
    dev.push(parts.dev);
    carved.push({ dataset, subjects: parts.subjects, of: parts.of });
    names.push(`${dataset} carved from ${String(parts.subjects)} of ${String(parts.of)} test subjects`);
    if (dataset === target) rest = parts.test;
    else files.push(own);
  }
  return {
    dev,
    test: rest,
    devName: devName(datasets, names, carved.length),
    carved,
    files: [...files, test],
  };
}

function devName(datasets: readonly string[], names: readonly string[], carved: number): string {
  return carved === 0 ? `${datasets.join('+')} dev` : `dev of ${names.join(', ')}`;
}
