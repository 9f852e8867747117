/**
 * Batch normalisation over all rows of `[rows, channels]` with its activation, in three jobs: moments of blocks of rows,
 * their merger, and the normalised rows. Blocks depend on the shape alone, so results do not depend on the number of
 * threads; all of them run along memory, so that what limits them is its bandwidth.
 *
 * A block's moments are sums of deviations from its first row, which lie near zero whatever the mean, and of their squares;
 * blocks are merged by Chan, Golub & LeVeque (1979). So one pass over memory loses no digits on long columns.
 *
 * Activation: y = min(max(p, slope·p), limit). Slope 1 and limit ∞ is none, slope 0 ReLU, limit 6 ReLU6, slope 0.2
 * leaky ReLU. The gradient recomputes p from x, so the output need not be kept.
 *
 * Rows that are not a multiple of four channels long are staged in scratch, padded with zeros.
 */
import { multiplyAdd, storeLanes, words } from './arithmetic';

/** Fields in the order in which `kernels/batch-norm.ts` writes them. */
@unmanaged
export class BatchNormJob {
  /** `[rows, channels]` */
  input: usize;
  rows: i32;
  channels: i32;
  /** A multiple of four. */
  rowsPerBlock: i32;
  /** `[blocks][2][channels, padded to four]`: means and sums of squared deviations. */
  partials: usize;
  /** `[2][channels, padded to four]`: factor and shift of p = x·factor + shift. */
  affine: usize;
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

/** Channels padded to whole vectors. */
export function paddedChannels(channels: i32): i32 {
  return (channels + 3) & ~3;
}

/** The row itself where it is whole vectors long, else a padded copy in `stage`. */
export function stageRow(row: usize, channels: i32, stage: usize): usize {
  if ((channels & 3) == 0) return row;
  v128.store(stage + words(channels & ~3), f32x4.splat(0));
  memory.copy(stage, row, words(channels));
  return stage;
}

/** One unit is a block of rows. Scratch: five padded rows. */
export function batchNormMoments(job: BatchNormJob, first: i32, last: i32, scratch: usize): void {
  const channels = job.channels;
  const padded = paddedChannels(channels);
  const step = words(channels);
  const stageStep = words(padded);
  for (let block = first; block < last; block++) {
    const start = block * job.rowsPerBlock;
    const rows = min(job.rowsPerBlock, job.rows - start);
    const source = job.input + <usize>start * step;
    const sums = job.partials + words(block * 2 * padded);
    const squares = sums + stageStep;
    memory.fill(sums, 0, stageStep * 2);
    const origin = stageRow(source, channels, scratch);
    for (let row = 0; row < rows; row += 4) {
      const at = source + <usize>row * step;
      // A missing row is the origin, whose deviation is nothing.
      const a = stageRow(at, channels, scratch + stageStep);
      const b = row + 1 < rows ? stageRow(at + step, channels, scratch + stageStep * 2) : origin;
      const c = row + 2 < rows ? stageRow(at + step * 2, channels, scratch + stageStep * 3) : origin;
      const d = row + 3 < rows ? stageRow(at + step * 3, channels, scratch + stageStep * 4) : origin;
      addDeviations(origin, a, b, c, d, sums, squares, padded);
    }
    finishBlock(origin, sums, squares, padded, rows);
  }
}

function addDeviations(
  origin: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  sums: usize,
  squares: usize,
  channels: i32,
): void {
  for (let k = channels; k > 0; k -= 4) {
    const o = v128.load(origin);
    const da = f32x4.sub(v128.load(a), o);
    const db = f32x4.sub(v128.load(b), o);
    const dc = f32x4.sub(v128.load(c), o);
    const dd = f32x4.sub(v128.load(d), o);
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.add(f32x4.add(da, db), f32x4.add(dc, dd))));
    const low = multiplyAdd(f32x4.mul(da, da), db, db);
    const high = multiplyAdd(f32x4.mul(dc, dc), dd, dd);
    v128.store(squares, f32x4.add(v128.load(squares), f32x4.add(low, high)));
    origin += 16;
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    sums += 16;
    squares += 16;
  }
}

