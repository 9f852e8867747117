/**
 * Depthwise 3×3 convolution and its gradients for channel counts divisible by four. Other shapes go through
 * `depthwise-general.ts`.
 *
 * Four channels at a time walk along a row of outputs with the nine weights (or their nine sums) in registers. At stride 1
 * each step reads one column of three inputs and adds it to the three outputs that it touches, of which two are carried
 * along, so nothing is read twice within a row and a row's edges need no code of their own. Fifteen vectors live: more
 * would spill.
 */
import { multiplyAdd, words } from './arithmetic';

/** Fields in the order in which `kernels/depthwise.ts` writes them. */
@unmanaged
export class DepthwiseJob {
  /** `[images, inputHeight, inputWidth, channels]` */
  input: usize;
  images: i32;
  inputHeight: i32;
  inputWidth: i32;
  channels: i32;
  /** `[3, 3, channels, 1]` */
  filter: usize;
  /** `[images, outputHeight, outputWidth, channels]` */
  output: usize;
  outputHeight: i32;
  outputWidth: i32;
  stride: i32;
  paddingTop: i32;
  paddingLeft: i32;
  /** 1: the filter is applied reversed, which makes the forward pass of stride 1 its own input gradient. */
  flipped: i32;
}

/** First output column whose three taps all lie inside the image, and the first after the last such column. */
function innerStart(job: DepthwiseJob): i32 {
  return min((job.paddingLeft + job.stride - 1) / job.stride, job.outputWidth);
}

function innerEnd(job: DepthwiseJob): i32 {
  const room = job.inputWidth - 3 + job.paddingLeft;
  const end = room < 0 ? 0 : min(job.outputWidth, room / job.stride + 1);
  return max(innerStart(job), end);
}

/** One unit is one output row. Scratch: four zeros. */
export function depthwise(job: DepthwiseJob, first: i32, last: i32, scratch: usize): void {
  const pixel = words(job.channels);
  const lineBytes = <usize>job.outputWidth * pixel;
  v128.store(scratch, f32x4.splat(0));
  for (let line = first; line < last; line++) {
    const image = line / job.outputHeight;
    const y = (line - image * job.outputHeight) * job.stride - job.paddingTop;
    const target = job.output + <usize>line * lineBytes;
    const rows = job.input + <usize>(image * job.inputHeight) * <usize>job.inputWidth * pixel;
    for (let channel = 0; channel < job.channels; channel += 4) {
      const at = words(channel);
      const r0 = inputRow(job, rows, y);
      const r1 = inputRow(job, rows, y + 1);
      const r2 = inputRow(job, rows, y + 2);
      // A row outside the image is read as one zero over and over.
      const p0 = r0 ? r0 + at : scratch;
      const p1 = r1 ? r1 + at : scratch;
      const p2 = r2 ? r2 + at : scratch;
      const s0 = r0 ? pixel : 0;
      const s1 = r1 ? pixel : 0;
      const s2 = r2 ? pixel : 0;
      if (job.stride == 1) walkRow(job, p0, s0, p1, s1, p2, s2, target + at, at);
      else strideRow(job, p0, s0, p1, s1, p2, s2, target + at, at);
    }
  }
}

/** Address of a row of an image, 0 outside of it. */
function inputRow(job: DepthwiseJob, image: usize, y: i32): usize {
  if (u32(y) >= u32(job.inputHeight)) return 0;
  return image + words(y * job.inputWidth * job.channels);
}

