import { datasetList } from '@shared/domain/names';
import type { ReportData, Spread } from '@shared/domain/report';

/** How numbers are printed. */
export interface TableOptions {
  /** Digits after the point of a per cent value. */
  readonly decimals: number;
  /** `sd` prints ± where there are at least two seeds. */
  readonly spread: 'sd' | 'none';
  /** Best bold, second underlined, in the ablation. */
  readonly highlight: boolean;
}

/** A rate ready to print. */
export interface PrintedRate {
  /** Per cent, fixed digits: `19.6`. */
  readonly mean: string;
  readonly sd: string | null;
  readonly n: number;
  readonly rank: 'best' | 'second' | null;
}

export interface TableCell {
  readonly hter: PrintedRate | null;
  readonly acer: PrintedRate | null;
  readonly sameDomain: boolean;
  /** Seeds behind the cell. */
  readonly n: number;
  /** Test samples behind each seed's number; null for a mean over targets. */
  readonly samples: { readonly bonaFide: number; readonly attacks: number } | null;
  /** Mean HTER as a fraction, for the cell's colour. */
  readonly value: number | null;
}

export interface TableRow {
  readonly system: string;
  readonly note: string;
  /** What it was trained on; null in the ablation, which spans all sources. */
  readonly source: string | null;
  readonly parameters: number | null;
  readonly floor: boolean;
  /** False: not all of its runs are there, so it is shown grey and left out of the ranking. */
  readonly complete: boolean;
  /** Fewest seeds over the row's cells; 0 when none ran. */
  readonly n: number;
  /** One entry a column; null = not run. */
  readonly cells: readonly (TableCell | null)[];
}

/** A table before it becomes LaTeX, Markdown or HTML: numbers are printed here, once, so all formats agree. */
export interface ReportTable {
  readonly kind: 'matrix' | 'ablation';
  readonly title: string;
  readonly columns: readonly { readonly label: string; readonly target: string | null }[];
  readonly rows: readonly TableRow[];
}

/** Train × test: a row for each system and source combination. Rows of different sources are not ranked. */
export function matrixTable(data: ReportData, options: TableOptions): ReportTable {
  const targets = targetOrder(
    data,
    data.matrix.flatMap(({ cells }) => cells.map(({ target }) => target)),
  );
  return {
    kind: 'matrix',
    title: 'Train × test',
    columns: targets.map((target) => ({ label: `→${target}`, target })),
    rows: data.matrix.map((row) => {
      const cells = targets.map((target): TableCell | null => {
        const cell = row.cells.find((one) => one.target === target);
        if (!cell || (cell.hter === null && cell.acer === null)) return null;
        return {
          hter: printed(cell.hter, options),
          acer: printed(cell.acer, options),
          sameDomain: cell.sameDomain,
          n: cell.hter?.n ?? cell.acer?.n ?? 0,
          samples: { bonaFide: cell.bonaFide, attacks: cell.attacks },
          value: cell.hter?.mean ?? null,
        };
      });
      return {
        system: row.system,
        note: row.note,
        source: datasetList(row.source),
        parameters: row.parameters,
        floor: row.floor,
        complete: cells.every((cell) => cell !== null),
        n: fewest(cells),
        cells,
      };
    }),
  };
}

/** Ablation: a row for each system over targets it was not trained on, and the mean. */
export function ablationTable(data: ReportData, options: TableOptions): ReportTable {
  const targets = targetOrder(
    data,
    data.ablation.flatMap(({ cells }) => cells.map(({ target }) => target)),
  );
  const rows = data.ablation.map((row): TableRow => {
    const cells = targets.map((target) => {
      const cell = row.cells.find((one) => one.target === target);
      return cell ? pairCell(cell.hter, cell.acer, options) : null;
    });
    return {
      system: row.system,
      note: row.note,
      source: null,
      parameters: data.matrix.find(({ system }) => system === row.system)?.parameters ?? null,
      floor: row.floor,
      complete: row.complete,
      n: row.n,
      cells: [...cells, pairCell(row.meanHter, row.meanAcer, options)],
    };
  });
  return {
    kind: 'ablation',
    title: 'Ablation',
    columns: [...targets.map((target) => ({ label: `→${target}`, target })), { label: 'Mean', target: null }],
    rows: options.highlight ? ranked(rows) : rows,
  };
}

/** A fraction as per cent with fixed digits. */
export function percent(rate: number, decimals: number): string {
  return (rate * 100).toFixed(decimals);
}

function pairCell(hter: Spread | null, acer: Spread | null, options: TableOptions): TableCell | null {
  if (hter === null && acer === null) return null;
  return {
    hter: printed(hter, options),
    acer: printed(acer, options),
    sameDomain: false,
    n: hter?.n ?? acer?.n ?? 0,
    samples: null,
    value: hter?.mean ?? null,
  };
}

function printed(spread: Spread | null, { decimals, spread: shown }: TableOptions): PrintedRate | null {
  if (spread === null) return null;
  return {
    mean: percent(spread.mean, decimals),
    sd: shown === 'none' || spread.sd === null ? null : percent(spread.sd, decimals),
    n: spread.n,
    rank: null,
  };
}

/** Marks best and second of every column among complete rows; what prints equal ranks equal. One row alone has no rank. */
function ranked(rows: readonly TableRow[]): TableRow[] {
  const complete = rows.filter((row) => row.complete);
  if (complete.length < 2) return [...rows];
  const marked = (column: number, rate: 'hter' | 'acer') => {
    const means = complete.flatMap(({ cells }) => cells[column]?.[rate]?.mean ?? []);
    const ordered = [...new Set(means)].sort((a, b) => Number(a) - Number(b));
    return (cell: PrintedRate | null): PrintedRate | null => {
      if (cell === null) return null;
      const rank = cell.mean === ordered[0] ? 'best' : cell.mean === ordered[1] ? 'second' : null;
      return { ...cell, rank };
    };
  };
  return rows.map((row) => {
    if (!row.complete) return row;
    return {
      ...row,
      cells: row.cells.map((cell, column) =>
        cell === null
          ? null
          : { ...cell, hter: marked(column, 'hter')(cell.hter), acer: marked(column, 'acer')(cell.acer) },
      ),
    };
  });
}

/** Targets in the order in which the report lists its datasets. */
function targetOrder(data: ReportData, present: readonly string[]): string[] {
  const order = new Map(data.datasets.map(({ id }, index) => [id, index]));
  const place = (id: string) => order.get(id) ?? order.size;
  return [...new Set(present)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function fewest(cells: readonly (TableCell | null)[]): number {
  const counts = cells.flatMap((cell) => (cell ? [cell.n] : []));
  return counts.length === 0 ? 0 : Math.min(...counts);
}
