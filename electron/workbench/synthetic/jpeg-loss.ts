/**
 * What a baseline JPEG of a camera does to a picture, without writing the file: YCbCr, chroma at half resolution
 * (4:2:0), 8 × 8 DCT, quantisation with the example tables of ITU-T T.81 Annex K scaled by IJG quality, and back.
 * In plain arithmetic, so that the bytes of a data set do not depend on which codec is installed.
 */

const luminanceTable = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const chrominanceTable = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** DCT-II basis, orthonormal: row k holds cos((2n + 1)kπ/16) for n = 0…7. */
const basis = Float32Array.from({ length: 64 }, (_, index) => {
  const [k, n] = [Math.floor(index / 8), index % 8];
  return Math.sqrt(k === 0 ? 1 / 8 : 2 / 8) * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
});

/** A picture's channel, padded to whole blocks by repeating its last row and column. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * The picture `[side, side, 3]` (8-bit, interleaved) after a JPEG round trip; a new array.
 * @param quality IJG quality, 1–100
 */
export function applyJpegLoss(rgb: Uint8Array, side: number, quality: number): Uint8Array {
  const factor = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const luma = plane(side);
  const blueFull = plane(side);
  const redFull = plane(side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const o = 3 * (row * side + column);
      const [r, g, b] = [rgb[o] ?? 0, rgb[o + 1] ?? 0, rgb[o + 2] ?? 0];
      const to = row * luma.width + column;
      luma.data[to] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      blueFull.data[to] = -0.168736 * r - 0.331264 * g + 0.5 * b;
      redFull.data[to] = 0.5 * r - 0.418688 * g - 0.081312 * b;
    }
  for (const full of [luma, blueFull, redFull]) repeatEdges(full, side);
  const half = Math.ceil(side / 2);
  const [blue, red] = [halve(blueFull, half), halve(redFull, half)];
  quantise(luma, scaleTable(luminanceTable, factor));
  quantise(blue, scaleTable(chrominanceTable, factor));
  quantise(red, scaleTable(chrominanceTable, factor));
  return toRgb(luma, blue, red, side, half);
}

function plane(side: number): Plane {
  const padded = 8 * Math.ceil(side / 8);
  return { width: padded, height: padded, data: new Float32Array(padded * padded) };
}

function repeatEdges({ width, height, data }: Plane, side: number): void {
  for (let row = 0; row < side; row++)
    data.fill(data[row * width + side - 1] ?? 0, row * width + side, (row + 1) * width);
  for (let row = side; row < height; row++) data.copyWithin(row * width, (side - 1) * width, side * width);
}

function halve(full: Plane, half: number): Plane {
  const small = plane(half);
  const last = full.width - 1;
  for (let row = 0; row < half; row++)
    for (let column = 0; column < half; column++) {
      const a = 2 * row * full.width + 2 * column;
      const right = 2 * column < last ? 1 : 0;
      const below = 2 * row < last ? full.width : 0;
      const sum =
        (full.data[a] ?? 0) +
        (full.data[a + right] ?? 0) +
        (full.data[a + below] ?? 0) +
        (full.data[a + below + right] ?? 0);
      small.data[row * small.width + column] = sum / 4;
    }
  repeatEdges(small, half);
  return small;
}

function scaleTable(table: readonly number[], factor: number): Float32Array {
  return Float32Array.from(table, (step) => Math.min(255, Math.max(1, Math.floor((step * factor + 50) / 100))));
}

/** Transforms, rounds and transforms back every block in place. */
function quantise(target: Plane, table: Float32Array): void {
  const block = new Float32Array(64);
  const scratch = new Float32Array(64);
  for (let top = 0; top < target.height; top += 8)
    for (let left = 0; left < target.width; left += 8) {
      const start = top * target.width + left;
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) block[8 * y + x] = target.data[start + y * target.width + x] ?? 0;
      forward(block, scratch);
      forward(scratch, block);
      for (let k = 0; k < 64; k++) {
        const step = table[k] ?? 1;
        block[k] = Math.round((block[k] ?? 0) / step) * step;
      }
      inverse(block, scratch);
      inverse(scratch, block);
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) target.data[start + y * target.width + x] = block[8 * y + x] ?? 0;
    }
}