/** A row at stride 1. Input column x is the last of output x − 2 + padding, the middle of the next, the first of the one after. */
function walkRow(
  job: DepthwiseJob,
  p0: usize,
  s0: usize,
  p1: usize,
  s1: usize,
  p2: usize,
  s2: usize,
  target: usize,
  channel: usize,
): void {
  const pixel = words(job.channels);
  const row = pixel * 3;
  // Reversed, the filter is read from its end.
  const forward: isize = job.flipped ? -1 : 1;
  const weights = job.filter + channel + (job.flipped ? row * 2 + pixel * 2 : 0);
  const right = forward * <isize>pixel;
  const down = forward * <isize>row;
  const w00 = v128.load(weights);
  const w01 = v128.load(weights + right);
  const w02 = v128.load(weights + right * 2);
  const w10 = v128.load(weights + down);
  const w11 = v128.load(weights + down + right);
  const w12 = v128.load(weights + down + right * 2);
  const w20 = v128.load(weights + down * 2);
  const w21 = v128.load(weights + down * 2 + right);
  const w22 = v128.load(weights + down * 2 + right * 2);
  let last = f32x4.splat(0);
  let middle = f32x4.splat(0);
  const skipped = min(2 - job.paddingLeft, job.inputWidth);
  for (let k = skipped; k > 0; k--) {
    const x0 = v128.load(p0);
    const x1 = v128.load(p1);
    const x2 = v128.load(p2);
    last = multiplyAdd(multiplyAdd(multiplyAdd(middle, x0, w01), x1, w11), x2, w21);
    middle = multiplyAdd(multiplyAdd(f32x4.mul(x0, w00), x1, w10), x2, w20);
    p0 += s0;
    p1 += s1;
    p2 += s2;
  }
  const inner = min(job.inputWidth - skipped, job.outputWidth);
  for (let k = inner; k > 0; k--) {
    const x0 = v128.load(p0);
    const x1 = v128.load(p1);
    const x2 = v128.load(p2);
    const end = multiplyAdd(multiplyAdd(f32x4.mul(x0, w02), x1, w12), x2, w22);
    v128.store(target, f32x4.add(last, end));
    const between = multiplyAdd(multiplyAdd(f32x4.mul(x0, w01), x1, w11), x2, w21);
    last = f32x4.add(middle, between);
    middle = multiplyAdd(multiplyAdd(f32x4.mul(x0, w00), x1, w10), x2, w20);
    target += pixel;
    p0 += s0;
    p1 += s1;
    p2 += s2;
  }
  if (inner < job.outputWidth) v128.store(target, last);
  if (inner + 1 < job.outputWidth) v128.store(target + pixel, middle);
}

/** A row at stride 2. An output's last column is the next one's first, whose share is carried along. */
function strideRow(
  job: DepthwiseJob,
  p0: usize,
  s0: usize,
  p1: usize,
  s1: usize,
  p2: usize,
  s2: usize,
  target: usize,
  channel: usize,
): void {
  const pixel = words(job.channels);
  const row = pixel * 3;
  const weights = job.filter + channel;
  const w00 = v128.load(weights);
  const w01 = v128.load(weights + pixel);
  const w02 = v128.load(weights + pixel * 2);
  const w10 = v128.load(weights + row);
  const w11 = v128.load(weights + row + pixel);
  const w12 = v128.load(weights + row + pixel * 2);
  const w20 = v128.load(weights + row * 2);
  const w21 = v128.load(weights + row * 2 + pixel);
  const w22 = v128.load(weights + row * 2 + pixel * 2);
  let carry = f32x4.splat(0);
  if (job.paddingLeft == 0) {
    carry = multiplyAdd(multiplyAdd(f32x4.mul(v128.load(p0), w00), v128.load(p1), w10), v128.load(p2), w20);
    p0 += s0;
    p1 += s1;
    p2 += s2;
  }
  const left = job.inputWidth - 1 + job.paddingLeft;
  const pairs = min(left >> 1, job.outputWidth);
  for (let k = pairs; k > 0; k--) {
    const x0 = v128.load(p0);
    const x1 = v128.load(p1);
    const x2 = v128.load(p2);
    const between = multiplyAdd(multiplyAdd(multiplyAdd(carry, x0, w01), x1, w11), x2, w21);
    p0 += s0;
    p1 += s1;
    p2 += s2;
    const y0 = v128.load(p0);
    const y1 = v128.load(p1);
    const y2 = v128.load(p2);
    v128.store(target, multiplyAdd(multiplyAdd(multiplyAdd(between, y0, w02), y1, w12), y2, w22));
    carry = multiplyAdd(multiplyAdd(f32x4.mul(y0, w00), y1, w10), y2, w20);
    target += pixel;
    p0 += s0;
    p1 += s1;
    p2 += s2;
  }
  if (pairs == job.outputWidth) return;
  // Of the last output, the last column lies outside, and the middle one may.
  if (left & 1)
    carry = multiplyAdd(multiplyAdd(multiplyAdd(carry, v128.load(p0), w01), v128.load(p1), w11), v128.load(p2), w21);
  v128.store(target, carry);
}

/**
 * Input gradient at stride 2: `input` receives, `output` holds dy. Along a row the last of three scattered sums is the
 * first of the next, so it is carried in a register. One unit is one image.
 */
export function depthwiseInputGradient(job: DepthwiseJob, first: i32, last: i32, _scratch: usize): void {
  const channels = job.channels;
  const imageBytes = words(job.inputHeight * job.inputWidth * channels);
  for (let image = first; image < last; image++) {
    memory.fill(job.input + <usize>image * imageBytes, 0, imageBytes);
    for (let row = 0; row < job.outputHeight; row++)
      for (let tap = 0; tap < 3; tap++) {
        const y = row * job.stride - job.paddingTop + tap;
        if (u32(y) >= u32(job.inputHeight)) continue;
        const gradient = job.output + words((image * job.outputHeight + row) * job.outputWidth * channels);
        const target = job.input + words((image * job.inputHeight + y) * job.inputWidth * channels);
        for (let channel = 0; channel < channels; channel += 4)
          scatterFilterRow(job, gradient + words(channel), target + words(channel), tap, channel);
      }
  }
}

