/** A plane through feature vectors in which they differ most. */
export interface Projection {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of all variance that each axis shows, 0–1. */
  readonly explained: readonly [number, number];
}

const iterations = 200;

/**
 * The first two principal components of standardised features, by power iteration on their correlation matrix. The sign of
 * each axis is fixed by its largest loading, so that the same features always give the same picture.
 * @param features `[rows, length]` row-major
 */
export function projectToPlane(features: Float32Array, length: number): Projection {
  const rows = length === 0 ? 0 : features.length / length;
  if (rows === 0) return { x: new Float32Array(0), y: new Float32Array(0), explained: [0, 0] };
  const { values, used } = standardise(features, rows, length);
  const matrix = correlations(values, rows, length);
  const total = Math.max(1, used);
  const first = strongest(matrix, length);
  deflate(matrix, first, length);
  const second = strongest(matrix, length);
  return {
    x: along(values, first.direction, rows, length),
    y: along(values, second.direction, rows, length),
    explained: [first.variance / total, second.variance / total],
  };
}

/** Mean 0 and deviation 1 in each column; a constant column stays 0. `used` columns vary. */
export function standardise(
  features: Float32Array,
  rows: number,
  length: number,
): { values: Float64Array; used: number } {
  const values = new Float64Array(features.length);
  let used = 0;
  for (let column = 0; column < length; column++) {
    let sum = 0;
    let squares = 0;
    for (let at = column; at < features.length; at += length) {
      const value = features[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    const mean = sum / rows;
    const deviation = Math.sqrt(Math.max(0, squares / rows - mean * mean));
    if (deviation < 1e-9) continue;
    used++;
    for (let at = column; at < features.length; at += length) values[at] = ((features[at] ?? 0) - mean) / deviation;
  }
  return { values, used };
}

function correlations(values: Float64Array, rows: number, length: number): Float64Array {
  const matrix = new Float64Array(length * length);
  for (let row = 0; row < rows; row++) {
    const from = row * length;
    for (let i = 0; i < length; i++) {
      const value = values[from + i] ?? 0;
      if (value === 0) continue;
      for (let j = i; j < length; j++) {
        const at = i * length + j;
        matrix[at] = (matrix[at] ?? 0) + value * (values[from + j] ?? 0);
      }
    }
  }
  for (let i = 0; i < length; i++)
    for (let j = i; j < length; j++) {
      const value = (matrix[i * length + j] ?? 0) / rows;
      matrix[i * length + j] = value;
      matrix[j * length + i] = value;
    }
  return matrix;
}

interface Axis {
  readonly direction: Float64Array;
  readonly variance: number;
}

function strongest(matrix: Float64Array, length: number): Axis {
  let direction = Float64Array.from({ length }, (_, index) => 1 + ((index * 7919) % 101) / 101);
  let variance = 0;
  for (let turn = 0; turn < iterations; turn++) {
    const next = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = 0; j < length; j++) sum += (matrix[i * length + j] ?? 0) * (direction[j] ?? 0);
      next[i] = sum;
    }
    variance = Math.hypot(...next);
    if (variance < 1e-12) return { direction: new Float64Array(length), variance: 0 };
    direction = next.map((value) => value / variance);
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return { direction: largest < 0 ? direction.map((value) => -value) : direction, variance };
}

function deflate(matrix: Float64Array, { direction, variance }: Axis, length: number): void {
  for (let i = 0; i < length; i++)
    for (let j = 0; j < length; j++) {
      const at = i * length + j;
      matrix[at] = (matrix[at] ?? 0) - variance * (direction[i] ?? 0) * (direction[j] ?? 0);
    }
}

function along(values: Float64Array, direction: Float64Array, rows: number, length: number): Float32Array {
  const out = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < length; column++)
      sum += (values[row * length + column] ?? 0) * (direction[column] ?? 0);
    out[row] = sum;
  }
  return out;
}