/** From sums of deviations and squares to the block's means and sums of squared deviations from them. */
function finishBlock(origin: usize, sums: usize, squares: usize, channels: i32, rows: i32): void {
  const perRow = f32x4.splat(1 / <f32>rows);
  for (let k = channels; k > 0; k -= 4) {
    const sum = v128.load(sums);
    const shift = f32x4.mul(sum, perRow);
    v128.store(sums, f32x4.add(v128.load(origin), shift));
    const rest = f32x4.sub(v128.load(squares), f32x4.mul(sum, shift));
    v128.store(squares, f32x4.max(rest, f32x4.splat(0)));
    origin += 16;
    sums += 16;
    squares += 16;
  }
}

/** Merges all blocks' moments to mean, variance, factor and shift. One unit is four channels. */
export function batchNormMerge(job: BatchNormJob, first: i32, last: i32, _scratch: usize): void {
  const padded = paddedChannels(job.channels);
  const step = words(padded);
  for (let quad = first; quad < last; quad++) {
    let source = job.partials + words(quad * 4);
    let mean = f32x4.splat(0);
    let squares = f32x4.splat(0);
    for (let before = 0; before < job.rows; before += job.rowsPerBlock) {
      const rows = min(job.rowsPerBlock, job.rows - before);
      const share: f32 = <f32>rows / <f32>(before + rows);
      const delta = f32x4.sub(v128.load(source), mean);
      mean = f32x4.add(mean, f32x4.mul(delta, f32x4.splat(share)));
      const between = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(<f32>before * share));
      squares = f32x4.add(squares, f32x4.add(v128.load(source + step), between));
      source += step * 2;
    }
    const at = words(quad * 4);
    storeLanes(job.mean + at, mean, job.channels - quad * 4);
    storeLanes(job.variance + at, f32x4.mul(squares, f32x4.splat(1 / <f32>job.rows)), job.channels - quad * 4);
    affineOfQuad(job.mean, job.variance, job.scale, job.offset, job.epsilon, quad, job.channels, job.affine);
  }
}

/** factor = scale / √(variance + ε), shift = offset − mean·factor, so that p = x·factor + shift; zeros past the end. */
export function affineOfQuad(
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  epsilon: f32,
  quad: i32,
  channels: i32,
  affine: usize,
): void {
  const shifts = affine + words(paddedChannels(channels));
  for (let channel = quad * 4; channel < quad * 4 + 4; channel++) {
    const c = words(channel);
    let factor: f32 = 0;
    let shift: f32 = 0;
    if (channel < channels) {
      factor = load<f32>(scale + c) / sqrt<f32>(load<f32>(variance + c) + epsilon);
      shift = load<f32>(offset + c) - load<f32>(mean + c) * factor;
    }
    store<f32>(affine + c, factor);
    store<f32>(shifts + c, shift);
  }
}

/** Factor and shift from the job's mean and variance: for given statistics. One unit is four channels. */
export function batchNormAffine(job: BatchNormJob, first: i32, last: i32, _scratch: usize): void {
  for (let quad = first; quad < last; quad++)
    affineOfQuad(job.mean, job.variance, job.scale, job.offset, job.epsilon, quad, job.channels, job.affine);
}

/** output = activation(input·factor + shift). One unit is a block of rows. Scratch: a padded row. */
export function batchNormApply(job: BatchNormJob, first: i32, last: i32, scratch: usize): void {
  const channels = job.channels;
  const padded = paddedChannels(channels);
  const step = words(channels);
  const shifts = job.affine + words(padded);
  const end = min(job.rows, last * job.rowsPerBlock);
  for (let row = first * job.rowsPerBlock; row < end; row++) {
    const source = stageRow(job.input + <usize>row * step, channels, scratch);
    const target = job.output + <usize>row * step;
    const whole = channels == padded;
    normalizeRow(source, whole ? target : scratch, job.affine, shifts, padded, job.slope, job.limit);
    if (!whole) memory.copy(target, scratch, step);
  }
}

function normalizeRow(
  source: usize,
  target: usize,
  factors: usize,
  shifts: usize,
  channels: i32,
  slopes: f32,
  limits: f32,
): void {
  const slope = f32x4.splat(slopes);
  const limit = f32x4.splat(limits);
  for (let k = channels; k > 0; k -= 4) {
    const p = multiplyAdd(v128.load(shifts), v128.load(source), v128.load(factors));
    v128.store(target, f32x4.min(f32x4.max(p, f32x4.mul(p, slope)), limit));
    source += 16;
    target += 16;
    factors += 16;
    shifts += 16;
  }
}