function scatterFilterRow(job: DepthwiseJob, gradient: usize, target: usize, tap: i32, channel: i32): void {
  const pixel = words(job.channels);
  const weights = job.filter + words(tap * 3 * job.channels + channel);
  const w0 = v128.load(weights),
    w1 = v128.load(weights + pixel),
    w2 = v128.load(weights + pixel * 2);
  const start = innerStart(job);
  const end = innerEnd(job);
  for (let x = 0; x < start; x++) scatterEdge(job, gradient, target, x, w0, w1, w2);
  if (end > start) {
    let d = gradient + <usize>start * pixel;
    let o = target + <usize>(start * 2 - job.paddingLeft) * pixel;
    let carry = v128.load(o);
    for (let k = end - start; k > 0; k--) {
      const g = v128.load(d);
      v128.store(o, multiplyAdd(carry, g, w0));
      v128.store(o + pixel, multiplyAdd(v128.load(o + pixel), g, w1));
      o += pixel * 2;
      carry = multiplyAdd(v128.load(o), g, w2);
      d += pixel;
    }
    v128.store(o, carry);
  }
  for (let x = end; x < job.outputWidth; x++) scatterEdge(job, gradient, target, x, w0, w1, w2);
}

function scatterEdge(
  job: DepthwiseJob,
  gradient: usize,
  target: usize,
  column: i32,
  w0: v128,
  w1: v128,
  w2: v128,
): void {
  const pixel = words(job.channels);
  const x = column * job.stride - job.paddingLeft;
  const g = v128.load(gradient + <usize>column * pixel);
  if (u32(x) < u32(job.inputWidth)) addProduct(target + <usize>x * pixel, g, w0);
  if (u32(x + 1) < u32(job.inputWidth)) addProduct(target + <usize>(x + 1) * pixel, g, w1);
  if (u32(x + 2) < u32(job.inputWidth)) addProduct(target + <usize>(x + 2) * pixel, g, w2);
}

function addProduct(target: usize, a: v128, b: v128): void {
  v128.store(target, multiplyAdd(v128.load(target), a, b));
}

/**
 * Filter gradient: `filter` receives, `output` holds dy. One unit is sixteen channels, whose sums grow row by row. Scratch:
 * four zeros.
 */
export function depthwiseFilterGradient(job: DepthwiseJob, first: i32, last: i32, scratch: usize): void {
  const channels = job.channels;
  const pixel = words(channels);
  const start = first * 16;
  const end = min(channels, last * 16);
  v128.store(scratch, f32x4.splat(0));
  for (let tap = 0; tap < 9; tap++) memory.fill(job.filter + words(tap * channels + start), 0, words(end - start));
  for (let line = 0; line < job.images * job.outputHeight; line++) {
    const image = line / job.outputHeight;
    const y = (line - image * job.outputHeight) * job.stride - job.paddingTop;
    const gradient = job.output + words(line * job.outputWidth * channels);
    const rows = job.input + words(image * job.inputHeight * job.inputWidth * channels);
    const r0 = inputRow(job, rows, y);
    const r1 = inputRow(job, rows, y + 1);
    const r2 = inputRow(job, rows, y + 2);
    for (let channel = start; channel < end; channel += 4) {
      const at = words(channel);
      if (job.stride == 1)
        gatherRow(
          job,
          r0 ? r0 + at : scratch,
          r0 ? pixel : 0,
          r1 ? r1 + at : scratch,
          r1 ? pixel : 0,
          r2 ? r2 + at : scratch,
          r2 ? pixel : 0,
          gradient + at,
          job.filter + at,
        );
      else
        for (let tap = 0; tap < 3; tap++) {
          const source = tap == 0 ? r0 : tap == 1 ? r1 : r2;
          if (source) gatherFilterRow(job, source + at, gradient + at, tap, channel);
        }
    }
  }
}

