/**
 * Convolutions with one output channel, such as the last layer of a generator or a patch discriminator. A register tile
 * over output channels would be mostly padding, so these run along the input channels instead.
 */
import { multiplyAdd, sumLanes, words } from './arithmetic';
import { ConvolutionJob } from './convolution';

/** Four pixels at a time share each filter vector. Depth must be a multiple of 4. Filter `[taps][depth]`, unpacked. */
export function convolveToOne(job: ConvolutionJob, first: i32, last: i32, scratch: usize): void {
  const zeros = scratch;
  memory.fill(zeros, 0, words(job.depth));
  const bias: f32 = job.bias ? load<f32>(job.bias) : 0;
  for (let unit = first; unit < last; unit++) {
    const end = min(job.pixels, (unit + 1) * job.pixelsPerUnit);
    let pixel = unit * job.pixelsPerUnit;
    for (; pixel < end; pixel += 4) dotTile(job, pixel, min(4, end - pixel), zeros, bias);
  }
}

function dotTile(job: ConvolutionJob, pixel: i32, pixels: i32, zeros: usize, bias: f32): void {
  const gridPixels = job.gridHeight * job.gridWidth;
  const p1 = min(pixel + 1, pixel + pixels - 1);
  const p2 = min(pixel + 2, pixel + pixels - 1);
  const p3 = min(pixel + 3, pixel + pixels - 1);
  const i0 = pixel / gridPixels,
    i1 = p1 / gridPixels,
    i2 = p2 / gridPixels,
    i3 = p3 / gridPixels;
  const y0 = (pixel - i0 * gridPixels) / job.gridWidth,
    y1 = (p1 - i1 * gridPixels) / job.gridWidth,
    y2 = (p2 - i2 * gridPixels) / job.gridWidth,
    y3 = (p3 - i3 * gridPixels) / job.gridWidth;
  const x0 = pixel - i0 * gridPixels - y0 * job.gridWidth,
    x1 = p1 - i1 * gridPixels - y1 * job.gridWidth,
    x2 = p2 - i2 * gridPixels - y2 * job.gridWidth,
    x3 = p3 - i3 * gridPixels - y3 * job.gridWidth;
  let c0 = f32x4.splat(0),
    c1 = c0,
    c2 = c0,
    c3 = c0;
  let weights = job.filter;
  for (let tap = 0; tap < job.taps; tap++) {
    let a0 = inputAddress(job, i0, y0, x0, tap, zeros);
    let a1 = inputAddress(job, i1, y1, x1, tap, zeros);
    let a2 = inputAddress(job, i2, y2, x2, tap, zeros);
    let a3 = inputAddress(job, i3, y3, x3, tap, zeros);
    for (let k = job.depth; k > 0; k -= 4) {
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
  store<f32>(outputAddress(job, i0, y0, x0), sumLanes(c0) + bias);
  if (pixels > 1) store<f32>(outputAddress(job, i1, y1, x1), sumLanes(c1) + bias);
  if (pixels > 2) store<f32>(outputAddress(job, i2, y2, x2), sumLanes(c2) + bias);
  if (pixels > 3) store<f32>(outputAddress(job, i3, y3, x3), sumLanes(c3) + bias);
}

function inputAddress(job: ConvolutionJob, image: i32, gridY: i32, gridX: i32, tap: i32, zeros: usize): usize {
  const y = gridY * job.inputStrideY + load<i32>(job.offsets + words(tap * 2));
  const x = gridX * job.inputStrideX + load<i32>(job.offsets + words(tap * 2), 4);
  if (u32(y) >= u32(job.inputHeight) || u32(x) >= u32(job.inputWidth)) return zeros;
  return job.input + <usize>((image * job.inputHeight + y) * job.inputWidth + x) * words(job.depth);
}

function outputAddress(job: ConvolutionJob, image: i32, gridY: i32, gridX: i32): usize {
  const y = gridY * job.outputStrideY + job.outputStartY;
  const x = gridX * job.outputStrideX + job.outputStartX;
  return job.output + words((image * job.outputHeight + y) * job.outputWidth + x);
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
