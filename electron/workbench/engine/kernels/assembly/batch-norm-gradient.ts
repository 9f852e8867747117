/**
 * Gradient of batch normalisation with its activation, over blocks of rows like the forward pass (`batch-norm.ts`).
 * With d = dy·activation′(p), x̂ = (x − mean)/σ: dOffset = Σd, dScale = Σd·x̂,
 * dx = scale/σ · (d − dOffset/rows − x̂·dScale/rows)  (Ioffe & Szegedy 2015).
 */
import { multiplyAdd, words } from './arithmetic';
import { affineOfQuad, paddedChannels, stageRow } from './batch-norm';

/** Fields in the order in which `kernels/batch-norm.ts` writes them. */
@unmanaged
export class BatchNormGradientJob {
  /** `[rows, channels]`, what was normalised. */
  input: usize;
  rows: i32;
  channels: i32;
  /** Even. */
  rowsPerBlock: i32;
  /** `[blocks][2][channels, padded to four]`: sums of d and of d·(x − mean). */
  partials: usize;
  /** `[5][channels, padded to four]`: factor, shift, mean, and c and k of dx = d·factor + x·c + k. */
  affine: usize;
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

/** Factor, shift and mean of four channels a unit. */
export function batchNormGradientAffine(job: BatchNormGradientJob, first: i32, last: i32, _scratch: usize): void {
  const means = job.affine + words(2 * paddedChannels(job.channels));
  for (let quad = first; quad < last; quad++) {
    affineOfQuad(job.mean, job.variance, job.scale, job.offset, job.epsilon, quad, job.channels, job.affine);
    for (let channel = quad * 4; channel < quad * 4 + 4; channel++)
      store<f32>(means + words(channel), channel < job.channels ? load<f32>(job.mean + words(channel)) : 0);
  }
}

/** One unit is a block of rows. Scratch: five padded rows. */
export function batchNormGradientSums(job: BatchNormGradientJob, first: i32, last: i32, scratch: usize): void {
  const channels = job.channels;
  const padded = paddedChannels(channels);
  const step = words(channels);
  const stageStep = words(padded);
  const zeros = scratch + stageStep * 4;
  memory.fill(zeros, 0, stageStep);
  for (let block = first; block < last; block++) {
    const start = block * job.rowsPerBlock;
    const rows = min(job.rowsPerBlock, job.rows - start);
    const sums = job.partials + words(block * 2 * padded);
    memory.fill(sums, 0, stageStep * 2);
    for (let row = 0; row < rows; row += 2) {
      const at = <usize>(start + row) * step;
      const paired = row + 1 < rows;
      const xa = stageRow(job.input + at, channels, scratch);
      const ga = stageRow(job.outputGradient + at, channels, scratch + stageStep);
      const xb = paired ? stageRow(job.input + at + step, channels, scratch + stageStep * 2) : xa;
      const gb = paired ? stageRow(job.outputGradient + at + step, channels, scratch + stageStep * 3) : zeros;
      addGradients(job, xa, ga, xb, gb, sums, padded);
    }
  }
}

function activationGradient(p: v128, gradient: v128, slope: v128, limit: v128): v128 {
  const rising = v128.and(gradient, f32x4.lt(p, limit));
  return v128.bitselect(rising, f32x4.mul(rising, slope), f32x4.gt(p, f32x4.splat(0)));
}

function addGradients(
  job: BatchNormGradientJob,
  xa: usize,
  ga: usize,
  xb: usize,
  gb: usize,
  sums: usize,
  channels: i32,
): void {
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  const step = words(channels);
  const products = sums + step;
  const factors = job.affine;
  const shifts = factors + step;
  const means = shifts + step;
  for (let at: usize = 0; at < step; at += 16) {
    const factor = v128.load(factors + at);
    const shift = v128.load(shifts + at);
    const mean = v128.load(means + at);
    const x = v128.load(xa + at);
    const d = activationGradient(multiplyAdd(shift, x, factor), v128.load(ga + at), slope, limit);
    const y = v128.load(xb + at);
    const e = activationGradient(multiplyAdd(shift, y, factor), v128.load(gb + at), slope, limit);
    v128.store(sums + at, f32x4.add(v128.load(sums + at), f32x4.add(d, e)));
    const product = multiplyAdd(f32x4.mul(d, f32x4.sub(x, mean)), e, f32x4.sub(y, mean));
    v128.store(products + at, f32x4.add(v128.load(products + at), product));
  }
}

/** Adds all blocks' sums; writes dScale, dOffset, and c and k of dx = d·factor + x·c + k. One unit is four channels. */
export function batchNormGradientMerge(job: BatchNormGradientJob, first: i32, last: i32, scratch: usize): void {
  const padded = paddedChannels(job.channels);
  const step = words(padded);
  const coefficients = job.affine + step * 3;
  const perRow: f32 = 1 / <f32>job.rows;
  for (let quad = first; quad < last; quad++) {
    let source = job.partials + words(quad * 4);
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let row = 0; row < job.rows; row += job.rowsPerBlock) {
      sum = f32x4.add(sum, v128.load(source));
      product = f32x4.add(product, v128.load(source + step));
      source += step * 2;
    }
    v128.store(scratch, sum);
    v128.store(scratch, product, 16);
    for (let lane = 0; lane < 4; lane++) {
      const channel = quad * 4 + lane;
      const c = words(channel);
      let coefficient: f32 = 0;
      let constant: f32 = 0;
      if (channel < job.channels) {
        const inverse: f32 = 1 / sqrt<f32>(load<f32>(job.variance + c) + job.epsilon);
        const offsetGradient = load<f32>(scratch + words(lane));
        const scaleGradient = load<f32>(scratch + words(lane), 16) * inverse;
        store<f32>(job.offsetGradient + c, offsetGradient);
        store<f32>(job.scaleGradient + c, scaleGradient);
        const factor = load<f32>(job.affine + c);
        coefficient = -factor * inverse * (scaleGradient * perRow);
        constant = -factor * (offsetGradient * perRow) - coefficient * load<f32>(job.mean + c);
      }
      store<f32>(coefficients + c, coefficient);
      store<f32>(coefficients + step + c, constant);
    }
  }
}

