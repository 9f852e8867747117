import type { Axis, Figure, HistogramFigure, HistogramRow, XyFigure } from './figure';
import { toAxisUnits } from './scales';
import type { FigureTheme } from './theme';

/**
 * The same figure in the shape that Chart.js eats. All axes are linear there: values are transformed beforehand, because
 * zooming works by axis type, and a scale of one's own would zoom wrongly. The drawing side sets `ticks.values` in
 * `afterBuildTicks` and prints `ticks.labels`.
 */
export interface ChartAxis {
  readonly type: 'linear';
  readonly min: number;
  readonly max: number;
  readonly title: string;
  readonly grid: boolean;
  readonly ticks: { readonly values: readonly number[]; readonly labels: readonly string[] };
}

export interface ChartLine {
  readonly label: string;
  readonly inLegend: boolean;
  readonly data: { x: number; y: number }[];
  readonly borderColor: string;
  readonly borderWidth: number;
  readonly borderDash: number[];
}

export interface ChartLines {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: ChartLine[];
  /** Rings in axis units. */
  readonly points: { x: number; y: number; label: string; borderColor: string }[];
}

/** Lines and axes of an xy figure; bands become two thin lines with `inLegend` false. */
export function chartLines(figure: XyFigure, theme: FigureTheme): ChartLines {
  const point = (x: number, y: number) => ({ x: toAxisUnits(figure.x, x), y: toAxisUnits(figure.y, y) });
  const pointsOf = (xs: ArrayLike<number>, ys: ArrayLike<number>) =>
    Array.from(xs, (x, index) => point(x, ys[index] ?? NaN));
  const lines = figure.series.flatMap((series): ChartLine[] => {
    const colour = withOpacity(theme.colours[series.colour], series.opacity);
    const own = {
      label: series.label ?? '',
      inLegend: series.label !== null,
      data: pointsOf(series.x, series.y),
      borderColor: colour,
      borderWidth: series.width,
      borderDash: [...series.dash],
    };
    if (!series.band) return [own];
    const edge = {
      ...own,
      inLegend: false,
      borderColor: withOpacity(theme.colours[series.colour], 0.22),
      borderWidth: 1,
    };
    return [
      own,
      { ...edge, data: pointsOf(series.x, series.band.low) },
      { ...edge, data: pointsOf(series.x, series.band.high) },
    ];
  });
  const points = figure.marks.flatMap((mark) =>
    mark.kind === 'ring'
      ? [{ ...point(mark.x, mark.y), label: mark.label, borderColor: theme.colours[mark.colour] }]
      : [],
  );
  return { x: chartAxis(figure.x), y: chartAxis(figure.y), lines, points };
}

/** Stacked bars of one histogram row: errors below in full colour, the rest above, faint. */
export function chartBars(
  figure: HistogramFigure,
  row: HistogramRow,
  theme: FigureTheme,
): { x: ChartAxis; centres: number[]; wrong: number[]; right: number[]; wrongColour: string; rightColour: string } {
  const bins = row.counts.length;
  const width = (figure.x.max - figure.x.min) / bins;
  const wrong = Array.from(row.wrongCounts);
  return {
    x: chartAxis(figure.x),
    centres: Array.from({ length: bins }, (_, bin) => figure.x.min + (bin + 0.5) * width),
    wrong,
    right: Array.from(row.counts, (count, bin) => count - (wrong[bin] ?? 0)),
    wrongColour: theme.colours[row.colour],
    rightColour: withOpacity(theme.colours[row.colour], row.wrong === null ? 0.8 : 0.38),
  };
}

/** The legend's words for any figure, in drawing order. */
export function legendLabels(figure: Figure): string[] {
  if (figure.kind !== 'xy') return [];
  return figure.series.flatMap(({ label }) => (label === null ? [] : [label]));
}

function chartAxis(axis: Axis): ChartAxis {
  return {
    type: 'linear',
    min: toAxisUnits(axis, axis.min),
    max: toAxisUnits(axis, axis.max),
    title: axis.title,
    grid: axis.grid,
    ticks: {
      values: axis.ticks.map(({ value }) => toAxisUnits(axis, value)),
      labels: axis.ticks.map(({ label }) => label),
    },
  };
}

/** `#rrggbb` with an alpha byte. */
function withOpacity(hex: string, opacity: number): string {
  if (opacity >= 1) return hex;
  return `${hex}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
