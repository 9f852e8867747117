/** A square picture in linear light, before any camera. */
export interface LinearFrame {
  readonly side: number;
  /** Linear RGB `[side, side, 3]`, 1 = white paper in full light; may exceed 1. */
  readonly rgb: Float32Array;
  /** Outline of the face, pixels: left, top, right, bottom. */
  readonly face: Bounds;
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Averages a picture `[from, from, 3]` down to `[to, to, 3]`, every source pixel weighted by the area that it shares
 * with the target pixel: the aperture of a sensor.
 */
export function shrink(rgb: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return rgb;
  const narrow = shrinkRows(rgb, from, from, to);
  // Transposing twice lets one loop serve both directions.
  return transpose(shrinkRows(transpose(narrow, to, from), from, to, to), to, to);
}

/** `[rows, from, 3]` → `[rows, to, 3]`. */
function shrinkRows(rgb: Float32Array, from: number, rows: number, to: number): Float32Array {
  const result = new Float32Array(3 * rows * to);
  const ratio = from / to;
  for (let column = 0; column < to; column++) {
    const start = column * ratio;
    const end = Math.min(from, start + ratio);
    for (let source = Math.floor(start); source < end; source++) {
      const weight = (Math.min(end, source + 1) - Math.max(start, source)) / ratio;
      for (let row = 0; row < rows; row++) {
        const a = 3 * (row * from + source);
        const b = 3 * (row * to + column);
        result[b] = (result[b] ?? 0) + weight * (rgb[a] ?? 0);
        result[b + 1] = (result[b + 1] ?? 0) + weight * (rgb[a + 1] ?? 0);
        result[b + 2] = (result[b + 2] ?? 0) + weight * (rgb[a + 2] ?? 0);
      }
    }
  }
  return result;
}

/** `[rows, columns, 3]` → `[columns, rows, 3]` given the width and height of the source. */
function transpose(rgb: Float32Array, columns: number, rows: number): Float32Array {
  const result = new Float32Array(rgb.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const a = 3 * (row * columns + column);
      const b = 3 * (column * rows + row);
      result[b] = rgb[a] ?? 0;
      result[b + 1] = rgb[a + 1] ?? 0;
      result[b + 2] = rgb[a + 2] ?? 0;
    }
  return result;
}