/** DCT of every row, written as columns: applied twice it is the two-dimensional transform. */
function forward(from: Float32Array, to: Float32Array): void {
  for (let row = 0; row < 64; row += 8) {
    const [x0, x1, x2, x3] = [from[row] ?? 0, from[row + 1] ?? 0, from[row + 2] ?? 0, from[row + 3] ?? 0];
    const [x4, x5, x6, x7] = [from[row + 4] ?? 0, from[row + 5] ?? 0, from[row + 6] ?? 0, from[row + 7] ?? 0];
    // Even basis functions see the sums of mirrored samples, odd ones the differences.
    const [s0, s1, s2, s3] = [x0 + x7, x1 + x6, x2 + x5, x3 + x4];
    const [d0, d1, d2, d3] = [x0 - x7, x1 - x6, x2 - x5, x3 - x4];
    for (let k = 0; k < 8; k += 2) {
      const b = 8 * k;
      to[b + row / 8] =
        (basis[b] ?? 0) * s0 + (basis[b + 1] ?? 0) * s1 + (basis[b + 2] ?? 0) * s2 + (basis[b + 3] ?? 0) * s3;
      to[b + 8 + row / 8] =
        (basis[b + 8] ?? 0) * d0 + (basis[b + 9] ?? 0) * d1 + (basis[b + 10] ?? 0) * d2 + (basis[b + 11] ?? 0) * d3;
    }
  }
}

/** Inverse DCT of every row, written as columns. */
function inverse(from: Float32Array, to: Float32Array): void {
  for (let row = 0; row < 64; row += 8) {
    for (let n = 0; n < 4; n++) {
      let even = 0;
      let odd = 0;
      for (let k = 0; k < 8; k += 2) {
        even += (basis[8 * k + n] ?? 0) * (from[row + k] ?? 0);
        odd += (basis[8 * k + 8 + n] ?? 0) * (from[row + k + 1] ?? 0);
      }
      to[8 * n + row / 8] = even + odd;
      to[8 * (7 - n) + row / 8] = even - odd;
    }
  }
}

/** Back to interleaved bytes; chroma is interpolated between its samples, as decoders do. */
function toRgb(luma: Plane, blue: Plane, red: Plane, side: number, half: number): Uint8Array {
  const rgb = new Uint8ClampedArray(3 * side * side);
  for (let row = 0; row < side; row++) {
    const y = Math.min(half - 1, Math.max(0, row / 2 - 0.25));
    const top = Math.floor(y);
    const below = Math.min(half - 1, top + 1);
    const fy = y - top;
    for (let column = 0; column < side; column++) {
      const x = Math.min(half - 1, Math.max(0, column / 2 - 0.25));
      const left = Math.floor(x);
      const right = Math.min(half - 1, left + 1);
      const fx = x - left;
      const [a, b] = [top * blue.width, below * blue.width];
      const [w00, w10, w01, w11] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      const cb =
        w00 * (blue.data[a + left] ?? 0) +
        w10 * (blue.data[a + right] ?? 0) +
        w01 * (blue.data[b + left] ?? 0) +
        w11 * (blue.data[b + right] ?? 0);
      const cr =
        w00 * (red.data[a + left] ?? 0) +
        w10 * (red.data[a + right] ?? 0) +
        w01 * (red.data[b + left] ?? 0) +
        w11 * (red.data[b + right] ?? 0);
      const level = (luma.data[row * luma.width + column] ?? 0) + 128;
      const o = 3 * (row * side + column);
      rgb[o] = level + 1.402 * cr;
      rgb[o + 1] = level - 0.344136 * cb - 0.714136 * cr;
      rgb[o + 2] = level + 1.772 * cb;
    }
  }
  return new Uint8Array(rgb.buffer);
}
