import { datasetList } from '@shared/domain/names';
import type { Making } from '@shared/domain/report';
import type { Evaluation, ReportDefinition } from '@shared/domain/report';
import { describeLevel } from '@shared/domain/scores';
import { describeThresholdPolicy, devRules } from '@shared/domain/threshold-policy';
import type { SelectOption } from '../../ui';

/** Policies to choose from; the oracle stands apart, a fixed value is typed. */
export const policyOptions: readonly SelectOption[] = [
  ...(['source-dev', 'target-dev'] as const).flatMap((set) =>
    devRules.map((rule) => ({ value: `${set}-${rule}`, label: describeThresholdPolicy(`${set}-${rule}`) })),
  ),
  { value: 'fixed', label: 'fixed value' },
];
export const epochOptions = [
  { value: 'last', label: 'last' },
  { value: 'best', label: 'best on dev' },
] as const;
export const scoreOptions = [
  { value: 'classifier', label: 'classifier' },
  { value: 'depth', label: 'mean depth' },
] as const;
export const levelOptions = [
  { value: 'frame', label: 'frame' },
  { value: 'video:mean', label: 'video, mean' },
  { value: 'video:median', label: 'video, median' },
  { value: 'video:max', label: 'video, max' },
  { value: 'video:min', label: 'video, min' },
  { value: 'video:first:1', label: 'video, first frame' },
  { value: 'video:first:5', label: 'video, first 5' },
] as const;

/** How the numbers are made, in a line: `source-dev EER, last epoch, classifier score, frame level`. */
export function describeMaking({ policy, epoch, score, level }: Making): string {
  const kind = score === 'depth' ? 'mean depth as score' : 'classifier score';
  return `${describeThresholdPolicy(policy)}, ${epoch} epoch, ${kind}, ${describeLevel(level)}`;
}

/** `RCM→O` */
export function domainArrow(source: readonly string[], target: string): string {
  return `${datasetList(source)}→${target}`;
}

/** Test samples of an evaluation, both classes. */
export function sampleCount({ test }: Evaluation): number {
  return test.n.bonaFide + Object.values(test.n.attacks).reduce((sum, count) => sum + count, 0);
}

/** A name for files from a title: `Leave one out, synthetic` → `leave-one-out-synthetic`. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 56);
  return slug === '' ? 'report' : slug;
}

export function newDefinition(name: string, title: string, runs: readonly string[], floors: boolean): ReportDefinition {
  return {
    formatVersion: 1,
    name,
    title,
    runs: [...runs],
    making: { policy: 'source-dev-eer', level: 'frame', score: 'classifier', epoch: 'last' },
    floors,
    decimals: 1,
  };
}
