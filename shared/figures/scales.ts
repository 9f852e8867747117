import { probit } from '../metrics/curves';
import type { Axis, Tick } from './figure';

/** Where DET axes put their ticks, as fractions. */
export const detTicks = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9] as const;

/**
 * A value in the units in which the axis is even: itself, log10, or normal deviate. Zero and one, which have no finite
 * logarithm or deviate, land far outside every frame, so a line through them leaves the frame instead of ending in it.
 */
export function toAxisUnits(axis: Pick<Axis, 'scale'>, value: number): number {
  switch (axis.scale) {
    case 'linear':
      return value;
    case 'log':
      return Math.log10(Math.max(value, 1e-12));
    case 'probit':
      return probit(Math.min(1 - 1e-9, Math.max(1e-9, value)));
  }
}

/** Position of a value along its axis: 0 at `min`, 1 at `max`, beyond that outside the frame. */
export function axisPosition(axis: Axis, value: number): number {
  const low = toAxisUnits(axis, axis.min);
  return (toAxisUnits(axis, value) - low) / (toAxisUnits(axis, axis.max) - low);
}

/** Round tick values that cover [min, max], about `count` of them: 1, 2 or 5 times a power of ten apart. */
export function roundTicks(min: number, max: number, count = 4): number[] {
  if (!(max > min)) return [min];
  const rough = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Ticks with their values as labels. */
export function plainTicks(values: readonly number[]): Tick[] {
  return values.map((value) => ({ value, label: compact(value) }));
}

/** Ticks of fractions, labelled in per cent. */
export function percentTicks(values: readonly number[]): Tick[] {
  return values.map((value) => ({ value, label: compact(Number((value * 100).toPrecision(10))) }));
}

/** Short label of a number: `0.25`, `12`, `20k`, `2e-4`. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  if (size > 0 && size < 1e-3) return value.toExponential().replace('e-', 'e−').replace('-', '−');
  return String(Number(value.toPrecision(6))).replace('-', '−');
}
