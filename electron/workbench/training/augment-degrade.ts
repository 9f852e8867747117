/** Image degradations of training, in place on `[size, size, 3]` in [−1, 1]. */

/** 3×3 binomial blur (1 2 1), edges repeated. */
export function blur3x3(image: Float32Array, size: number): void {
  const across = new Float32Array(image.length);
  const at = (x: number, y: number) => (y * size + x) * 3;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [left, here, right] = [at(Math.max(0, x - 1), y), at(x, y), at(Math.min(size - 1, x + 1), y)];
      for (let c = 0; c < 3; c++)
        across[here + c] = ((image[left + c] ?? 0) + 2 * (image[here + c] ?? 0) + (image[right + c] ?? 0)) / 4;
    }
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [above, here, below] = [at(x, Math.max(0, y - 1)), at(x, y), at(x, Math.min(size - 1, y + 1))];
      for (let c = 0; c < 3; c++)
        image[here + c] = ((across[above + c] ?? 0) + 2 * (across[here + c] ?? 0) + (across[below + c] ?? 0)) / 4;
    }
  }
}

/** A grey square of `side` (a fraction) with its corner at (x, y) of the room left, both in [0, 1]. */
export function cutOut(image: Float32Array, size: number, side: number, x: number, y: number): void {
  const pixels = Math.round(side * size);
  const left = Math.round(x * (size - pixels));
  const top = Math.round(y * (size - pixels));
  for (let row = top; row < top + pixels; row++) {
    image.fill(0, (row * size + left) * 3, (row * size + left + pixels) * 3);
  }
}

/** Luminance and chrominance quantisation tables of the JPEG standard (ITU-T T.81, annex K), row by row. */
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

/** Orthonormal DCT-II of length 8: `basis[frequency * 8 + position]`. */
const basis = Float32Array.from({ length: 64 }, (_, index) => {
  const [frequency, position] = [index >> 3, index & 7];
  return (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * position + 1) * frequency * Math.PI) / 16);
});

/**
 * What a JPEG file does to an image: YCbCr, 8×8 DCT, quantisation at an IJG quality (1–100), and back. Chroma keeps its
 * resolution, and entropy coding, which loses nothing, is left out. The side must be a multiple of 8.
 */
export function jpegRoundTrip(image: Float32Array, size: number, quality: number): void {
  if (size % 8 !== 0) throw new Error(`jpegRoundTrip: side ${size} is not a multiple of 8`);
  const scale = (quality < 50 ? 5000 / quality : 200 - 2 * quality) / 100;
  const quantiser = (table: readonly number[]) => table.map((step) => Math.max(1, Math.round(step * scale)));
  const luminance = quantiser(luminanceTable);
  const chrominance = quantiser(chrominanceTable);

  const planes = [0, 1, 2].map(() => new Float32Array(size * size));
  const [luma = new Float32Array(), blue = new Float32Array(), red = new Float32Array()] = planes;
  for (let i = 0; i < size * size; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => (image[3 * i + c] ?? 0) * 127.5);
    const [R, G, B] = [r ?? 0, g ?? 0, b ?? 0];
    luma[i] = 0.299 * R + 0.587 * G + 0.114 * B;
    blue[i] = -0.168736 * R - 0.331264 * G + 0.5 * B;
    red[i] = 0.5 * R - 0.418688 * G - 0.081312 * B;
  }
  planes.forEach((plane, index) => {
    quantiseBlocks(plane, size, index === 0 ? luminance : chrominance);
  });
  for (let i = 0; i < size * size; i++) {
    const [y, cb, cr] = [luma[i] ?? 0, blue[i] ?? 0, red[i] ?? 0];
    const rgb = [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb];
    for (let c = 0; c < 3; c++) image[3 * i + c] = Math.min(1, Math.max(-1, (rgb[c] ?? 0) / 127.5));
  }
}

function quantiseBlocks(plane: Float32Array, size: number, steps: readonly number[]): void {
  const block = new Float32Array(64);
  for (let top = 0; top < size; top += 8) {
    for (let left = 0; left < size; left += 8) {
      for (let i = 0; i < 64; i++) block[i] = plane[(top + (i >> 3)) * size + left + (i & 7)] ?? 0;
      transform(block, false);
      for (let i = 0; i < 64; i++) block[i] = Math.round((block[i] ?? 0) / (steps[i] ?? 1)) * (steps[i] ?? 1);
      transform(block, true);
      for (let i = 0; i < 64; i++) plane[(top + (i >> 3)) * size + left + (i & 7)] = block[i] ?? 0;
    }
  }
}

/** Two-dimensional DCT of an 8×8 block in place, or its inverse. */
function transform(block: Float32Array, inverse: boolean): void {
  const line = new Float32Array(8);
  const pass = (start: number, stride: number) => {
    for (let k = 0; k < 8; k++) {
      let sum = 0;
      for (let i = 0; i < 8; i++)
        sum += (block[start + i * stride] ?? 0) * (basis[inverse ? i * 8 + k : k * 8 + i] ?? 0);
      line[k] = sum;
    }
    for (let k = 0; k < 8; k++) block[start + k * stride] = line[k] ?? 0;
  };
  for (let row = 0; row < 8; row++) pass(row * 8, 1);
  for (let column = 0; column < 8; column++) pass(column, 8);
}
