import type { JobField, KernelPool } from './kernel-pool';

/** What both directions of batch normalisation share; addresses of float32 data. */
export interface BatchNormShape {
  readonly rows: number;
  readonly channels: number;
  readonly epsilon: number;
  /** Activation y = min(max(p, slope·p), limit). */
  readonly slope: number;
  readonly limit: number;
}

/** Bytes that a block of rows takes: enough to outweigh the merging of blocks, few enough to share among threads. */
const BLOCK_BYTES = 32768;

/** output = activation(normalised input), with the batch's mean and biased variance. */
export function batchNorm(
  pool: KernelPool,
  shape: BatchNormShape,
  tensors: { input: number; scale: number; offset: number; output: number; mean: number; variance: number },
): void {
  const { rows, channels, rowsPerBlock, blocks, quads, padded } = blocksOf(shape);
  const fields: JobField[] = [
    ...[tensors.input, rows, channels, rowsPerBlock],
    pool.scratch('normalization sums', blocks * 2 * padded * 4),
    pool.scratch('normalization factors', 5 * padded * 4),
    ...[tensors.scale, tensors.offset],
    ...[shape.epsilon, shape.slope, shape.limit].map((float) => ({ float })),
    ...[tensors.output, tensors.mean, tensors.variance],
  ];
  pool.run({ kernel: 'batchNormMoments', units: blocks, scratchBytes: 5 * padded * 4, fields });
  pool.run({ kernel: 'batchNormMerge', units: quads, scratchBytes: 0, fields });
  pool.run({ kernel: 'batchNormApply', units: blocks, scratchBytes: padded * 4, fields });
}

/** output = activation(input normalised by the given mean and variance). */
export function normalizeGiven(
  pool: KernelPool,
  shape: BatchNormShape,
  tensors: { input: number; scale: number; offset: number; output: number; mean: number; variance: number },
): void {
  const { rows, channels, rowsPerBlock, blocks, quads, padded } = blocksOf(shape);
  const fields: JobField[] = [
    ...[tensors.input, rows, channels, rowsPerBlock, 0],
    pool.scratch('normalization factors', 5 * padded * 4),
    ...[tensors.scale, tensors.offset],
    ...[shape.epsilon, shape.slope, shape.limit].map((float) => ({ float })),
    ...[tensors.output, tensors.mean, tensors.variance],
  ];
  pool.run({ kernel: 'batchNormAffine', units: quads, scratchBytes: 0, fields });
  pool.run({ kernel: 'batchNormApply', units: blocks, scratchBytes: padded * 4, fields });
}

/** Gradients with respect to input, scale and offset. */
export function batchNormGradient(
  pool: KernelPool,
  shape: BatchNormShape,
  tensors: {
    input: number;
    scale: number;
    offset: number;
    mean: number;
    variance: number;
    outputGradient: number;
    inputGradient: number;
    scaleGradient: number;
    offsetGradient: number;
  },
): void {
  const { rows, channels, rowsPerBlock, blocks, quads, padded } = blocksOf(shape);
  const fields: JobField[] = [
    ...[tensors.input, rows, channels, rowsPerBlock],
    pool.scratch('normalization sums', blocks * 2 * padded * 4),
    pool.scratch('normalization factors', 5 * padded * 4),
    ...[tensors.scale, tensors.offset],
    ...[shape.epsilon, shape.slope, shape.limit].map((float) => ({ float })),
    ...[tensors.mean, tensors.variance, tensors.outputGradient, tensors.inputGradient],
    ...[tensors.scaleGradient, tensors.offsetGradient],
  ];
  pool.run({ kernel: 'batchNormGradientAffine', units: quads, scratchBytes: 0, fields });
  pool.run({ kernel: 'batchNormGradientSums', units: blocks, scratchBytes: 5 * padded * 4, fields });
  pool.run({ kernel: 'batchNormGradientMerge', units: quads, scratchBytes: 64, fields });
  pool.run({ kernel: 'batchNormGradientSpread', units: blocks, scratchBytes: 2 * padded * 4, fields });
}

function blocksOf({ rows, channels }: BatchNormShape) {
  const padded = Math.ceil(channels / 4) * 4;
  const rowsPerBlock = Math.max(16, Math.ceil(BLOCK_BYTES / (channels * 4) / 4) * 4);
  return { rows, channels, rowsPerBlock, blocks: Math.ceil(rows / rowsPerBlock), quads: padded / 4, padded };
}
