import { createImage, type RgbImage } from './rgb-image';

export type ResizeKernel = 'nearest' | 'box' | 'bilinear' | 'bicubic' | 'lanczos3';

/** Half-width of each kernel in pixels of the coarser grid, and its value at distance t ≥ 0. */
const kernels: Record<Exclude<ResizeKernel, 'nearest'>, { radius: number; weight: (t: number) => number }> = {
  box: { radius: 0.5, weight: (t) => (t <= 0.5 ? 1 : 0) },
  bilinear: { radius: 1, weight: (t) => Math.max(0, 1 - t) },
  // Catmull–Rom spline: cubic convolution with a = −0.5 (Keys 1981).
  bicubic: {
    radius: 2,
    weight: (t) => (t < 1 ? (1.5 * t - 2.5) * t * t + 1 : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0),
  },
  lanczos3: { radius: 3, weight: (t) => (t < 3 ? sinc(t) * sinc(t / 3) : 0) },
};

const sinc = (t: number) => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));

/**
 * Resamples to `width`×`height`, pixel areas aligned at the borders. When shrinking, every kernel but `nearest` is
 * widened by the factor, so that all source pixels count and nothing aliases. Same bits on every host.
 */
export function resize(image: RgbImage, width: number, height: number, kernel: ResizeKernel = 'bilinear'): RgbImage {
  const result = createImage(width, height);
  if (width === image.width && height === image.height) {
    result.data.set(image.data);
    return result;
  }
  if (kernel === 'nearest') return fillNearest(image, result);
  const columns = createTaps(image.width, width, kernel);
  const rows = createTaps(image.height, height, kernel);
  const narrow = resampleRows(image, width, columns);
  resampleColumns(narrow, result, rows);
  return result;
}

function fillNearest(image: RgbImage, result: RgbImage): RgbImage {
  for (let y = 0, to = 0; y < result.height; y++) {
    const row = Math.floor(((y + 0.5) * image.height) / result.height) * image.width;
    for (let x = 0; x < result.width; x++, to += 3) {
      const from = (row + Math.floor(((x + 0.5) * image.width) / result.width)) * 3;
      result.data[to] = image.data[from] ?? 0;
      result.data[to + 1] = image.data[from + 1] ?? 0;
      result.data[to + 2] = image.data[from + 2] ?? 0;
    }
  }
  return result;
}

/** For every output position: the first source index and the weights from there on, normalised to sum 1. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `[positions, stride]` */
  readonly weights: Float32Array;
  readonly stride: number;
}

function createTaps(source: number, target: number, kernel: Exclude<ResizeKernel, 'nearest'>): Taps {
  const { radius, weight } = kernels[kernel];
  const step = source / target;
  const widening = Math.max(1, step);
  const reach = radius * widening;
  const stride = Math.ceil(2 * reach) + 1;
  const first = new Int32Array(target);
  const count = new Int32Array(target);
  const weights = new Float32Array(target * stride);
  for (let position = 0; position < target; position++) {
    const centre = (position + 0.5) * step - 0.5;
    const from = Math.max(0, Math.ceil(centre - reach));
    const to = Math.min(source - 1, Math.floor(centre + reach));
    const values: number[] = [];
    for (let i = from; i <= to; i++) values.push(weight(Math.abs(i - centre) / widening));
    const sum = values.reduce((total, value) => total + value, 0);
    first[position] = from;
    count[position] = values.length;
    values.forEach((value, i) => (weights[position * stride + i] = value / sum));
  }
  return { first, count, weights, stride };
}

/** `[height, width, 3]` as floats, only the width changed. */
function resampleRows(image: RgbImage, width: number, taps: Taps): { data: Float32Array; width: number } {
  const data = new Float32Array(image.height * width * 3);
  for (let y = 0, to = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let from = (y * image.width + (taps.first[x] ?? 0)) * 3;
      const last = x * taps.stride + (taps.count[x] ?? 0);
      for (let tap = x * taps.stride; tap < last; tap++, from += 3) {
        const weight = taps.weights[tap] ?? 0;
        red += weight * (image.data[from] ?? 0);
        green += weight * (image.data[from + 1] ?? 0);
        blue += weight * (image.data[from + 2] ?? 0);
      }
      data[to] = red;
      data[to + 1] = green;
      data[to + 2] = blue;
    }
  }
  return { data, width };
}

function resampleColumns(narrow: { data: Float32Array; width: number }, result: RgbImage, taps: Taps): void {
  const rowLength = narrow.width * 3;
  const sums = new Float32Array(rowLength);
  for (let y = 0; y < result.height; y++) {
    sums.fill(0.5); // rounds when the sum is cut to an integer below
    const first = taps.first[y] ?? 0;
    const count = taps.count[y] ?? 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = taps.weights[y * taps.stride + tap] ?? 0;
      const row = (first + tap) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] = (sums[i] ?? 0) + weight * (narrow.data[row + i] ?? 0);
    }
    for (let i = 0; i < rowLength; i++)
      result.data[y * rowLength + i] = Math.min(255, Math.max(0, Math.floor(sums[i] ?? 0)));
  }
}
