/**
 * Batch normalisation over all rows of `[rows, channels]` with its activation in one pass. One unit is a group of sixteen
 * channels, a cache line. Rows are taken in small blocks that stay in the first-level cache while each quad of channels
 * runs over them; statistics of blocks are merged by Chan, Golub & LeVeque (1979), so they need one pass over memory and
 * lose no digits on long columns.
 *
 * Activation: y = min(max(p, slope·p), limit). Slope 1 and limit ∞ is none, slope 0 ReLU, limit 6 ReLU6, slope 0.2
 * leaky ReLU. The gradient recomputes p from x, so the output need not be kept.
 *
 * A group's last quad may have fewer than four channels: its rows are then staged in scratch, padded with zeros.
 */
import { copyPadded, multiplyAdd, storeLanes, words } from './arithmetic';

const GROUP: i32 = 16;
const GROUP_BYTES: usize = 64;
const BLOCK_ROWS: i32 = 16;
const STAGE_BYTES: usize = 256;

/** Fields in the order in which `fused-operations.ts` writes them. */
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

/** Scratch: factors, shifts, means and squared deviations of the group, then a stage. */
export function batchNorm(job: BatchNormJob, first: i32, last: i32, scratch: usize): void {
  const shifts = scratch + GROUP_BYTES;
  const stage = scratch + GROUP_BYTES * 4;
  const step = words(job.channels);
  for (let unit = first; unit < last; unit++) {
    const channel = unit * GROUP;
    const count = min(GROUP, job.channels - channel);
    moments(job, channel, count, scratch);
    affine(job.mean, job.variance, job.scale, job.offset, job.epsilon, channel, count, scratch, shifts);
    for (let row = 0; row < job.rows; row += BLOCK_ROWS) {
      const rows = min(BLOCK_ROWS, job.rows - row);
      for (let c = 0; c < count; c += 4) {
        const at = words(row * job.channels + channel + c);
        const lanes = count - c;
        const factor = scratch + words(c);
        const shift = shifts + words(c);
        if (lanes >= 4) normalizeQuad(job, job.input + at, job.output + at, step, rows, factor, shift);
        else {
          stageRows(job.input + at, step, rows, lanes, stage);
          normalizeQuad(job, stage, stage, 16, rows, factor, shift);
          unstageRows(stage, job.output + at, step, rows, lanes);
        }
      }
    }
  }
}

/** Means and variances of the group's channels, to the job's outputs. */
function moments(job: BatchNormJob, channel: i32, count: i32, scratch: usize): void {
  const means = scratch + GROUP_BYTES * 2;
  const deviations = scratch + GROUP_BYTES * 3;
  const stage = scratch + GROUP_BYTES * 4;
  const step = words(job.channels);
  memory.fill(means, 0, GROUP_BYTES * 2);
  for (let row = 0; row < job.rows; row += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, job.rows - row);
    for (let c = 0; c < count; c += 4) {
      const source = job.input + words(row * job.channels + channel + c);
      if (count - c >= 4) mergeMoments(source, step, rows, row, means + words(c), deviations + words(c));
      else {
        stageRows(source, step, rows, count - c, stage);
        mergeMoments(stage, 16, rows, row, means + words(c), deviations + words(c));
      }
    }
  }
  const perRow = f32x4.splat(1 / <f32>job.rows);
  for (let c = 0; c < count; c += 4) {
    storeLanes(job.mean + words(channel + c), v128.load(means + words(c)), count - c);
    storeLanes(job.variance + words(channel + c), f32x4.mul(v128.load(deviations + words(c)), perRow), count - c);
  }
}

/** Adds `rows` rows of four channels to statistics of the `before` rows so far. */
function mergeMoments(source: usize, step: usize, rows: i32, before: i32, means: usize, deviations: usize): void {
  let sum = f32x4.splat(0);
  let p = source;
  for (let k = rows; k > 0; k--) {
    sum = f32x4.add(sum, v128.load(p));
    p += step;
  }
  const blockMean = f32x4.mul(sum, f32x4.splat(1 / <f32>rows));
  let squares = f32x4.splat(0);
  p = source;
  for (let k = rows; k > 0; k--) {
    const d = f32x4.sub(v128.load(p), blockMean);
    squares = multiplyAdd(squares, d, d);
    p += step;
  }
  const share: f32 = <f32>rows / <f32>(before + rows);
  const mean = v128.load(means);
  const delta = f32x4.sub(blockMean, mean);
  v128.store(means, f32x4.add(mean, f32x4.mul(delta, f32x4.splat(share))));
  const between = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(<f32>before * share));
  v128.store(deviations, f32x4.add(v128.load(deviations), f32x4.add(squares, between)));
}

function normalizeQuad(
  job: BatchNormJob,
  source: usize,
  target: usize,
  step: usize,
  rows: i32,
  factors: usize,
  shifts: usize,
): void {
  const factor = v128.load(factors);
  const shift = v128.load(shifts);
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  for (let k = rows; k > 0; k--) {
    const p = multiplyAdd(shift, v128.load(source), factor);
    v128.store(target, f32x4.min(f32x4.max(p, f32x4.mul(p, slope)), limit));
    source += step;
    target += step;
  }
}

/** factor = scale / √(variance + ε), shift = offset − mean·factor, so that p = x·factor + shift. */
function affine(
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  epsilon: f32,
  channel: i32,
  count: i32,
  factors: usize,
  shifts: usize,
): void {
  memory.fill(factors, 0, GROUP_BYTES);
  memory.fill(shifts, 0, GROUP_BYTES);
  for (let i = 0; i < count; i++) {
    const c = words(channel + i);
    const factor = load<f32>(scale + c) / sqrt<f32>(load<f32>(variance + c) + epsilon);
    store<f32>(factors + words(i), factor);
    store<f32>(shifts + words(i), load<f32>(offset + c) - load<f32>(mean + c) * factor);
  }
}

