import type { Evaluation, Making } from '@shared/domain/report';
import { parseThresholdPolicy } from '@shared/domain/threshold-policy';
import { errorCurve } from '@shared/metrics/curves';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { columnsAt, evaluateColumns } from './evaluate-files';
import type { PlacedScores, ScoreSource } from './finished-run';

/** Points kept of each ROC. */
const curvePoints = 400;

/** Who gave the scores. */
export type EvaluatedSystem = Pick<Evaluation, 'run' | 'system' | 'preset' | 'seed' | 'source'>;

export interface EvaluatedTarget {
  readonly evaluation: Evaluation;
  /** FAR and FRR at rising thresholds. */
  readonly curve: { readonly far: number[]; readonly frr: number[] };
}

/**
 * One system on one target. The threshold comes from the pooled dev sets of the sources, the target's own dev set, a fixed
 * value or (oracle) the test set, as the policy says; a dev set that is not there leaves the rates empty.
 * @returns null when there are no test scores of the target
 */
export async function evaluateTarget(
  scores: ScoreSource,
  system: EvaluatedSystem,
  target: string,
  making: Making,
  isSynthetic: (dataset: string) => boolean,
): Promise<EvaluatedTarget | null> {
  const test = await scores.read(target, 'test');
  if (!test) return null;
  const policy = parseThresholdPolicy(making.policy);
  const devDatasets = policy.kind === 'rule' && policy.set === 'target-dev' ? [target] : system.source;
  const dev = await readAll(devDatasets, (dataset) => scores.read(dataset, 'dev'));
  const testColumns = columnsAt([test.file], making);
  const rates = evaluateColumns(
    dev.length === 0
      ? null
      : columnsAt(
          dev.map(({ file }) => file),
          making,
        ),
    testColumns,
    making.policy,
    { dev: `${devDatasets.join('+')} dev`, test: `${target} test` },
  );
  const curve = errorCurve(sortScores(scoreSetOf(testColumns)), curvePoints);
  return {
    evaluation: {
      ...system,
      target,
      sameDomain: system.source.includes(target),
      synthetic: [...system.source, target].some(isSynthetic),
      ...rates,
      files: [...dev, test].map(({ dataset, set, path, file }) => ({ dataset, set, path, sha256: file.sha256 })),
    },
    curve: { far: Array.from(curve?.far ?? []), frr: Array.from(curve?.frr ?? []) },
  };
}

async function readAll(
  datasets: readonly string[],
  read: (dataset: string) => Promise<PlacedScores | null>,
): Promise<PlacedScores[]> {
  const found = await Promise.all(datasets.map(read));
  return found.filter((scores) => scores !== null);
}
