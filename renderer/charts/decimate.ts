/** Points of a series, x ascending. */
export interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A series thinned to at most `limit` points: of every stretch the lowest and the highest stay, so that no peak is
 * lost. Points without a finite value are left out.
 */
export function decimate({ x, y }: Points, limit = 2000): Point[] {
  const count = Math.min(x.length, y.length);
  const stretches = Math.max(1, Math.floor(limit / 2));
  if (count <= limit) return range(x, y, 0, count);
  const kept: Point[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * count) / stretches);
    const to = Math.floor(((stretch + 1) * count) / stretches);
    kept.push(...extremes(x, y, from, to));
  }
  return kept;
}

function range(x: ArrayLike<number>, y: ArrayLike<number>, from: number, to: number): Point[] {
  const points: Point[] = [];
  for (let i = from; i < to; i++) {
    const value = y[i] ?? NaN;
    if (Number.isFinite(value)) points.push({ x: x[i] ?? 0, y: value });
  }
  return points;
}

function extremes(x: ArrayLike<number>, y: ArrayLike<number>, from: number, to: number): Point[] {
  let low = -1;
  let high = -1;
  for (let i = from; i < to; i++) {
    const value = y[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (low < 0 || value < (y[low] ?? 0)) low = i;
    if (high < 0 || value > (y[high] ?? 0)) high = i;
  }
  if (low < 0) return [];
  const order = low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
  return order.map((i) => ({ x: x[i] ?? 0, y: y[i] ?? 0 }));
}

/**
 * Exponential moving average without the bias towards its start: each value is divided by the weight seen so far.
 * @param weight of the past, in [0, 1); 0 gives the values themselves. A value that is not finite leaves the average as it is.
 */
export function smooth(y: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(y.length);
  let sum = 0;
  let seen = 0;
  for (let i = 0; i < y.length; i++) {
    const value = y[i] ?? NaN;
    if (Number.isFinite(value)) {
      sum = weight * sum + (1 - weight) * value;
      seen = weight * seen + (1 - weight);
    }
    smoothed[i] = seen === 0 ? NaN : sum / seen;
  }
  return smoothed;
}
