/**
 * Depthwise 3×3 convolution and its gradients for channel counts divisible by four. Each pass handles one filter row:
 * three weights, six inputs and four outputs fit the registers, all nine weights at once would spill and run three times
 * slower. Other shapes go through `depthwise-general.ts`.
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

/** One unit is one output row. */
export function depthwise(job: DepthwiseJob, first: i32, last: i32, _scratch: usize): void {
  const lineBytes = words(job.outputWidth * job.channels);
  for (let line = first; line < last; line++) {
    const image = line / job.outputHeight;
    const row = line - image * job.outputHeight;
    const target = job.output + <usize>line * lineBytes;
    memory.fill(target, 0, lineBytes);
    for (let tap = 0; tap < 3; tap++) {
      const y = row * job.stride - job.paddingTop + tap;
      if (u32(y) >= u32(job.inputHeight)) continue;
      const source = job.input + words((image * job.inputHeight + y) * job.inputWidth * job.channels);
      addFilterRow(job, source, tap, target);
    }
  }
}

function addFilterRow(job: DepthwiseJob, source: usize, tap: i32, target: usize): void {
  const pixel = words(job.channels);
  const start = innerStart(job);
  const end = innerEnd(job);
  const tapRow = job.flipped ? 2 - tap : tap;
  for (let channel = 0; channel < job.channels; channel += 4) {
    const weights = job.filter + words(tapRow * 3 * job.channels + channel);
    const w1 = v128.load(weights + pixel);
    const w0 = v128.load(job.flipped ? weights + pixel * 2 : weights);
    const w2 = v128.load(job.flipped ? weights : weights + pixel * 2);
    const at = words(channel);
    for (let x = 0; x < start; x++) addEdge(job, source + at, target + at, x, w0, w1, w2);
    let p = source + at + <usize>(start * job.stride - job.paddingLeft) * pixel;
    let q = target + at + <usize>start * pixel;
    let left = end - start;
    if (job.stride == 1)
      for (; left >= 4; left -= 4) {
        fourOutputs(p, q, pixel, w0, w1, w2);
        p += pixel * 4;
        q += pixel * 4;
      }
    else
      for (; left >= 3; left -= 3) {
        threeStridedOutputs(p, q, pixel, w0, w1, w2);
        p += pixel * 6;
        q += pixel * 3;
      }
    for (; left > 0; left--) {
      let sum = multiplyAdd(v128.load(q), v128.load(p), w0);
      sum = multiplyAdd(sum, v128.load(p + pixel), w1);
      v128.store(q, multiplyAdd(sum, v128.load(p + pixel * 2), w2));
      p += pixel * <usize>job.stride;
      q += pixel;
    }
    for (let x = end; x < job.outputWidth; x++) addEdge(job, source + at, target + at, x, w0, w1, w2);
  }
}

function fourOutputs(p: usize, q: usize, pixel: usize, w0: v128, w1: v128, w2: v128): void {
  const p3 = p + pixel * 3;
  const x0 = v128.load(p),
    x1 = v128.load(p + pixel),
    x2 = v128.load(p + pixel * 2),
    x3 = v128.load(p3),
    x4 = v128.load(p3 + pixel),
    x5 = v128.load(p3 + pixel * 2);
  v128.store(q, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q), x0, w0), x1, w1), x2, w2));
  const q1 = q + pixel;
  v128.store(q1, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q1), x1, w0), x2, w1), x3, w2));
  const q2 = q1 + pixel;
  v128.store(q2, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q2), x2, w0), x3, w1), x4, w2));
  const q3 = q2 + pixel;
  v128.store(q3, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q3), x3, w0), x4, w1), x5, w2));
}

function threeStridedOutputs(p: usize, q: usize, pixel: usize, w0: v128, w1: v128, w2: v128): void {
  const p3 = p + pixel * 3;
  const x0 = v128.load(p),
    x1 = v128.load(p + pixel),
    x2 = v128.load(p + pixel * 2),
    x3 = v128.load(p3),
    x4 = v128.load(p3 + pixel),
    x5 = v128.load(p3 + pixel * 2),
    x6 = v128.load(p3 + pixel * 3);
  v128.store(q, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q), x0, w0), x1, w1), x2, w2));
  const q1 = q + pixel;
  v128.store(q1, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q1), x2, w0), x3, w1), x4, w2));
  const q2 = q1 + pixel;
  v128.store(q2, multiplyAdd(multiplyAdd(multiplyAdd(v128.load(q2), x4, w0), x5, w1), x6, w2));
}

/** One output column some of whose taps may lie outside. */
function addEdge(job: DepthwiseJob, source: usize, target: usize, column: i32, w0: v128, w1: v128, w2: v128): void {
  const pixel = words(job.channels);
  const x = column * job.stride - job.paddingLeft;
  const q = target + <usize>column * pixel;
  let sum = v128.load(q);
  if (u32(x) < u32(job.inputWidth)) sum = multiplyAdd(sum, v128.load(source + <usize>x * pixel), w0);
  if (u32(x + 1) < u32(job.inputWidth)) sum = multiplyAdd(sum, v128.load(source + <usize>(x + 1) * pixel), w1);
  if (u32(x + 2) < u32(job.inputWidth)) sum = multiplyAdd(sum, v128.load(source + <usize>(x + 2) * pixel), w2);
  v128.store(q, sum);
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

/** Filter gradient: `filter` receives, `output` holds dy. One unit is sixteen channels. */
export function depthwiseFilterGradient(job: DepthwiseJob, first: i32, last: i32, _scratch: usize): void {
  const channels = job.channels;
  const start = first * 16;
  const end = min(channels, last * 16);
  for (let tap = 0; tap < 9; tap++) memory.fill(job.filter + words(tap * channels + start), 0, words(end - start));
  for (let line = 0; line < job.images * job.outputHeight; line++) {
    const image = line / job.outputHeight;
    const row = line - image * job.outputHeight;
    const gradient = job.output + words(line * job.outputWidth * channels);
    for (let tap = 0; tap < 3; tap++) {
      const y = row * job.stride - job.paddingTop + tap;
      if (u32(y) >= u32(job.inputHeight)) continue;
      const source = job.input + words((image * job.inputHeight + y) * job.inputWidth * channels);
      for (let channel = start; channel < end; channel += 4)
        gatherFilterRow(job, source + words(channel), gradient + words(channel), tap, channel);
    }
  }
}

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
  v128.store(sums, f32x4.add(v128.load(sums), c0));
  v128.store(sums + pixel, f32x4.add(v128.load(sums + pixel), c1));
  v128.store(sums + pixel * 2, f32x4.add(v128.load(sums + pixel * 2), c2));
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
