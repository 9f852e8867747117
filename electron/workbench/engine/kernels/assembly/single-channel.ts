/**
 * Convolutions with one output channel, such as the last layer of a generator or a patch discriminator. A register tile
 * over output channels would be mostly padding, so these run along the input channels instead.
 */
import { alignUp, multiplyAdd, sumLanes, words } from './arithmetic';
import { ConvolutionJob, ORIGIN_BYTES, addressRows } from './convolution';

/**
 * One unit is `pixelsPerUnit` grid pixels, of which four at a time share each filter vector. Depth must be a multiple of
 * four; the filter is `[taps][depth]`. Scratch as for `convolve`.
 */
export function convolveToOne(job: ConvolutionJob, first: i32, last: i32, scratch: usize): void {
  const zeros = scratch + ORIGIN_BYTES;
  memory.fill(zeros, 0, words(job.depth));
  const outputs = zeros + alignUp(words(job.depth));
  const bias: f32 = job.bias ? load<f32>(job.bias) : 0;
  for (let unit = first; unit < last; unit++) {
    const start = unit * job.pixelsPerUnit;
    const count = min(job.pixelsPerUnit, job.pixels - start);
    const tiles = (count + 3) >> 2;
    const rows = outputs + words(tiles * 4);
    addressRows(job, start, count, outputs, rows, zeros);
    for (let tile = 0; tile < tiles; tile++) {
      const tileRows = rows + words(tile * job.taps * 4);
      dotTile(tileRows, job.taps, job.depth, job.filter, outputs + words(tile * 4), min(4, count - tile * 4), bias);
    }
  }
}

/** out[r] = bias + Σ_tap Σ_k row_r,tap[k] · weights[tap][k] for four rows r, of which `stored` are stored. */
function dotTile(rows: usize, taps: i32, depth: i32, weights: usize, outputs: usize, stored: i32, bias: f32): void {
  let c0 = f32x4.splat(0),
    c1 = c0,
    c2 = c0,
    c3 = c0;
  for (let tap = taps; tap > 0; tap--) {
    let a0: usize = load<u32>(rows);
    let a1: usize = load<u32>(rows, 4);
    let a2: usize = load<u32>(rows, 8);
    let a3: usize = load<u32>(rows, 12);
    rows += 16;
    for (let k = depth; k > 0; k -= 4) {
      const w = v128.load(weights);
      c0 = multiplyAdd(c0, w, v128.load(a0));
      c1 = multiplyAdd(c1, w, v128.load(a1));
      c2 = multiplyAdd(c2, w, v128.load(a2));
      c3 = multiplyAdd(c3, w, v128.load(a3));
      weights += 16;
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
    }
  }
  store<f32>(load<u32>(outputs), sumLanes(c0) + bias);
  if (stored > 1) store<f32>(load<u32>(outputs, 4), sumLanes(c1) + bias);
  if (stored > 2) store<f32>(load<u32>(outputs, 8), sumLanes(c2) + bias);
  if (stored > 3) store<f32>(load<u32>(outputs, 12), sumLanes(c3) + bias);
}

/** Fields in the order in which `kernels/convolution.ts` writes them. */
@unmanaged
export class SingleFilterGradientJob {
  /** `[images, inputHeight, inputWidth, inputs]`, inputs a multiple of 16. */
  input: usize;
  images: i32;
  inputHeight: i32;
  inputWidth: i32;
  inputs: i32;
  /** `[images, outputHeight, outputWidth, 1]` */
  outputGradient: usize;
  outputHeight: i32;
  outputWidth: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  paddingTop: i32;
  paddingLeft: i32;
  /** `[filterHeight, filterWidth, inputs, 1]` */
  filterGradient: usize;
}

/** One unit is sixteen input channels: dFilter[tap][c] = Σ_pixel dy[pixel] · x[pixel + tap][c]. */
export function singleFilterGradient(job: SingleFilterGradientJob, first: i32, last: i32, _scratch: usize): void {
  const inputs = job.inputs;
  for (let tap = 0; tap < job.filterHeight * job.filterWidth; tap++)
    memory.fill(job.filterGradient + words(tap * inputs + first * 16), 0, words((last - first) * 16));
  for (let image = 0; image < job.images; image++)
    for (let row = 0; row < job.outputHeight; row++)
      for (let tapY = 0; tapY < job.filterHeight; tapY++) {
        const y = row * job.strideY - job.paddingTop + tapY * job.dilationY;
        if (u32(y) >= u32(job.inputHeight)) continue;
        for (let tapX = 0; tapX < job.filterWidth; tapX++)
          for (let group = first; group < last; group++) accumulateRow(job, image, row, y, tapY, tapX, group * 16);
      }
}

function accumulateRow(
  job: SingleFilterGradientJob,
  image: i32,
  row: i32,
  y: i32,
  tapY: i32,
  tapX: i32,
  channel: i32,
): void {
  const shift = tapX * job.dilationX - job.paddingLeft;
  const start = shift < 0 ? (-shift + job.strideX - 1) / job.strideX : 0;
  const end = min(job.outputWidth, (job.inputWidth - 1 - shift) / job.strideX + 1);
  if (shift > job.inputWidth - 1 || end <= start) return;
  const sum = job.filterGradient + words((tapY * job.filterWidth + tapX) * job.inputs + channel);
  let source =
    job.input +
    words(((image * job.inputHeight + y) * job.inputWidth + start * job.strideX + shift) * job.inputs + channel);
  let gradient = job.outputGradient + words((image * job.outputHeight + row) * job.outputWidth + start);
  const step = words(job.strideX * job.inputs);
  let c0 = f32x4.splat(0),
    c1 = c0,
    c2 = c0,
    c3 = c0;
  for (let k = end - start; k > 0; k--) {
    const g = v128.load32_splat(gradient);
    c0 = multiplyAdd(c0, g, v128.load(source));
    c1 = multiplyAdd(c1, g, v128.load(source, 16));
    c2 = multiplyAdd(c2, g, v128.load(source, 32));
    c3 = multiplyAdd(c3, g, v128.load(source, 48));
    source += step;
    gradient += 4;
  }
  v128.store(sum, f32x4.add(v128.load(sum), c0));
  v128.store(sum, f32x4.add(v128.load(sum, 16), c1), 16);
  v128.store(sum, f32x4.add(v128.load(sum, 32), c2), 32);
  v128.store(sum, f32x4.add(v128.load(sum, 48), c3), 48);
}
