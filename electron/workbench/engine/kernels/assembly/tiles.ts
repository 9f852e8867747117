/**
 * The register tiles in which all dense arithmetic happens. One step of the innermost loop per iteration, never
 * unrolled: V8 moves all loads of a basic block to its start, so a body with more than about 15 live vectors spills
 * and runs at half speed. 4×8 needs 8 accumulators, 2 columns and 4 broadcast rows.
 */
import { multiplyAdd, storeLanes, words } from './arithmetic';

/** Stores one tile row of up to eight columns through its output pointer. */
function storeRow8(outputs: usize, row: i32, column: usize, columns: i32, low: v128, high: v128): void {
  const target = <usize>load<u32>(outputs + words(row)) + column;
  if (columns >= 8) {
    v128.store(target, low);
    v128.store(target, high, 16);
    return;
  }
  storeLanes(target, low, columns);
  if (columns > 4) storeLanes(target + 16, high, columns - 4);
}

/**
 * Indirect product: out[r][0..8) = bias + Σ_tap Σ_k row_r,tap[k] · packed[tap][k][0..8) for four rows r.
 *
 * @param rowPointers `[taps][4]` addresses, each of `depth` floats
 * @param packed `[taps][depth][8]` floats
 * @param outputs four addresses of output rows; the tile's columns start `column` bytes into each
 * @param bias eight floats, or 0
 * @param rows rows to store, 1..4; @param columns columns to store, 1..8
 */
export function indirectTile4x8(
  rowPointers: usize,
  taps: i32,
  depth: i32,
  packed: usize,
  outputs: usize,
  column: usize,
  rows: i32,
  columns: i32,
  bias: usize,
): void {
  let c00 = bias ? v128.load(bias) : f32x4.splat(0);
  let c01 = bias ? v128.load(bias, 16) : f32x4.splat(0);
  let c10 = c00,
    c11 = c01,
    c20 = c00,
    c21 = c01,
    c30 = c00,
    c31 = c01;
  for (let tap = 0; tap < taps; tap++) {
    let a0: usize = load<u32>(rowPointers);
    let a1: usize = load<u32>(rowPointers, 4);
    let a2: usize = load<u32>(rowPointers, 8);
    let a3: usize = load<u32>(rowPointers, 12);
    rowPointers += 16;
    for (let k = depth; k > 0; k--) {
      const b0 = v128.load(packed);
      const b1 = v128.load(packed, 16);
      const s0 = v128.load32_splat(a0);
      c00 = multiplyAdd(c00, s0, b0);
      c01 = multiplyAdd(c01, s0, b1);
      const s1 = v128.load32_splat(a1);
      c10 = multiplyAdd(c10, s1, b0);
      c11 = multiplyAdd(c11, s1, b1);
      const s2 = v128.load32_splat(a2);
      c20 = multiplyAdd(c20, s2, b0);
      c21 = multiplyAdd(c21, s2, b1);
      const s3 = v128.load32_splat(a3);
      c30 = multiplyAdd(c30, s3, b0);
      c31 = multiplyAdd(c31, s3, b1);
      packed += 32;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
    }
  }
  storeRow8(outputs, 0, column, columns, c00, c01);
  if (rows > 1) storeRow8(outputs, 1, column, columns, c10, c11);
  if (rows > 2) storeRow8(outputs, 2, column, columns, c20, c21);
  if (rows > 3) storeRow8(outputs, 3, column, columns, c30, c31);
}

/** As {@link indirectTile4x8} with four columns; for outputs of at most four channels. */
export function indirectTile4x4(
  rowPointers: usize,
  taps: i32,
  depth: i32,
  packed: usize,
  outputs: usize,
  column: usize,
  rows: i32,
  columns: i32,
  bias: usize,
): void {
  let c0 = bias ? v128.load(bias) : f32x4.splat(0);
  let c1 = c0,
    c2 = c0,
    c3 = c0;
  for (let tap = 0; tap < taps; tap++) {
    let a0: usize = load<u32>(rowPointers);
    let a1: usize = load<u32>(rowPointers, 4);
    let a2: usize = load<u32>(rowPointers, 8);
    let a3: usize = load<u32>(rowPointers, 12);
    rowPointers += 16;
    for (let k = depth; k > 0; k--) {
      const b = v128.load(packed);
      c0 = multiplyAdd(c0, v128.load32_splat(a0), b);
      c1 = multiplyAdd(c1, v128.load32_splat(a1), b);
      c2 = multiplyAdd(c2, v128.load32_splat(a2), b);
      c3 = multiplyAdd(c3, v128.load32_splat(a3), b);
      packed += 16;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
    }
  }
  storeLanes(<usize>load<u32>(outputs) + column, c0, columns);
  if (rows > 1) storeLanes(<usize>load<u32>(outputs, 4) + column, c1, columns);
  if (rows > 2) storeLanes(<usize>load<u32>(outputs, 8) + column, c2, columns);
  if (rows > 3) storeLanes(<usize>load<u32>(outputs, 12) + column, c3, columns);
}

