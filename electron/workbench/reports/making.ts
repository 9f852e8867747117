import { createHash } from 'node:crypto';
import { datasetList } from '@shared/domain/names';
import type { PrintedRow, PrintedTable } from '@shared/domain/printed-table';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { describeLevel } from '@shared/domain/scores';
import { describeThresholdPolicy, isOracle } from '@shared/domain/threshold-policy';
import type { TableHead } from '@shared/domain/table-design';
import { findMetric } from '@shared/metrics/definitions';
import { measures } from '@shared/tables/measures';
import { waiverWords } from '@shared/tables/waiver-words';

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

/** What the measures of some tables are, since their names are used for different things in print. */
export function measureDefinitions(tables: readonly PrintedTable[]): string[] {
  const used = new Set(tables.flatMap((table) => table.measures).map((measure) => measures[measure].metric));
  return [...used].flatMap((id) => {
    const metric = findMetric(id);
    return metric ? `${metric.title} = ${metric.formula}` : [];
  });
}

/** What stands below a table: a person's notes, then what has to be said. */
export function tableNotes({ design, remarks = [] }: PrintedTable): string[] {
  return [design.notes.trim(), ...remarks].filter((note) => note !== '');
}

/** Statements that apply to this report. */
export function statements(data: ReportData): string[] {
  return [
    ...(data.synthetic ? [syntheticStatement] : []),
    reconstructionStatement,
    ...(data.waivers ?? []).map(waiverWords),
  ];
}

/** `±` and `n` in words: train × test counts seeds, rows of systems count runs over all source combinations. */
export function spreadPhrase(table: PrintedTable): string {
  const counts = table.rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell && cell.n > 0 ? [cell.n] : [])));
  if (counts.length === 0) return 'no finished runs';
  const fewest = Math.min(...counts);
  const most = Math.max(...counts);
  const unit = table.design.rows === 'sources' ? 'seed' : 'run';
  const interval = table.design.spread === 'interval';
  if (most === 1) return `n = 1 ${unit}${interval ? ', 95 % interval of its samples' : ''}`;
  const range = fewest === most ? String(most) : `${String(fewest)} to ${String(most)}`;
  const around = { sd: `± ${table.spread} sd`, interval: 'and its 95 % interval by Student’s t', none: '' }[
    table.design.spread
  ];
  return `mean ${around}${around === '' ? '' : ', '}n = ${range} ${unit}s`.replace('mean n', 'mean, n');
}

/** Trained on what, tested on what: a table's caption before how its numbers are made. */
export function tablePhrase({ design }: PrintedTable): string {
  if (design.rows === 'sources') return 'Trained on the sources at the left, tested on each target';
  return {
    across: 'Systems on targets they were not trained on',
    'leave-one-out': 'Systems trained on all datasets but the target',
    'single-source': 'Systems trained on one other dataset than the target',
    within: 'Systems trained and tested on the same dataset, subjects apart',
  }[design.runs];
}

/** The caption a person gave, or one that says what the table is and how its numbers are made. */
export function tableCaption(table: PrintedTable, data: ReportData): string {
  if (table.design.caption !== undefined) return table.design.caption;
  return [
    `${tablePhrase(table)}: ${measureNames(table)} in %, ${spreadPhrase(table)}; ${makingPhrases(data).join(', ')}.`,
    ...(data.synthetic ? [syntheticStatement] : []),
    shortReconstruction,
  ].join(' ');
}

/** A row's name as tables print it; a row of one's own that lacks runs says so. */
export function rowName({ label, complete, origin }: PrintedRow): string {
  return complete || origin === 'published' || origin === 'typed' ? label : `${label} (incomplete)`;
}

/** Where each row's numbers come from: the runs behind it, in a line a row. */
export function rowSources(table: PrintedTable): string[] {
  return table.rows.map((row) => {
    const runs = [...new Set(row.cells.flatMap((cell) => cell?.runs ?? []))].sort();
    const where = row.sources === null ? '' : ` on ${datasetList(row.sources)}`;
    return `${table.id}: ${row.label}${where}: ${runs.length === 0 ? row.made : `runs ${runs.join(' ')}`}`;
  });
}

/** Columns between a row's name and its numbers; what a note says of a system would repeat in every row of sources. */
export function shownHeads({ design }: PrintedTable): TableHead[] {
  return design.heads.filter((head) => head !== 'note' || design.rows === 'systems');
}

/** Names of the table's measures: `HTER and ACER`. */
export function measureNames({ measures: wanted }: PrintedTable): string {
  const names = wanted.map((measure) => measures[measure].label);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
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
