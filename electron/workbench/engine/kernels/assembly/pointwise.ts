/** Kernels that touch each element once or twice: resizing, optimiser, folding of upsampled filters. */
import { copyPadded, multiplyAdd, storeLanes, words } from './arithmetic';

/** Fields in the order in which `kernels/pointwise.ts` writes them. */
@unmanaged
export class UpsampleJob {
  /** `[rows, width, channels]`, rows over all images. */
  small: usize;
  /** `[2·rows, 2·width, channels]` */
  large: usize;
  width: i32;
  channels: i32;
}

/** large[2y + a][2x + b] = small[y][x]; one unit is a row of the small image. */
export function upsample(job: UpsampleJob, first: i32, last: i32, _scratch: usize): void {
  const pixel = words(job.channels);
  const lineBytes = <usize>job.width * pixel * 2;
  for (let row = first; row < last; row++) {
    let source = job.small + <usize>(row * job.width) * pixel;
    const line = job.large + <usize>row * lineBytes * 2;
    let target = line;
    for (let x = 0; x < job.width; x++) {
      memory.copy(target, source, pixel);
      memory.copy(target + pixel, source, pixel);
      source += pixel;
      target += pixel * 2;
    }
    memory.copy(line + lineBytes, line, lineBytes);
  }
}

/** small[y][x] = Σ of the four large pixels it was copied to; one unit is a row of the small image. */
export function upsampleGradient(job: UpsampleJob, first: i32, last: i32, _scratch: usize): void {
  const channels = job.channels;
  const pixel = words(channels);
  const lineBytes = <usize>job.width * pixel * 2;
  for (let row = first; row < last; row++) {
    let target = job.small + <usize>(row * job.width) * pixel;
    let source = job.large + <usize>row * lineBytes * 2;
    for (let x = 0; x < job.width; x++) {
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const at = source + words(c);
        const upper = f32x4.add(v128.load(at), v128.load(at + pixel));
        const lower = f32x4.add(v128.load(at + lineBytes), v128.load(at + lineBytes + pixel));
        v128.store(target + words(c), f32x4.add(upper, lower));
      }
      for (; c < channels; c++) {
        const at = source + words(c);
        const upper = load<f32>(at) + load<f32>(at + pixel);
        const lower = load<f32>(at + lineBytes) + load<f32>(at + lineBytes + pixel);
        store<f32>(target + words(c), upper + lower);
      }
      target += pixel;
      source += pixel * 2;
    }
  }
}

/** Fields in the order in which `kernels/pointwise.ts` writes them. */
@unmanaged
export class UpsampledFilterJob {
  /** `[3, 3, inputs, outputs]` */
  filter: usize;
  /** To expand: `[4, 4, inputs, outputs]`; to fold: a gradient `[4, 4, outputs, inputs]`. */
  expanded: usize;
  inputs: i32;
  outputs: i32;
}

/**
 * A 3×3 convolution over an image upsampled by two equals a transposed 4×4 convolution of stride 2 over the image
 * itself, whose filter rows are sums of the 3×3 rows: (r2, r1 + r2, r0 + r1, r0), and columns alike. That is 16 instead
 * of 36 products. One unit is an input channel.
 */
export function expandUpsampledFilter(job: UpsampledFilterJob, first: i32, last: i32, _scratch: usize): void {
  const plane = words(job.inputs * job.outputs);
  const end = words(last * job.outputs);
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 4; x++) {
      const target = job.expanded + <usize>(y * 4 + x) * plane;
      const a = job.filter + <usize>(firstRow(y) * 3 + firstRow(x)) * plane;
      const right: usize = lastRow(x) > firstRow(x) ? plane : 0;
      const down: usize = lastRow(y) > firstRow(y) ? plane * 3 : 0;
      let at = words(first * job.outputs);
      for (; at + 16 <= end; at += 16) {
        let sum = v128.load(a + at);
        if (right) sum = f32x4.add(sum, v128.load(a + at + right));
        if (down) {
          let lower = v128.load(a + at + down);
          if (right) lower = f32x4.add(lower, v128.load(a + at + down + right));
          sum = f32x4.add(sum, lower);
        }
        v128.store(target + at, sum);
      }
      for (; at < end; at += 4) {
        let sum = load<f32>(a + at);
        if (right) sum += load<f32>(a + at + right);
        if (down) {
          let lower = load<f32>(a + at + down);
          if (right) lower += load<f32>(a + at + down + right);
          sum += lower;
        }
        store<f32>(target + at, sum);
      }
    }
}