/** dx of a block of rows a unit. Scratch: two padded rows. */
export function batchNormGradientSpread(job: BatchNormGradientJob, first: i32, last: i32, scratch: usize): void {
  const channels = job.channels;
  const padded = paddedChannels(channels);
  const step = words(channels);
  const whole = channels == padded;
  const end = min(job.rows, last * job.rowsPerBlock);
  for (let row = first * job.rowsPerBlock; row < end; row++) {
    const at = <usize>row * step;
    const x = stageRow(job.input + at, channels, scratch);
    const gradient = stageRow(job.outputGradient + at, channels, scratch + words(padded));
    spreadRow(job, x, gradient, whole ? job.inputGradient + at : scratch, padded);
    if (!whole) memory.copy(job.inputGradient + at, scratch, step);
  }
}

function spreadRow(job: BatchNormGradientJob, input: usize, gradient: usize, target: usize, channels: i32): void {
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  const step = words(channels);
  const factors = job.affine;
  const shifts = factors + step;
  const coefficients = shifts + step * 2;
  const constants = coefficients + step;
  for (let at: usize = 0; at < step; at += 16) {
    const factor = v128.load(factors + at);
    const x = v128.load(input + at);
    const p = multiplyAdd(v128.load(shifts + at), x, factor);
    const d = activationGradient(p, v128.load(gradient + at), slope, limit);
    const line = multiplyAdd(v128.load(constants + at), x, v128.load(coefficients + at));
    v128.store(target + at, multiplyAdd(line, d, factor));
  }
}
