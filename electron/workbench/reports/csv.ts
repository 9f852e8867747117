import type { PrintedRate } from '@shared/domain/printed-table';
import type { Evaluation, ReportData } from '@shared/domain/report';
import type { TableMeasure } from '@shared/domain/table-design';
import { layTables } from '@shared/tables/lay-table';
import { measures } from '@shared/tables/measures';
import { waiverNotes } from '@shared/tables/waiver-words';
import { scoresDigest } from './making';

/**
 * The tables as one tidy table: a row for each cell. Rates are fractions at full precision, a missing value is empty, and
 * every row carries how its numbers are made.
 */
export function writeTableCsv(data: ReportData): string {
  const tables = layTables(data);
  const digest = scoresDigest(data);
  const { policy, level, score, epoch } = data.making;
  const making = [policy, level, score, epoch, String(data.synthetic), digest];
  const used = new Set<TableMeasure>(['hter', 'acer', 'auc', ...tables.flatMap((table) => table.measures)]);
  const columns = [...used];
  // A column more only where there is something to say, so that tables without leaks keep their shape.
  const waived = tables.some(({ remarks }) => remarks !== undefined);
  const header = [
    ...['table', 'system', 'label', 'note', 'floor', 'parameters', 'source', 'target', 'same_domain', 'complete', 'n'],
    ...columns.flatMap((measure) => [measures[measure].field, `${measures[measure].field}_sd`]),
    ...['bona_fide', 'attacks', 'policy', 'level', 'score', 'epoch', 'synthetic', 'scores_sha256', 'runs'],
    ...(waived ? ['waived_leaks'] : []),
  ];
  const rows = tables.flatMap((table) =>
    table.rows.flatMap((row) =>
      table.columns.map(({ target }, column) => {
        const cell = row.cells[column] ?? null;
        const rateOf = (measure: TableMeasure) => cell?.rates[table.measures.indexOf(measure)] ?? null;
        return [
          ...[table.id, row.system, row.label, row.note, String(row.floor), number(row.parameters)],
          ...[row.sources?.join('+') ?? '', target ?? 'mean', String(cell?.sameDomain ?? false), String(row.complete)],
          cell === null || cell.n === 0 ? '' : String(cell.n),
          ...columns.flatMap((measure) => spread(rateOf(measure))),
          ...[number(cell?.samples?.bonaFide ?? null), number(cell?.samples?.attacks ?? null)],
          ...making,
          (cell?.runs ?? []).join(' '),
          ...(waived ? [waiverNotes(data.waivers ?? [], new Set(cell?.runs ?? [])).join(' ')] : []),
        ];
      }),
    ),
  );
  return csvText([header, ...rows]);
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

function spread(rate: PrintedRate | null): [string, string] {
  return [number(rate?.value ?? null), number(rate?.sd ?? null)];
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
