import type { EvaluationAudit } from '@shared/domain/audit';
import type { EpochHonesty, Evaluation } from '@shared/domain/report';
import type { Rates } from '@shared/domain/rates';
import { describeLevel } from '@shared/domain/scores';
import { describeThresholdPolicy } from '@shared/domain/threshold-policy';
import { textTable } from './output';

/** Heads of {@link ratesRow}. */
export const ratesHead = ['n bona fide', 'n attack', 'APCER %', 'BPCER %', 'ACER %', 'HTER %', 'EER %', 'AUC %'];

export function ratesRow({ n, apcer, bpcer, acer, hter, eer, auc }: Rates): string[] {
  const attacks = Object.values(n.attacks).reduce((sum, count) => sum + count, 0);
  return [String(n.bonaFide), String(attacks), ...[apcer.max, bpcer, acer, hter, eer, auc].map(percent)];
}

export function evaluationRow({ run, system, source, target, sameDomain, test }: Evaluation): string[] {
  return [run ?? system, source.join('+'), sameDomain ? `${target} (within)` : target, ...ratesRow(test)];
}

/** What a table of rates does not show: intervals, pooled and per-type APCER, what to mind. */
export function detailLines(test: Rates): string[] {
  const { interval, apcer, worstType } = test;
  const between = (ends: readonly [number, number] | null) =>
    ends ? `${percent(ends[0])} to ${percent(ends[1])}` : 'not to be had';
  const types = Object.entries(apcer.perType).map(([type, rate]) => `${type} ${percent(rate)}`);
  return [
    `APCER by type: ${types.join(', ') || 'no attacks'}; worst ${worstType ?? '–'}, pooled ${percent(apcer.pooled)}`,
    ...(interval
      ? [`95 %: BPCER ${between(interval.bpcer)}, APCER ${between(interval.apcer.max)}, HTER ${between(interval.hter)}`]
      : []),
    ...(interval?.warning ? [`mind: ${interval.warning}`] : []),
  ];
}

/** Runs by three ways of choosing an epoch. */
export function epochsText(rows: readonly EpochHonesty[]): string {
  return [
    'HTER %, frame level, threshold from the source dev sets of the same epoch',
    textTable([
      ['run', 'source', 'target', 'last', 'best on dev', 'best on test (oracle)', 'gap', 'last ones: mean ± sd (n)'],
      ...rows.map(({ run, source, target, last, bestOnDev, bestOnTest, gap, lastOnes }) => [
        run,
        source.join('+'),
        target,
        ...[last, bestOnDev, bestOnTest].map(({ epoch, hter }) => `${percent(hter)} (${String(epoch)})`),
        percent(gap),
        lastOnes ? `${percent(lastOnes.mean)} ± ${percent(lastOnes.sd)} (${String(lastOnes.n)})` : '–',
      ]),
    ]),
  ].join('\n');
}

/** Tables of an audit: levels, policies, other codes' rules, frames. */
export function auditText({ levels, policies, codebases, frames, note }: EvaluationAudit): string {
  const sections = [
    'Levels, from the same file',
    textTable([
      ['level', 'threshold', ...ratesHead],
      ...levels.map(({ level, threshold, test }) => [describeLevel(level), number(threshold.value), ...ratesRow(test)]),
    ]),
    ...(note === null ? [] : [note]),
    '',
    'Threshold policies',
    textTable([
      ['policy', 'threshold', ...ratesHead],
      ...policies.map(({ policy, threshold, test }) => [
        describeThresholdPolicy(policy),
        number(threshold.value),
        ...ratesRow(test),
      ]),
    ]),
    '',
    "Other codes' rules",
    textTable([
      ['code', 'threshold', 'APCER %', 'BPCER %', 'ACER %', 'HTER %', 'attacks found at 1 % BPCER'],
      ...codebases.map(({ title, threshold, apcer, bpcer, acer, hter, attacksFound }) => [
        title,
        number(threshold),
        ...[apcer, bpcer, acer, hter, attacksFound?.['0.01'] ?? null].map(percent),
      ]),
    ]),
    ...codebases.flatMap(({ title, differences }) => differences.map((difference) => `  ${title}: ${difference}`)),
  ];
  if (!frames) return sections.join('\n');
  const rows = (['bonaFide', 'attacks'] as const).map((side) => {
    const { videos, frames: count, variance, betweenVideos, bias, split } = frames[side];
    return [
      side === 'bonaFide' ? 'bona fide' : 'attacks',
      String(videos),
      String(count),
      ...[variance, betweenVideos, bias].map(number),
      split === null ? '–' : String(split),
    ];
  });
  return [
    ...sections,
    '',
    'Frames of videos',
    textTable([['class', 'videos', 'frames', 'variance', 'between videos', 'bias', 'split by the threshold'], ...rows]),
  ].join('\n');
}

export function percent(value: number | null): string {
  return value === null ? '–' : (100 * value).toFixed(1);
}

export function number(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toPrecision(6)));
}
