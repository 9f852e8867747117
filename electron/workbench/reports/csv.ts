import type { Evaluation, ReportData, Spread } from '@shared/domain/report';
import { scoresDigest } from './making';

/**
 * Matrix and ablation as one tidy table: a row for each system, sources and target. Rates are fractions at full
 * precision, a missing value is empty, and every row carries how its numbers are made.
 */
export function writeTableCsv(data: ReportData): string {
  const digest = scoresDigest(data);
  const { policy, level, score, epoch } = data.making;
  const making = [policy, level, score, epoch, String(data.synthetic), digest];
  const header = [
    ...['table', 'system', 'note', 'floor', 'parameters', 'source', 'target', 'same_domain', 'complete', 'n'],
    ...['hter', 'hter_sd', 'acer', 'acer_sd', 'auc', 'auc_sd', 'bona_fide', 'attacks'],
    ...['policy', 'level', 'score', 'epoch', 'synthetic', 'scores_sha256', 'runs'],
  ];
  const matrix = data.matrix.flatMap((row) =>
    row.cells.map((cell) => [
      'matrix',
      row.system,
      row.note,
      String(row.floor),
      number(row.parameters),
      row.source.join('+'),
      cell.target,
      String(cell.sameDomain),
      String(cell.hter !== null),
      number(cell.hter?.n ?? null),
      ...spread(cell.hter),
      ...spread(cell.acer),
      ...spread(cell.auc),
      String(cell.bonaFide),
      String(cell.attacks),
      ...making,
      cell.runs.join(' '),
    ]),
  );
  const ablation = data.ablation.flatMap((row) => {
    const line = (target: string, hter: Spread | null, acer: Spread | null) => [
      'ablation',
      row.system,
      row.note,
      String(row.floor),
      '',
      '',
      target,
      'false',
      String(row.complete),
      number(hter?.n ?? null),
      ...spread(hter),
      ...spread(acer),
      '',
      '',
      '',
      '',
      ...making,
      '',
    ];
    return [
      ...row.cells.map((cell) => line(cell.target, cell.hter, cell.acer)),
      line('mean', row.meanHter, row.meanAcer),
    ];
  });
  return csvText([header, ...matrix, ...ablation]);
}

/** Every evaluation with all its rates and intervals: a row for each run and target. Fractions; missing is empty. */
export function writeEvaluationsCsv(data: ReportData): string {
  const types = [...new Set(data.evaluations.flatMap(({ test }) => Object.keys(test.n.attacks)))].sort();
  const { level, score, epoch } = data.making;
  const header = [
    ...['run', 'system', 'preset', 'seed', 'source', 'target', 'same_domain', 'synthetic'],
    ...['policy', 'threshold', 'threshold_from', 'level', 'score', 'epoch', 'n_bona_fide', 'n_attacks'],
    ...['failure_to_acquire', 'hter', 'hter_low', 'hter_high', 'acer', 'acer_low', 'acer_high'],
    ...['bpcer', 'bpcer_low', 'bpcer_high', 'apcer_max', 'apcer_pooled', 'far', 'frr', 'eer', 'min_hter', 'auc'],
    ...['bpcer10', 'bpcer20', 'bpcer100', 'tpr_at_fpr_0.1', 'tpr_at_fpr_0.05', 'tpr_at_fpr_0.01'],
    ...types.flatMap((type) => [`n:${type}`, `apcer:${type}`]),
    'score_files',
  ];
  const rows = data.evaluations.map((evaluation) => {
    const { test } = evaluation;
    const { interval } = test;
    return [
      evaluation.run ?? '',
      evaluation.system,
      evaluation.preset ?? '',
      number(evaluation.seed),
      evaluation.source.join('+'),
      evaluation.target,
      String(evaluation.sameDomain),
      String(evaluation.synthetic),
      evaluation.threshold.policy,
      number(evaluation.threshold.value),
      evaluation.threshold.from,
      level,
      score,
      epoch,
      String(test.n.bonaFide),
      String(attackCount(test)),
      number(test.failureToAcquire),
      ...withInterval(test.hter, interval?.hter),
      ...withInterval(test.acer, interval?.acer),
      ...withInterval(test.bpcer, interval?.bpcer),
      ...[test.apcer.max, test.apcer.pooled, test.far, test.frr, test.eer, test.minHter, test.auc].map(number),
      ...[test.bpcer10, test.bpcer20, test.bpcer100].map(number),
      ...[test.tprAtFpr['0.1'], test.tprAtFpr['0.05'], test.tprAtFpr['0.01']].map(number),
      ...types.flatMap((type) => [number(test.n.attacks[type] ?? null), number(test.apcer.perType[type] ?? null)]),
      evaluation.files.map(({ path, sha256 }) => `${path} sha256:${sha256}`).join('; '),
    ];
  });
  return csvText([header, ...rows]);
}

/** Attacks scored, all types together. */
export function attackCount(test: Evaluation['test']): number {
  return Object.values(test.n.attacks).reduce((sum, count) => sum + count, 0);
}

function withInterval(value: number | null, interval: readonly [number, number] | null | undefined): string[] {
  return [number(value), number(interval?.[0] ?? null), number(interval?.[1] ?? null)];
}

function spread(value: Spread | null): [string, string] {
  return [number(value?.mean ?? null), number(value?.sd ?? null)];
}

function number(value: number | null): string {
  return value === null ? '' : String(value);
}

/** RFC 4180 with `\n` line ends. */
function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