function stageRows(source: usize, step: usize, rows: i32, lanes: i32, stage: usize): void {
  for (let k = rows; k > 0; k--) {
    copyPadded(stage, source, lanes);
    stage += 16;
    source += step;
  }
}

function unstageRows(stage: usize, target: usize, step: usize, rows: i32, lanes: i32): void {
  for (let k = rows; k > 0; k--) {
    storeLanes(target, v128.load(stage), lanes);
    stage += 16;
    target += step;
  }
}

/** Fields in the order in which `fused-operations.ts` writes them. */
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
 *
 * Scratch: factors and shifts of p, means, sums of d and of d·(x − mean), then two stages.
 */
export function batchNormGradient(job: BatchNormGradientJob, first: i32, last: i32, scratch: usize): void {
  const shifts = scratch + GROUP_BYTES;
  const means = scratch + GROUP_BYTES * 2;
  const sums = scratch + GROUP_BYTES * 3;
  for (let unit = first; unit < last; unit++) {
    const channel = unit * GROUP;
    const count = min(GROUP, job.channels - channel);
    affine(job.mean, job.variance, job.scale, job.offset, job.epsilon, channel, count, scratch, shifts);
    memory.fill(means, 0, GROUP_BYTES * 3);
    memory.copy(means, job.mean + words(channel), words(count));
    overRows(job, channel, count, scratch, true);
    finishSums(job, channel, count, scratch, means, sums);
    overRows(job, channel, count, scratch, false);
  }
}

/** Runs the summing or the spreading pass over all rows of the group. */
function overRows(job: BatchNormGradientJob, channel: i32, count: i32, scratch: usize, summing: bool): void {
  const stage = scratch + GROUP_BYTES * 5;
  const gradientStage = stage + STAGE_BYTES;
  const step = words(job.channels);
  for (let row = 0; row < job.rows; row += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, job.rows - row);
    for (let c = 0; c < count; c += 4) {
      const at = words(row * job.channels + channel + c);
      const quad = scratch + words(c);
      const lanes = count - c;
      let source = job.input + at;
      let gradient = job.outputGradient + at;
      let target = job.inputGradient + at;
      let between = step;
      if (lanes < 4) {
        stageRows(source, step, rows, lanes, stage);
        stageRows(gradient, step, rows, lanes, gradientStage);
        source = stage;
        gradient = gradientStage;
        target = stage;
        between = 16;
      }
      if (summing) sumQuad(job, source, gradient, between, rows, quad);
      else {
        spreadQuad(job, source, gradient, target, between, rows, quad);
        if (lanes < 4) unstageRows(stage, job.inputGradient + at, step, rows, lanes);
      }
    }
  }
}

function activationGradient(p: v128, gradient: v128, slope: v128, limit: v128): v128 {
  const rising = v128.and(gradient, f32x4.lt(p, limit));
  return v128.bitselect(rising, f32x4.mul(rising, slope), f32x4.gt(p, f32x4.splat(0)));
}

function sumQuad(job: BatchNormGradientJob, source: usize, gradient: usize, step: usize, rows: i32, quad: usize): void {
  const factor = v128.load(quad);
  const shift = v128.load(quad, 64);
  const mean = v128.load(quad, 128);
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  let sum = f32x4.splat(0);
  let product = f32x4.splat(0);
  for (let k = rows; k > 0; k--) {
    const x = v128.load(source);
    const d = activationGradient(multiplyAdd(shift, x, factor), v128.load(gradient), slope, limit);
    sum = f32x4.add(sum, d);
    product = multiplyAdd(product, d, f32x4.sub(x, mean));
    source += step;
    gradient += step;
  }
  v128.store(quad, f32x4.add(v128.load(quad, 192), sum), 192);
  v128.store(quad, f32x4.add(v128.load(quad, 256), product), 256);
}

/** Writes dScale and dOffset, and turns means and sums into the constants and coefficients of dx = d·factor + x·c + k. */
function finishSums(
  job: BatchNormGradientJob,
  channel: i32,
  count: i32,
  factors: usize,
  means: usize,
  sums: usize,
): void {
  const perRow: f32 = 1 / <f32>job.rows;
  for (let i = 0; i < count; i++) {
    const c = words(channel + i);
    const inverse: f32 = 1 / sqrt<f32>(load<f32>(job.variance + c) + job.epsilon);
    const offsetGradient = load<f32>(sums + words(i));
    const scaleGradient = load<f32>(sums + GROUP_BYTES + words(i)) * inverse;
    store<f32>(job.offsetGradient + c, offsetGradient);
    store<f32>(job.scaleGradient + c, scaleGradient);
    const factor = load<f32>(factors + words(i));
    const coefficient = -factor * inverse * (scaleGradient * perRow);
    const constant = -factor * (offsetGradient * perRow) - coefficient * load<f32>(means + words(i));
    store<f32>(means + words(i), constant);
    store<f32>(sums + words(i), coefficient);
  }
}

function spreadQuad(
  job: BatchNormGradientJob,
  source: usize,
  gradient: usize,
  target: usize,
  step: usize,
  rows: i32,
  quad: usize,
): void {
  const factor = v128.load(quad);
  const shift = v128.load(quad, 64);
  const constant = v128.load(quad, 128);
  const coefficient = v128.load(quad, 192);
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  for (let k = rows; k > 0; k--) {
    const x = v128.load(source);
    const d = activationGradient(multiplyAdd(shift, x, factor), v128.load(gradient), slope, limit);
    v128.store(target, multiplyAdd(multiplyAdd(constant, x, coefficient), d, factor));
    source += step;
    gradient += step;
    target += step;
  }
}
