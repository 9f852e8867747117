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
