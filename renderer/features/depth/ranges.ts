import type { RangeMode } from '../../stores/depth';

export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Smallest and largest value. */
export function spanOf(...maps: readonly Float32Array[]): Span {
  let low = Infinity;
  let high = -Infinity;
  for (const map of maps) {
    for (const value of map) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? { low: 0, high: 1 } : { low, high };
}

/** Which values the ends of the colour map stand for, of a target and its prediction. */
export function colourRanges(
  mode: RangeMode,
  target: Float32Array,
  predicted: Float32Array,
): { target: Span; predicted: Span } {
  if (mode === 'declared') return { target: { low: 0, high: 1 }, predicted: { low: 0, high: 1 } };
  if (mode === 'shared') {
    const span = spanOf(target, predicted);
    return { target: span, predicted: span };
  }
  return { target: spanOf(target), predicted: spanOf(predicted) };
}

/** predicted − target: negative = too far, positive = too near. */
export function signedError(predicted: Float32Array, target: Float32Array): Float32Array {
  return predicted.map((value, i) => value - (target[i] ?? 0));
}
