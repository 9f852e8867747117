/** In-place radix-2 fast Fourier transform (Cooley–Tukey) of `re + i·im`; the length must be a power of two. */
export function fourierTransform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  reverseBits(re, im);
  for (let length = 2; length <= n; length *= 2) {
    const half = length / 2;
    const angle = (-2 * Math.PI) / length;
    for (let k = 0; k < half; k++) {
      const [cosine, sine] = [Math.cos(angle * k), Math.sin(angle * k)];
      for (let start = k; start < n; start += length) {
        const other = start + half;
        const [a, b] = [re[other] ?? 0, im[other] ?? 0];
        const [c, d] = [re[start] ?? 0, im[start] ?? 0];
        const [tr, ti] = [a * cosine - b * sine, a * sine + b * cosine];
        re[start] = c + tr;
        im[start] = d + ti;
        re[other] = c - tr;
        im[other] = d - ti;
      }
    }
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const [a, b] = [re[i] ?? 0, im[i] ?? 0];
    re[i] = re[j] ?? 0;
    im[i] = im[j] ?? 0;
    re[j] = a;
    im[j] = b;
  }
}

/** |F|² of a real square image `[side, side]`, row-major, frequency 0 first; side a power of two. */
export function powerSpectrum(image: Float64Array, side: number): Float64Array {
  const re = Float64Array.from(image);
  const im = new Float64Array(image.length);
  for (let row = 0; row < side; row++) {
    const [start, end] = [row * side, (row + 1) * side];
    fourierTransform(re.subarray(start, end), im.subarray(start, end));
  }
  const power = new Float64Array(image.length);
  const [columnRe, columnIm] = [new Float64Array(side), new Float64Array(side)];
  for (let column = 0; column < side; column++) {
    for (let row = 0; row < side; row++) {
      columnRe[row] = re[row * side + column] ?? 0;
      columnIm[row] = im[row * side + column] ?? 0;
    }
    fourierTransform(columnRe, columnIm);
    for (let row = 0; row < side; row++)
      power[row * side + column] = (columnRe[row] ?? 0) ** 2 + (columnIm[row] ?? 0) ** 2;
  }
  return power;
}