/** Adds a row's share to nine sums at stride 1: input column x meets the outputs x + padding − 2, − 1 and − 0. */
function gatherRow(
  job: DepthwiseJob,
  p0: usize,
  s0: usize,
  p1: usize,
  s1: usize,
  p2: usize,
  s2: usize,
  gradient: usize,
  sums: usize,
): void {
  const pixel = words(job.channels);
  const row = pixel * 3;
  const zero = f32x4.splat(0);
  let c00 = zero,
    c01 = zero,
    c02 = zero,
    c10 = zero,
    c11 = zero,
    c12 = zero,
    c20 = zero,
    c21 = zero,
    c22 = zero;
  const outputs = job.outputWidth;
  let output = job.paddingLeft;
  // dy of the outputs whose last, middle and first column the present input column is.
  let last = output >= 2 && output - 2 < outputs ? v128.load(gradient + <usize>(output - 2) * pixel) : zero;
  let middle = output >= 1 && output - 1 < outputs ? v128.load(gradient + <usize>(output - 1) * pixel) : zero;
  let next = gradient + <usize>output * pixel;
  const full = max(0, min(job.inputWidth, outputs - output));
  for (let k = full; k > 0; k--) {
    const g = v128.load(next);
    const x0 = v128.load(p0);
    c00 = multiplyAdd(c00, x0, g);
    c01 = multiplyAdd(c01, x0, middle);
    c02 = multiplyAdd(c02, x0, last);
    const x1 = v128.load(p1);
    c10 = multiplyAdd(c10, x1, g);
    c11 = multiplyAdd(c11, x1, middle);
    c12 = multiplyAdd(c12, x1, last);
    const x2 = v128.load(p2);
    c20 = multiplyAdd(c20, x2, g);
    c21 = multiplyAdd(c21, x2, middle);
    c22 = multiplyAdd(c22, x2, last);
    last = middle;
    middle = g;
    next += pixel;
    p0 += s0;
    p1 += s1;
    p2 += s2;
  }
  for (let k = job.inputWidth - full; k > 0; k--) {
    const x0 = v128.load(p0);
    c01 = multiplyAdd(c01, x0, middle);
    c02 = multiplyAdd(c02, x0, last);
    const x1 = v128.load(p1);
    c11 = multiplyAdd(c11, x1, middle);
    c12 = multiplyAdd(c12, x1, last);
    const x2 = v128.load(p2);
    c21 = multiplyAdd(c21, x2, middle);
    c22 = multiplyAdd(c22, x2, last);
    last = middle;
    middle = zero;
    p0 += s0;
    p1 += s1;
    p2 += s2;
  }
  addTo(sums, c00);
  addTo(sums + pixel, c01);
  addTo(sums + pixel * 2, c02);
  addTo(sums + row, c10);
  addTo(sums + row + pixel, c11);
  addTo(sums + row + pixel * 2, c12);
  addTo(sums + row * 2, c20);
  addTo(sums + row * 2 + pixel, c21);
  addTo(sums + row * 2 + pixel * 2, c22);
}

function addTo(target: usize, v: v128): void {
  v128.store(target, f32x4.add(v128.load(target), v));
}

/** Adds a filter row's three sums over a row of outputs, at any stride. */
function gatherFilterRow(job: DepthwiseJob, source: usize, gradient: usize, tap: i32, channel: i32): void {
  const pixel = words(job.channels);
  const step = pixel * <usize>job.stride;
  const start = innerStart(job);
  const end = innerEnd(job);
  const sums = job.filter + words(tap * 3 * job.channels + channel);
  let c0 = f32x4.splat(0),
    c1 = c0,
    c2 = c0;
  let p = source + <usize>(start * job.stride - job.paddingLeft) * pixel;
  let d = gradient + <usize>start * pixel;
  for (let k = end - start; k > 0; k--) {
    const g = v128.load(d);
    c0 = multiplyAdd(c0, v128.load(p), g);
    c1 = multiplyAdd(c1, v128.load(p + pixel), g);
    c2 = multiplyAdd(c2, v128.load(p + pixel * 2), g);
    p += step;
    d += pixel;
  }
  addTo(sums, c0);
  addTo(sums + pixel, c1);
  addTo(sums + pixel * 2, c2);
  for (let x = 0; x < start; x++) gatherEdge(job, source, gradient, sums, x);
  for (let x = end; x < job.outputWidth; x++) gatherEdge(job, source, gradient, sums, x);
}

function gatherEdge(job: DepthwiseJob, source: usize, gradient: usize, sums: usize, column: i32): void {
  const pixel = words(job.channels);
  const x = column * job.stride - job.paddingLeft;
  const g = v128.load(gradient + <usize>column * pixel);
  if (u32(x) < u32(job.inputWidth)) addProduct(sums, g, v128.load(source + <usize>x * pixel));
  if (u32(x + 1) < u32(job.inputWidth)) addProduct(sums + pixel, g, v128.load(source + <usize>(x + 1) * pixel));
  if (u32(x + 2) < u32(job.inputWidth)) addProduct(sums + pixel * 2, g, v128.load(source + <usize>(x + 2) * pixel));
}
