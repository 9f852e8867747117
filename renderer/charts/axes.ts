import { compact, roundTicks } from '@shared/figures/scales';
import type { ChartTheme } from './chart-theme';

export interface AxisOptions {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly title?: string | undefined;
  readonly grid?: boolean;
  readonly ticks?: number;
  readonly format?: ((value: number) => string) | undefined;
  /** Places of ticks, in place of round numbers. */
  readonly at?: readonly number[] | undefined;
}

type LinearAxis = { type: 'linear' } & Record<string, unknown>;

type LogAxis = { type: 'logarithmic' } & Record<string, unknown>;

/** A logarithmic axis in the house style: ticks at powers of ten, and at 2 and 5 between where there are few. */
export function logAxis(theme: ChartTheme, { min, max, ticks = 4, format }: AxisOptions): LogAxis {
  const { type: _linear, ticks: style, ...rest } = linearAxis(theme, { min, max, ticks });
  return {
    ...rest,
    type: 'logarithmic',
    ticks: {
      ...(style as object),
      autoSkip: false,
      callback: (value: string | number) => (format ?? compact)(Number(value)),
    },
    afterBuildTicks: (axis: { min: number; max: number; ticks: { value: number }[] }) => {
      axis.ticks = logTicks(axis.min, axis.max, ticks).map((value) => ({ value }));
    },
  };
}

/** Where a logarithmic axis puts its ticks: powers of ten, 2 and 5 between where these are few, else round numbers. */
export function logTicks(min: number, max: number, count: number): number[] {
  if (!(min > 0) || !(max > min)) return [];
  const powers = Array.from(
    { length: Math.floor(Math.log10(max) + 1e-9) - Math.floor(Math.log10(min)) + 1 },
    (_, place) => 10 ** (Math.floor(Math.log10(min)) + place),
  );
  const inside = (values: readonly number[]) =>
    values.map((value) => Number(value.toPrecision(6))).filter((value) => value >= min * 0.999 && value <= max * 1.001);
  const fine = inside(powers.flatMap((power) => [power, 2 * power, 5 * power]));
  if (fine.length < 2) return roundTicks(min, max, count);
  if (fine.length <= count + 2) return fine;
  const coarse = inside(powers);
  const every = Math.ceil(coarse.length / (count + 1));
  return coarse.length < 2 ? fine : coarse.filter((_, place) => place % every === 0);
}

/** A linear axis in the house style: hairlines, few ticks, the unit in the title, no box. */
export function linearAxis(theme: ChartTheme, options: AxisOptions): LinearAxis {
  const { min, max, title, grid = true, ticks = 4, format, at } = options;
  return {
    type: 'linear',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    border: { display: !grid, color: theme.axis },
    grid: { display: grid, color: theme.grid, drawTicks: false },
    title: { display: title !== undefined, text: title ?? '', color: theme.muted, font: { size: 11 } },
    ticks: {
      color: theme.muted,
      font: { size: 11 },
      ...(at ? { autoSkip: false } : { maxTicksLimit: ticks + 1 }),
      maxRotation: 0,
      padding: 6,
      ...(format ? { callback: (value: string | number) => format(Number(value)) } : {}),
    },
    ...(at
      ? {
          afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
            axis.ticks = at.map((value) => ({ value }));
          },
        }
      : {}),
  };
}