/**
 * Sum of outer products over pixels: accumulators[i][0..8) += Σ_pixel left[pixel][i] · right[pixel][0..8) for four i.
 * The sum over these pixels starts from zero and is added once, so long sums stay accurate.
 *
 * @param left packed four-channel pixels; consecutive pixels `pixelStep` bytes apart, rows `rowStep`, images `imageStep`
 * @param right packed eight-channel pixels, contiguous
 */
export function outerTile4x8(
  accumulators: usize,
  left: usize,
  right: usize,
  images: i32,
  rows: i32,
  pixels: i32,
  imageStep: usize,
  rowStep: usize,
  pixelStep: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  for (let image = 0; image < images; image++) {
    let row = left;
    for (let y = 0; y < rows; y++) {
      let a = row;
      for (let k = pixels; k > 0; k--) {
        const b0 = v128.load(right);
        const b1 = v128.load(right, 16);
        const s0 = v128.load32_splat(a);
        c00 = multiplyAdd(c00, s0, b0);
        c01 = multiplyAdd(c01, s0, b1);
        const s1 = v128.load32_splat(a, 4);
        c10 = multiplyAdd(c10, s1, b0);
        c11 = multiplyAdd(c11, s1, b1);
        const s2 = v128.load32_splat(a, 8);
        c20 = multiplyAdd(c20, s2, b0);
        c21 = multiplyAdd(c21, s2, b1);
        const s3 = v128.load32_splat(a, 12);
        c30 = multiplyAdd(c30, s3, b0);
        c31 = multiplyAdd(c31, s3, b1);
        right += 32;
        a += pixelStep;
      }
      row += rowStep;
    }
    left += imageStep;
  }
  addTo(accumulators, c00);
  addTo(accumulators + 16, c01);
  addTo(accumulators + 32, c10);
  addTo(accumulators + 48, c11);
  addTo(accumulators + 64, c20);
  addTo(accumulators + 80, c21);
  addTo(accumulators + 96, c30);
  addTo(accumulators + 112, c31);
}

function addTo(target: usize, v: v128): void {
  v128.store(target, f32x4.add(v128.load(target), v));
}

/**
 * The yardstick of the benchmark: a packed 4×8 product with both operands in the first-level cache,
 * out[r][0..8) = Σ_k left[k][r] · right[k][0..8), repeated. Nothing a convolution does can be faster than this.
 */
export function packedTile4x8(left: usize, right: usize, depth: i32, output: usize, repeats: i32): void {
  for (let n = 0; n < repeats; n++) {
    let a = left,
      b = right;
    let c00 = f32x4.splat(0);
    let c01 = c00,
      c10 = c00,
      c11 = c00,
      c20 = c00,
      c21 = c00,
      c30 = c00,
      c31 = c00;
    for (let k = depth; k > 0; k--) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const s0 = v128.load32_splat(a);
      c00 = multiplyAdd(c00, s0, b0);
      c01 = multiplyAdd(c01, s0, b1);
      const s1 = v128.load32_splat(a, 4);
      c10 = multiplyAdd(c10, s1, b0);
      c11 = multiplyAdd(c11, s1, b1);
      const s2 = v128.load32_splat(a, 8);
      c20 = multiplyAdd(c20, s2, b0);
      c21 = multiplyAdd(c21, s2, b1);
      const s3 = v128.load32_splat(a, 12);
      c30 = multiplyAdd(c30, s3, b0);
      c31 = multiplyAdd(c31, s3, b1);
      b += 32;
      a += 16;
    }
    v128.store(output, c00);
    v128.store(output, c01, 16);
    v128.store(output, c10, 32);
    v128.store(output, c11, 48);
    v128.store(output, c20, 64);
    v128.store(output, c21, 80);
    v128.store(output, c30, 96);
    v128.store(output, c31, 112);
  }
}
