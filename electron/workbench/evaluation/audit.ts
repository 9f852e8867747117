import type { CodebaseAudit, EvaluationAudit } from '@shared/domain/audit';
import { type ScoreLevel, scoreLevels } from '@shared/domain/scores';
import { isOracle, parseThresholdPolicy } from '@shared/domain/threshold-policy';
import { codebaseFacts, codebases, ratesByCodebase } from '@shared/metrics/codebases';
import { frameSpread } from '@shared/metrics/frame-spread';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { AppError } from '@shared/contract/errors';
import { columnsAt, evaluateColumns, type HowToEvaluate } from './evaluate-files';
import type { ScoreFile } from './score-file';

/** Policies that an audit compares, inside a project and on a pair of files. */
export const auditedPolicies = {
  project: [
    'source-dev-eer',
    'source-dev-min-hter',
    'source-dev-bpcer20',
    'target-dev-eer',
    'fixed:0.5',
    'oracle-eer',
    'oracle-min-hter',
  ],
  files: ['dev-eer', 'dev-min-hter', 'dev-bpcer20', 'fixed:0.5', 'test-eer', 'test-min-hter'],
} as const;

/** Dev and test files by a policy, with the dev set's name. Null when there are no test scores. */
export type SetsOf = (policy: string) => Promise<AuditedSets | null>;

export interface AuditedSets {
  readonly dev: readonly ScoreFile[];
  readonly test: ScoreFile;
  readonly devName: string;
}

/**
 * What all levels, policies and other codes' rules make of the same scores: why two papers print two numbers.
 * @param how level and policy of the evaluation itself: levels are compared at its policy, policies and codes at its level
 * @throws AppError `not-found` when there are no test scores
 */
export async function auditEvaluation(
  setsOf: SetsOf,
  how: HowToEvaluate,
  {
    levels = scoreLevels,
    policies = auditedPolicies.project,
    testName,
  }: {
    readonly levels?: readonly ScoreLevel[] | undefined;
    readonly policies?: readonly string[] | undefined;
    readonly testName: string;
  },
): Promise<EvaluationAudit> {
  const own = await setsOf(how.policy);
  if (!own) throw new AppError('not-found', `There are no scores of ${testName}.`);
  const measure = ({ dev, test, devName }: AuditedSets, at: HowToEvaluate) => {
    const evaluated = evaluateColumns(dev.length === 0 ? null : columnsAt(dev, at), columnsAt([test], at), at.policy, {
      dev: devName,
      test: testName,
    });
    return { threshold: evaluated.threshold, test: evaluated.test };
  };
  const hasVideos = [...own.dev, own.test].every((file) => file.videos?.every((video) => video !== '') ?? false);
  const atOwn = measure(own, how);
  const policyRows = [];
  for (const policy of policies) {
    const sets = parseThresholdPolicy(policy).kind === 'fixed' ? own : await setsOf(policy);
    if (sets) policyRows.push({ policy, oracle: isOracle(policy), ...measure(sets, { ...how, policy }) });
  }
  return {
    levels: levels
      .filter((level) => hasVideos || level === 'frame')
      .map((level) => ({ level, ...measure(own, { ...how, level }) })),
    policies: policyRows,
    codebases: byCodebases(own, how),
    frames: hasVideos
      ? frameSpread(
          columnsAt([own.test], { ...how, level: 'frame' }),
          measure(own, { ...how, level: 'frame' }).threshold.value,
        )
      : null,
    note:
      hasVideos || atOwn.test.n.bonaFide === 0 ? null : 'The scores name no videos, so there is the frame level only.',
  };
}

function byCodebases({ dev, test }: AuditedSets, how: HowToEvaluate): CodebaseAudit[] {
  const sorted = (files: readonly ScoreFile[]) => sortScores(scoreSetOf(columnsAt(files, how)));
  const [devScores, testScores] = [dev.length === 0 ? null : sorted(dev), sorted([test])];
  return codebases.map((codebase) => {
    const { title, source, differences } = codebaseFacts[codebase];
    return { title, source, differences: [...differences], ...ratesByCodebase(codebase, devScores, testScores) };
  });
}
