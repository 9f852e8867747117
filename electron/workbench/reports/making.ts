import { createHash } from 'node:crypto';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { describeLevel } from '@shared/domain/scores';
import { describeThresholdPolicy, isOracle } from '@shared/domain/threshold-policy';

/** Said by every table and figure of generated data. */
export const syntheticStatement = 'Synthetic data: says that the software works, not that a detector does.';

/** Said by every report: the networks follow the abstract of a paper whose code is not public. */
export const reconstructionStatement =
  "Reconstruction: pre-training by adversarial pseudo-depth follows the abstract of arXiv 2101.00200 and is not the authors' code; no number here is the paper's.";

/** The same for a caption. */
export const shortReconstruction = "Reconstruction, not the authors' code.";

/** How the numbers of a report are made, in short phrases: what a footer or caption lists. */
export function makingPhrases(data: ReportData): string[] {
  const { policy, level, score, epoch } = data.making;
  return [
    `threshold: ${describeThresholdPolicy(policy)}${isOracle(policy) ? ' (looks at the test set)' : ''}`,
    'rates on the test set',
    describeLevel(level),
    score === 'depth' ? 'depth score' : 'classifier score',
    epoch === 'last' ? 'last epoch' : 'best epoch on the source dev sets',
  ];
}

/** What the two rates are, since both names are used for different things in print. */
export const rateDefinitions = [
  'HTER = (FAR over pooled attacks + FRR) / 2',
  'ACER = (largest APCER over attack types + BPCER) / 2',
] as const;

/** Statements that apply to this report. */
export function statements(data: ReportData): string[] {
  return [...(data.synthetic ? [syntheticStatement] : []), reconstructionStatement];
}

/** `±` and `n` in words: the matrix counts seeds, the ablation runs over all source combinations. */
export function spreadPhrase(data: ReportData, kind: 'matrix' | 'ablation'): string {
  const cells = kind === 'matrix' ? data.matrix.flatMap((row) => row.cells) : data.ablation.flatMap((row) => row.cells);
  const counts = cells.flatMap(({ hter, acer }) => (hter ?? acer)?.n ?? []);
  if (counts.length === 0) return 'no finished runs';
  const fewest = Math.min(...counts);
  const most = Math.max(...counts);
  const unit = kind === 'matrix' ? 'seed' : 'run';
  if (most === 1) return `n = 1 ${unit}`;
  const range = fewest === most ? String(most) : `${String(fewest)} to ${String(most)}`;
  return `mean ± sample sd, n = ${range} ${unit}s`;
}

/** The policy's stamp, such as `source-dev EER`. */
export function policyStamp(data: ReportData): string {
  return describeThresholdPolicy(data.making.policy);
}

/** Every score file behind the report, once, ordered by path. */
export function scoreFiles(data: ReportData): Evaluation['files'] {
  const byPath = new Map(data.evaluations.flatMap(({ files }) => files).map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One hash for all score files: SHA-256 over their hashes in path order. Two reports with equal digests saw equal scores. */
export function scoresDigest(data: ReportData): string {
  const hash = createHash('sha256');
  for (const { path, sha256 } of scoreFiles(data)) hash.update(`${sha256}  ${path}\n`);
  return hash.digest('hex');
}
