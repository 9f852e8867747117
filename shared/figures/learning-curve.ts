import type { Axis, Series, XyFigure } from './figure';
import { percentTicks, plainTicks, roundTicks } from './scales';
import { seriesStyle } from './theme';

/** A scalar over training. */
export interface LearningSeries {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Mean ± sd of a group of runs. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
}

export interface LearningCurveOptions {
  readonly title: string;
  readonly subtitle: string;
  readonly note?: string | null;
  /** What x counts. */
  readonly xTitle: 'step' | 'epoch' | 'minutes';
  readonly yTitle: string;
  /** `percent` labels fractions in per cent from 0. */
  readonly unit?: 'plain' | 'percent';
  /** Weight of the past in the smoothed line, 0 (off) to below 1. */
  readonly smoothing?: number;
}

/** Smoothed line at 2 px over its raw line at 1 px and 35 %; bands where a group of runs is shown. */
export function learningCurveFigure(series: readonly LearningSeries[], options: LearningCurveOptions): XyFigure {
  const { smoothing = 0, unit = 'plain' } = options;
  const drawn: Series[] = series.flatMap((one, index): Series[] => {
    const style = seriesStyle(index);
    const line = { ...style, label: one.label, width: 2, opacity: 1, x: one.x, y: one.y, band: one.band ?? null };
    if (smoothing <= 0) return [line];
    return [
      { ...line, label: null, width: 1, opacity: 0.35, dash: [], band: null },
      { ...line, y: smooth(one.y, smoothing) },
    ];
  });
  return {
    kind: 'xy',
    title: options.title,
    subtitle: options.subtitle,
    note: options.note ?? null,
    x: axisOver(options.xTitle, rangeOf(series.map(({ x }) => x)), 'plain', false),
    y: axisOver(
      options.yTitle,
      rangeOf(
        series.flatMap(({ y, band }) => (band ? [y, band.low, band.high] : [y])),
        unit === 'percent' ? 0 : null,
      ),
      unit,
      true,
    ),
    square: false,
    series: drawn,
    marks: [],
  };
}

/** Exponential moving average without the start-up bias; NaN and infinite values are passed over. */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let mass = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (Number.isFinite(value)) {
      average = average * weight + (1 - weight) * value;
      mass = mass * weight + (1 - weight);
    }
    smoothed[i] = mass === 0 ? NaN : average / mass;
  }
  return smoothed;
}

function axisOver(title: string, [low, high]: [number, number], unit: 'plain' | 'percent', grid: boolean): Axis {
  const ticks = roundTicks(low, high);
  return {
    title,
    scale: 'linear',
    min: low,
    max: high,
    ticks: unit === 'percent' ? percentTicks(ticks) : plainTicks(ticks),
    grid,
  };
}

/** Range of the finite values with a little air; [0, 1] when there are none. */
function rangeOf(columns: readonly ArrayLike<number>[], floor: number | null = null): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i] ?? NaN;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  if (floor !== null && floor < low) low = floor;
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
