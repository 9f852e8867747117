import type { ForeignSystem } from '@shared/domain/foreign-scores';
import type { Evaluation, ReportDefinition } from '@shared/domain/report';
import { describeThresholdPolicy, isOracle } from '@shared/domain/threshold-policy';

/** What a reader has to know to judge a report's numbers, each said once. */
export function reportWarnings(
  { making }: Pick<ReportDefinition, 'making'>,
  evaluations: readonly Evaluation[],
  foreign: readonly ForeignSystem[],
): string[] {
  const warnings = [
    ...(isOracle(making.policy)
      ? ['The threshold looks at the labels of the test set: these are oracle numbers, not a result.']
      : []),
    ...evaluations.flatMap(carvedWords),
    ...evaluations.flatMap((one) => noThresholdWords(one, making.policy)),
    ...evaluations.flatMap(({ target, test }) => {
      const warning = test.interval?.warning;
      return warning ? [`${target} test: ${warning}.`] : [];
    }),
    ...foreign.flatMap((system) => levelWords(system, making.level)),
    ...invertedWords(evaluations),
  ];
  return [...new Set(warnings)];
}

function carvedWords({ threshold }: Evaluation): string[] {
  return (threshold.carved ?? []).map(
    ({ dataset, subjects, of }) =>
      `${dataset} has no dev set: ${String(subjects)} of its ${String(of)} test subjects stand in for it and are left out of its test numbers.`,
  );
}

function noThresholdWords({ system, target, threshold }: Evaluation, policy: string): string[] {
  if (threshold.value !== null) return [];
  return [
    `${system} on ${target} has no threshold by ${describeThresholdPolicy(policy)}: ${threshold.from} is not there or lacks a class, so its error rates are empty.`,
  ];
}

function levelWords({ title, files }: ForeignSystem, level: string): string[] {
  const perVideo = files.some(({ fit }) => fit.join === 'video' && fit.warnings.some(({ kind }) => kind === 'level'));
  return perVideo && level === 'frame'
    ? [`${title} has one score a video; at frame level it is not comparable with scores of frames.`]
    : [];
}

/** A detector worse than guessing is likelier the wrong way round. */
function invertedWords(evaluations: readonly Evaluation[]): string[] {
  return evaluations.flatMap(({ system, target, test, run, foreign }) =>
    (run !== null || foreign !== undefined) && test.auc !== null && test.auc < 0.5
      ? [`${system} on ${target}: AUC is ${test.auc.toFixed(3)}, below one half. Are its scores the right way round?`]
      : [],
  );
}
