import type { EvaluationAudit } from '@shared/domain/audit';
import type { EpochRule, ScoreLevel } from '@shared/domain/scores';
import { parseThresholdPolicy } from '@shared/domain/threshold-policy';
import type { Project } from '@workbench/project/project';
import { auditedPolicies, auditEvaluation } from './audit';
import { type FilePair, type HowToEvaluate, readPair } from './evaluate-files';
import { setsFor } from './evaluate-source';
import { openSystemScores, type SystemReference } from './system-scores';

/** A system of a project on one target. */
export interface AuditedSystem extends SystemReference, Omit<HowToEvaluate, 'score'> {
  readonly epoch: EpochRule;
  readonly target: string;
  readonly kind: HowToEvaluate['score'];
  readonly levels?: readonly ScoreLevel[] | undefined;
  readonly policies?: readonly string[] | undefined;
}

/** Audits a run, a floor or imported scores on a target. @throws AppError as opening its scores and auditing do */
export async function auditSystem(project: Project, wanted: AuditedSystem): Promise<EvaluationAudit> {
  const { epoch, target, kind, level, policy, grouping, levels, policies } = wanted;
  const { scores, source } = await openSystemScores(project, wanted, epoch, target);
  return auditEvaluation(
    (named) => setsFor(scores, source, target, parseThresholdPolicy(named)),
    { policy, level, score: kind, grouping },
    { levels, policies: policies ?? auditedPolicies.project, testName: `${target} test` },
  );
}

/** Audits a pair of score files. @throws AppError as reading and carving do */
export async function auditFiles(
  paths: FilePair,
  how: HowToEvaluate,
  options: { readonly carve?: boolean } = {},
): Promise<EvaluationAudit> {
  const pair = await readPair(paths, options);
  const policies = auditedPolicies.files.filter((policy) => pair.dev.length > 0 || !policy.startsWith('dev-'));
  return auditEvaluation(() => Promise.resolve(pair), how, { policies, testName: paths.test });
}
