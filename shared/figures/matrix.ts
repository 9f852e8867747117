import type { HeatCell, HeatFigure } from './figure';

/** One system trained on one combination of sources, over all targets. */
export interface MatrixInput {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly cells: readonly (MatrixInputCell | null)[];
  }[];
}

export interface MatrixInputCell {
  /** Mean rate as a fraction. */
  readonly mean: number;
  readonly sd: number | null;
  readonly n: number;
  readonly sameDomain: boolean;
}

export interface MatrixFigureOptions {
  readonly subtitle: string;
  readonly note?: string | null;
  readonly decimals?: number;
  /** Ends of the colour range as fractions; printed under the table. */
  readonly range?: readonly [number, number];
}

/** Train × test table: rows are sources, columns targets; a cell that was not run is hatched, never zero. */
export function matrixFigure(
  input: MatrixInput,
  { subtitle, note = null, decimals = 1, range = [0.05, 0.4] }: MatrixFigureOptions,
): HeatFigure {
  const percent = (rate: number) => (rate * 100).toFixed(decimals);
  const cellOf = (cell: MatrixInputCell | null): HeatCell =>
    cell === null
      ? { value: null, text: '–', subtext: 'not run', framed: false }
      : {
          value: cell.mean,
          text: percent(cell.mean),
          subtext: cell.sd === null ? `n = ${cell.n}` : `± ${percent(cell.sd)}`,
          framed: cell.sameDomain,
        };
  return {
    kind: 'heat',
    title: 'Train × test',
    subtitle,
    note,
    corner: 'train \\ test',
    columns: input.columns,
    rows: input.rows.map(({ label, cells }) => ({
      label,
      cells: input.columns.map((_, column) => cellOf(cells[column] ?? null)),
    })),
    range,
    rangeLabels: [`${compactPercent(range[0])} %`, `${compactPercent(range[1])} %`],
    frameMeaning: 'same domain',
  };
}

function compactPercent(rate: number): string {
  return String(Number((rate * 100).toPrecision(4)));
}
