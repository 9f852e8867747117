import { clamp } from './maths';

/** Picture filters over interleaved RGB `[side, side, 3]`; edges are repeated. */

/** Gaussian blur; returns the input itself when the standard deviation (pixels) is too small to matter. */
export function blur(picture: Float32Array, side: number, deviation: number): Float32Array {
  if (deviation < 0.15) return picture;
  const weights = gaussian(deviation);
  const across = convolve(picture, side, weights, 3, 3 * side);
  return convolve(across, side, weights, 3 * side, 3);
}

/** Weights for offsets 0…radius of a symmetric kernel that sums to 1. */
function gaussian(deviation: number): Float32Array {
  const radius = Math.ceil(2.5 * deviation);
  const weights = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp((-i * i) / (2 * deviation * deviation)));
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / total);
}

/** Symmetric one-dimensional convolution; `step` leads to the next pixel of a line, `next` to the next line. */
function convolve(
  picture: Float32Array,
  side: number,
  weights: Float32Array,
  step: number,
  next: number,
): Float32Array {
  const result = new Float32Array(picture.length);
  const radius = weights.length - 1;
  const centre = weights[0] ?? 1;
  const last = side - 1;
  for (let line = 0; line < side; line++) {
    const start = line * next;
    for (let position = 0; position < side; position++) {
      const o = start + position * step;
      let [r, g, b] = [centre * (picture[o] ?? 0), centre * (picture[o + 1] ?? 0), centre * (picture[o + 2] ?? 0)];
      for (let i = 1; i <= radius; i++) {
        const weight = weights[i] ?? 0;
        const before = start + (position > i ? position - i : 0) * step;
        const after = start + (position + i < last ? position + i : last) * step;
        r += weight * ((picture[before] ?? 0) + (picture[after] ?? 0));
        g += weight * ((picture[before + 1] ?? 0) + (picture[after + 1] ?? 0));
        b += weight * ((picture[before + 2] ?? 0) + (picture[after + 2] ?? 0));
      }
      result[o] = r;
      result[o + 1] = g;
      result[o + 2] = b;
    }
  }
  return result;
}

/** Motion blur: the mean over `length` + 1 pixels, along rows or along columns. */
export function smear(picture: Float32Array, side: number, length: number, across: boolean): Float32Array {
  const result = new Float32Array(picture.length);
  const last = side - 1;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let i = 0; i <= length; i++) {
        const x = across ? Math.min(last, column + i) : column;
        const y = across ? row : Math.min(last, row + i);
        const [from, to] = [3 * (y * side + x), 3 * (row * side + column)];
        for (let channel = 0; channel < 3; channel++)
          result[to + channel] = (result[to + channel] ?? 0) + (picture[from + channel] ?? 0) / (length + 1);
      }
  return result;
}

/** Unsharp mask in place: adds `amount` times what the blurred copy lacks, kept in [0, 1]. */
export function sharpen(picture: Float32Array, blurred: Float32Array, amount: number): void {
  for (let i = 0; i < picture.length; i++) {
    const value = picture[i] ?? 0;
    picture[i] = clamp(value + amount * (value - (blurred[i] ?? 0)));
  }
}
