/**
 * Batch normalisation over all rows of `[rows, channels]` with its activation in one pass. Statistics are taken block by
 * block while the block is in the cache and merged by Chan, Golub & LeVeque (1979), so they need one pass over memory
 * and lose no digits on long columns. One unit is a group of sixteen channels, each summed in one order.
 *
 * Activation: y = min(max(p, slope·p), limit). Slope 1 and limit ∞ is none, slope 0 ReLU, limit 6 ReLU6, slope 0.2
 * leaky ReLU. The gradient recomputes p from x, so the output need not be kept.
 */
import { copyPadded, multiplyAdd, storeLanes, words } from './arithmetic';

const GROUP: i32 = 16;
const BLOCK_ROWS: i32 = 64;

/** Fields in the order in which `kernels/normalization.ts` writes them. */
@unmanaged
export class BatchNormJob {
  /** `[rows, channels]` */
  input: usize;
  rows: i32;
  channels: i32;
  scale: usize;
  offset: usize;
  epsilon: f32;
  slope: f32;
  limit: f32;
  /** `[rows, channels]` */
  output: usize;
  mean: usize;
  /** Biased variance. */
  variance: usize;
}

export function batchNorm(job: BatchNormJob, first: i32, last: i32, scratch: usize): void {
  for (let unit = first; unit < last; unit++) {
    const end = min(job.channels, (unit + 1) * GROUP);
    let channel = unit * GROUP;
    for (; channel < end; channel += 4) moments(job, channel, min(4, end - channel));
    normalize(job, unit * GROUP, end, scratch);
  }
}

/** Mean and variance of up to four channels. */
function moments(job: BatchNormJob, channel: i32, lanes: i32): void {
  const step = words(job.channels);
  let mean = f32x4.splat(0);
  let deviation = f32x4.splat(0);
  let source = job.input + words(channel);
  for (let row = 0; row < job.rows; row += BLOCK_ROWS) {
    const count = min(BLOCK_ROWS, job.rows - row);
    let sum = f32x4.splat(0);
    let p = source;
    for (let k = count; k > 0; k--) {
      sum = f32x4.add(sum, loadLanes(p, lanes));
      p += step;
    }
    const blockMean = f32x4.mul(sum, f32x4.splat(1 / <f32>count));
    let squares = f32x4.splat(0);
    p = source;
    for (let k = count; k > 0; k--) {
      const d = f32x4.sub(loadLanes(p, lanes), blockMean);
      squares = multiplyAdd(squares, d, d);
      p += step;
    }
    const total = <f32>(row + count);
    const delta = f32x4.sub(blockMean, mean);
    mean = f32x4.add(mean, f32x4.mul(delta, f32x4.splat(<f32>count / total)));
    const between = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(<f32>row * (<f32>count / total)));
    deviation = f32x4.add(deviation, f32x4.add(squares, between));
    source = p;
  }
  storeLanes(job.mean + words(channel), mean, lanes);
  storeLanes(job.variance + words(channel), f32x4.mul(deviation, f32x4.splat(1 / <f32>job.rows)), lanes);
}

/** Four lanes, the missing ones zero; the full case must not read past the row. */
function loadLanes(source: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(source);
  let v = v128.load32_zero(source);
  if (lanes > 1) v = f32x4.replace_lane(v, 1, load<f32>(source, 4));
  if (lanes > 2) v = f32x4.replace_lane(v, 2, load<f32>(source, 8));
  return v;
}

/** y = activation(x·factor + shift), factor and shift in scratch. */
function normalize(job: BatchNormJob, channel: i32, end: i32, scratch: usize): void {
  const shifts = scratch + words(GROUP);
  affine(job.mean, job.variance, job.scale, job.offset, job.epsilon, channel, end, scratch, shifts);
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  let source = job.input + words(channel);
  let target = job.output + words(channel);
  const step = words(job.channels);
  const count = end - channel;
  for (let row = 0; row < job.rows; row++) {
    let c = 0;
    for (; c + 4 <= count; c += 4) {
      const at = words(c);
      const p = multiplyAdd(v128.load(shifts + at), v128.load(source + at), v128.load(scratch + at));
      v128.store(target + at, f32x4.min(f32x4.max(p, f32x4.mul(p, slope)), limit));
    }
    if (c < count) {
      const at = words(c);
      const p = multiplyAdd(v128.load(shifts + at), loadLanes(source + at, count - c), v128.load(scratch + at));
      storeLanes(target + at, f32x4.min(f32x4.max(p, f32x4.mul(p, slope)), limit), count - c);
    }
    source += step;
    target += step;
  }
}

/** factor = scale / √(variance + ε), shift = offset − mean·factor, for channels [channel, end) to slot 0 on. */
function affine(
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  epsilon: f32,
  channel: i32,
  end: i32,
  factors: usize,
  shifts: usize,
): void {
  for (let c = channel; c < end; c++) {
    const factor = load<f32>(scale + words(c)) / sqrt<f32>(load<f32>(variance + words(c)) + epsilon);
    store<f32>(factors + words(c - channel), factor);
    store<f32>(shifts + words(c - channel), load<f32>(offset + words(c)) - load<f32>(mean + words(c)) * factor);
  }
}