/** The adjoint of {@link expandUpsampledFilter}: the 3×3 filter's gradient from the 4×4 one's. One unit is an output channel. */
export function foldUpsampledFilter(job: UpsampledFilterJob, first: i32, last: i32, _scratch: usize): void {
  const plane = words(job.inputs * job.outputs);
  for (let ky = 0; ky < 3; ky++)
    for (let kx = 0; kx < 3; kx++) {
      const target = job.filter + <usize>(ky * 3 + kx) * plane;
      // Row ky is part of the expanded rows 2 − ky and 3 − ky, and columns alike.
      const a = job.expanded + <usize>((2 - ky) * 4 + (2 - kx)) * plane;
      for (let o = first; o < last; o++)
        for (let i = 0; i < job.inputs; i++) {
          const at = a + words(o * job.inputs + i);
          const upper = load<f32>(at) + load<f32>(at + plane);
          const lower = load<f32>(at + plane * 4) + load<f32>(at + plane * 5);
          store<f32>(target + words(i * job.outputs + o), upper + lower);
        }
    }
}

/** Rows of the 3×3 filter that row `y` of the 4×4 one sums: 2; 1, 2; 0, 1; 0. */
function firstRow(y: i32): i32 {
  return y == 0 ? 2 : y == 1 ? 1 : 0;
}

function lastRow(y: i32): i32 {
  return y <= 1 ? 2 : y == 2 ? 1 : 0;
}

/** Fields in the order in which `kernels/pointwise.ts` writes them. */
@unmanaged
export class AdamJob {
  values: usize;
  gradients: usize;
  /** First and second moment. */
  means: usize;
  squares: usize;
  count: i32;
  perUnit: i32;
  /** learningRate·√(1 − β₂ᵗ)/(1 − β₁ᵗ) */
  rate: f32;
  beta1: f32;
  /** 1 − β₁, rounded once. */
  rest1: f32;
  beta2: f32;
  rest2: f32;
  /** ε·√(1 − β₂ᵗ), so that the update equals the paper's with bias-corrected moments. */
  epsilon: f32;
}

/** Adam (Kingma & Ba 2015, algorithm 1) in place. */
export function adam(job: AdamJob, first: i32, last: i32, scratch: usize): void {
  const end = min(job.count, last * job.perUnit);
  let i = first * job.perUnit;
  for (; i + 4 <= end; i += 4) {
    const at = words(i);
    adamStep(job, job.values + at, job.gradients + at, job.means + at, job.squares + at);
  }
  if (i >= end) return;
  const at = words(i);
  const left = end - i;
  copyPadded(scratch, job.values + at, left);
  copyPadded(scratch + 16, job.gradients + at, left);
  copyPadded(scratch + 32, job.means + at, left);
  copyPadded(scratch + 48, job.squares + at, left);
  adamStep(job, scratch, scratch + 16, scratch + 32, scratch + 48);
  storeLanes(job.values + at, v128.load(scratch), left);
  storeLanes(job.means + at, v128.load(scratch, 32), left);
  storeLanes(job.squares + at, v128.load(scratch, 48), left);
}

function adamStep(job: AdamJob, values: usize, gradients: usize, means: usize, squares: usize): void {
  const g = v128.load(gradients);
  const mean = multiplyAdd(f32x4.mul(v128.load(means), f32x4.splat(job.beta1)), g, f32x4.splat(job.rest1));
  const square = multiplyAdd(
    f32x4.mul(v128.load(squares), f32x4.splat(job.beta2)),
    f32x4.mul(g, g),
    f32x4.splat(job.rest2),
  );
  v128.store(means, mean);
  v128.store(squares, square);
  const step = f32x4.div(
    f32x4.mul(mean, f32x4.splat(job.rate)),
    f32x4.add(f32x4.sqrt(square), f32x4.splat(job.epsilon)),
  );
  v128.store(values, f32x4.sub(v128.load(values), step));
}
