import type { AblationRow, Evaluation, MatrixCell, MatrixRow, ReportData, Spread } from '@shared/domain/report';
import type { HeatCell } from '../../charts';
import { formatRate } from '../../ui';
import { datasetList } from '@shared/domain/names';
import { domainArrow } from './making-words';

export type Metric = 'hter' | 'acer' | 'both';

/** A cell of the matrix: one system, trained on one combination, tested on one dataset. */
export interface CellChoice {
  readonly system: string;
  readonly source: readonly string[];
  readonly target: string;
}

export function cellId({ system, source, target }: CellChoice): string {
  return `${system}|${source.join(',')}|${target}`;
}

/**
 * The cell a report opens with, or that a system opens with: of the first complete system that is no floor, the one with
 * most sources, on a dataset it was not trained on.
 */
export function firstCell(data: ReportData, system?: string): CellChoice | null {
  const complete = new Set(data.ablation.filter((row) => row.complete).map((row) => row.system));
  const rows = data.matrix.filter((row) => (system === undefined ? !row.floor : row.system === system));
  const candidates = (rows.length > 0 ? rows : data.matrix).flatMap((row) =>
    row.cells.map((cell) => ({
      row,
      cell,
      rank:
        row.source.length -
        (cell.sameDomain ? 100 : 0) +
        (complete.has(row.system) ? 1000 : 0) +
        // Below some hundred samples a curve is a few steps: nothing to open with while there is better.
        10 * Math.min(1, (cell.bonaFide + cell.attacks) / 100),
    })),
  );
  let best: (typeof candidates)[number] | undefined;
  for (const candidate of candidates) if (!best || candidate.rank > best.rank) best = candidate;
  return best ? { system: best.row.system, source: best.row.source, target: best.cell.target } : null;
}

/** Evaluations behind a cell with their places in the report, by seed. */
export function evaluationsOf(data: ReportData, choice: CellChoice): { evaluation: Evaluation; index: number }[] {
  return data.evaluations
    .map((evaluation, index) => ({ evaluation, index }))
    .filter(
      ({ evaluation }) =>
        evaluation.system === choice.system &&
        evaluation.target === choice.target &&
        evaluation.source.join() === choice.source.join(),
    )
    .sort((a, b) => (a.evaluation.seed ?? 0) - (b.evaluation.seed ?? 0));
}

/** `± 0.8`, in per cent; `n = 1` where one value has no spread. */
export function spreadWords(spread: Spread | null, decimals: number): string {
  if (!spread) return '';
  return spread.sd === null ? `n = ${spread.n}` : `± ${formatRate(spread.sd, decimals)}`;
}

/** Rows of the heat table for one system, single sources first. */
export function heatRows(
  data: ReportData,
  system: string,
  metric: Metric,
): { label: string; cells: (HeatCell | null)[] }[] {
  const rows = data.matrix.filter((row) => row.system === system);
  const leftOut = rows.filter((row) => isLeaveOneOut(data, row));
  const cellOf = (row: MatrixRow, id: string) => {
    const cell = row.cells.find(({ target }) => target === id);
    return cell ? heatCell(row, cell, metric, data.decimals) : null;
  };
  const table = rows
    .filter((row) => leftOut.length < 2 || !leftOut.includes(row))
    .sort((a, b) => a.source.length - b.source.length || order(data, a) - order(data, b))
    .map((row) => ({ label: datasetList(row.source), cells: data.datasets.map(({ id }) => cellOf(row, id)) }));
  if (leftOut.length < 2) return table;
  // Trained on all but the target: one row in place of one a target.
  const cells = data.datasets.map(({ id }) => {
    const row = leftOut.find(({ cells: own }) => own[0]?.target === id);
    return row ? cellOf(row, id) : null;
  });
  return [...table, { label: `${countWord(data.datasets.length - 1)} others`, cells }];
}

/** Trained on every dataset of the report but one, tested on that one. */
function isLeaveOneOut({ datasets }: ReportData, { source, cells }: MatrixRow): boolean {
  const [cell, more] = cells;
  return (
    cell !== undefined &&
    more === undefined &&
    !cell.sameDomain &&
    source.length === datasets.length - 1 &&
    source.length > 1
  );
}

function countWord(count: number): string {
  return ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][count] ?? String(count);
}

function order({ datasets }: ReportData, { source }: MatrixRow): number {
  return datasets.findIndex(({ id }) => id === source[0]);
}

function heatCell(row: MatrixRow, cell: MatrixCell, metric: Metric, decimals: number): HeatCell | null {
  const main = metric === 'acer' ? cell.acer : cell.hter;
  if (!main) return null;
  const words = (name: string, spread: Spread | null) =>
    spread
      ? `${name} ${formatRate(spread.mean, decimals)} ${spreadWords(spread, decimals)} %, n = ${spread.n}`
      : `${name} –`;
  const acer = cell.acer ? `${formatRate(cell.acer.mean, decimals)} ${spreadWords(cell.acer, decimals)}` : '–';
  return {
    id: cellId({ system: row.system, source: row.source, target: cell.target }),
    value: main.mean,
    text: formatRate(main.mean, decimals),
    ...(metric === 'both'
      ? { spread: spreadWords(main, decimals), note: acer }
      : { note: spreadWords(main, decimals) }),
    framed: cell.sameDomain,
    title: `${row.system} ${domainArrow(row.source, cell.target)}: ${words('HTER', cell.hter)}; ${words('ACER', cell.acer)}; ${cell.bonaFide} bona fide, ${cell.attacks} attacks`,
  };
}

/** Seeds behind the cells in words: `n = 3 seeds`, or that they differ. */
export function seedWords(data: ReportData, system: string): string {
  const counts = new Set(
    data.matrix
      .filter((row) => row.system === system)
      .flatMap(({ cells }) => cells.flatMap(({ hter }) => (hter ? [hter.n] : []))),
  );
  const [n] = counts;
  if (n === undefined) return 'not run';
  return counts.size === 1
    ? `n = ${n} ${n === 1 ? 'seed' : 'seeds'}`
    : `n = ${Math.min(...counts)}–${Math.max(...counts)} seeds`;
}

/** The range of the heat colours: 5–40 %, wider only where a value lies outside by much. */
export function heatRange(data: ReportData): readonly [number, number] {
  const most = Math.max(
    0,
    ...data.matrix.flatMap(({ cells }) => cells.flatMap(({ hter, acer }) => [hter?.mean ?? 0, acer?.mean ?? 0])),
  );
  return most > 0.45 ? [0.05, Math.min(1, Math.ceil(10 * most) / 10)] : [0.05, 0.4];
}

/** Best and second best of a column among complete rows: what is bold and what is underlined. */
export function ranks(
  rows: readonly AblationRow[],
  valueOf: (row: AblationRow) => number | null,
): { best: number | null; second: number | null } {
  const values = rows
    .filter(({ complete }) => complete)
    .flatMap((row) => {
      const value = valueOf(row);
      return value === null ? [] : [value];
    });
  const [best = null, second = null] = [...new Set(values)].sort((a, b) => a - b);
  return { best, second };
}