/** Fields in the order in which `kernels/normalization.ts` writes them. */
@unmanaged
export class BatchNormGradientJob {
  /** `[rows, channels]`, what was normalised. */
  input: usize;
  rows: i32;
  channels: i32;
  scale: usize;
  offset: usize;
  epsilon: f32;
  slope: f32;
  limit: f32;
  mean: usize;
  variance: usize;
  /** `[rows, channels]` */
  outputGradient: usize;
  inputGradient: usize;
  scaleGradient: usize;
  offsetGradient: usize;
}

/**
 * With d = dy·activation′(p), x̂ = (x − mean)/σ: dOffset = Σd, dScale = Σd·x̂,
 * dx = scale/σ · (d − dOffset/rows − x̂·dScale/rows)  (Ioffe & Szegedy 2015).
 */
export function batchNormGradient(job: BatchNormGradientJob, first: i32, last: i32, scratch: usize): void {
  for (let unit = first; unit < last; unit++) {
    const channel = unit * GROUP;
    const end = min(job.channels, channel + GROUP);
    const shifts = scratch + words(GROUP);
    affine(job.mean, job.variance, job.scale, job.offset, job.epsilon, channel, end, scratch, shifts);
    for (let c = channel; c < end; c += 4) sumGradients(job, channel, c, min(4, end - c), scratch, shifts);
    for (let c = channel; c < end; c += 4) spreadGradient(job, channel, c, min(4, end - c), scratch, shifts);
  }
}

function activationGradient(p: v128, gradient: v128, slope: v128, limit: v128): v128 {
  const rising = v128.and(gradient, f32x4.lt(p, limit));
  return v128.bitselect(rising, f32x4.mul(rising, slope), f32x4.gt(p, f32x4.splat(0)));
}

function sumGradients(
  job: BatchNormGradientJob,
  groupStart: i32,
  channel: i32,
  lanes: i32,
  factors: usize,
  shifts: usize,
): void {
  const step = words(job.channels);
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  const factor = v128.load(factors + words(channel - groupStart));
  const shift = v128.load(shifts + words(channel - groupStart));
  copyPadded(factors + words(GROUP * 2), job.mean + words(channel), lanes);
  const mean = v128.load(factors + words(GROUP * 2));
  let total = f32x4.splat(0);
  let totalProduct = f32x4.splat(0);
  let source = job.input + words(channel);
  let gradient = job.outputGradient + words(channel);
  for (let row = 0; row < job.rows; row += BLOCK_ROWS) {
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let k = min(BLOCK_ROWS, job.rows - row); k > 0; k--) {
      const x = loadLanes(source, lanes);
      const d = activationGradient(multiplyAdd(shift, x, factor), loadLanes(gradient, lanes), slope, limit);
      sum = f32x4.add(sum, d);
      product = multiplyAdd(product, d, f32x4.sub(x, mean));
      source += step;
      gradient += step;
    }
    total = f32x4.add(total, sum);
    totalProduct = f32x4.add(totalProduct, product);
  }
  storeLanes(job.offsetGradient + words(channel), total, lanes);
  storeLanes(job.scaleGradient + words(channel), totalProduct, lanes);
  for (let c = channel; c < channel + lanes; c++) {
    const at = job.scaleGradient + words(c);
    store<f32>(at, load<f32>(at) / sqrt<f32>(load<f32>(job.variance + words(c)) + job.epsilon));
  }
}

/** dx = factor·d + slopeTerm·x + constant per channel. */
function spreadGradient(
  job: BatchNormGradientJob,
  groupStart: i32,
  channel: i32,
  lanes: i32,
  factors: usize,
  shifts: usize,
): void {
  const coefficients = factors + words(GROUP * 2);
  const constants = coefficients + 16;
  const perRow: f32 = 1 / <f32>job.rows;
  v128.store(coefficients, f32x4.splat(0));
  v128.store(constants, f32x4.splat(0));
  for (let lane = 0; lane < lanes; lane++) {
    const c = channel + lane;
    const factor = load<f32>(factors + words(c - groupStart));
    const inverse: f32 = 1 / sqrt<f32>(load<f32>(job.variance + words(c)) + job.epsilon);
    const coefficient = -factor * inverse * (load<f32>(job.scaleGradient + words(c)) * perRow);
    store<f32>(coefficients + words(lane), coefficient);
    store<f32>(
      constants + words(lane),
      -factor * (load<f32>(job.offsetGradient + words(c)) * perRow) - coefficient * load<f32>(job.mean + words(c)),
    );
  }
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  const factor = v128.load(factors + words(channel - groupStart));
  const shift = v128.load(shifts + words(channel - groupStart));
  const coefficient = v128.load(coefficients);
  const constant = v128.load(constants);
  const step = words(job.channels);
  let source = job.input + words(channel);
  let gradient = job.outputGradient + words(channel);
  let target = job.inputGradient + words(channel);
  for (let row = 0; row < job.rows; row++) {
    const x = loadLanes(source, lanes);
    const d = activationGradient(multiplyAdd(shift, x, factor), loadLanes(gradient, lanes), slope, limit);
    storeLanes(target, multiplyAdd(multiplyAdd(constant, x, coefficient), d, factor), lanes);
    source += step;
    gradient += step;
    target += step;
  }
}
