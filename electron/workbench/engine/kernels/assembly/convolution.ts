/**
 * Convolution as an indirect matrix product: no image-to-column copy, a table of addresses instead. Padding, stride and
 * dilation cost only the building of that table. Backprop-input is the same product over the output gradient with
 * transposed filters, one job for each phase of the stride.
 */
import { alignUp, copyPadded, words } from './arithmetic';
import { indirectTile4x4, indirectTile4x8 } from './tiles';

/** Below this depth a pixel's taps are copied side by side, because a loop of so few steps costs more than the copy. */
const GATHER_BELOW: i32 = 4;

/** Room before the row of zeros, see {@link addressRows}. */
export const ORIGIN_BYTES: usize = 64;

/** Fields in the order in which `kernels/convolution.ts` writes them. */
@unmanaged
export class ConvolutionJob {
  /** `[n, inputHeight, inputWidth, depth]` */
  input: usize;
  inputHeight: i32;
  inputWidth: i32;
  depth: i32;
  /** Packed by {@link packFilter}. */
  filter: usize;
  /** `[n, outputHeight, outputWidth, columns]` */
  output: usize;
  outputHeight: i32;
  outputWidth: i32;
  columns: i32;
  /** The grid of outputs computed per image: output pixel (gridY·outputStrideY + outputStartY, …). */
  gridHeight: i32;
  gridWidth: i32;
  inputStrideY: i32;
  inputStrideX: i32;
  outputStrideY: i32;
  outputStrideX: i32;
  outputStartY: i32;
  outputStartX: i32;
  taps: i32;
  /** How many taps at a time read pixels side by side, in order; divides the number of taps. */
  run: i32;
  /** `[taps][2]` (dy, dx): the tap reads input pixel (gridY·inputStrideY + dy, gridX·inputStrideX + dx). */
  offsets: usize;
  /** `[columns rounded up to the panel width]`, or 0. */
  bias: usize;
  /** Grid pixels over all images. */
  pixels: i32;
  pixelsPerUnit: i32;
}

/** One unit is `pixelsPerUnit` grid pixels, all columns. */
export function convolve(job: ConvolutionJob, first: i32, last: i32, scratch: usize): void {
  for (let unit = first; unit < last; unit++) {
    const start = unit * job.pixelsPerUnit;
    convolveBlock(job, start, min(job.pixelsPerUnit, job.pixels - start), scratch);
  }
}

/** Scratch: origins of a tile, a row of zeros, output and row addresses, and gathered rows where the depth is small. */
function convolveBlock(job: ConvolutionJob, start: i32, count: i32, scratch: usize): void {
  const depth = job.depth;
  const taps = job.taps;
  const gather = depth < GATHER_BELOW;
  const tiles = (count + 3) >> 2;
  const zeros = scratch + ORIGIN_BYTES;
  memory.fill(zeros, 0, words(depth));
  const outputs = zeros + alignUp(words(depth));
  const rows = outputs + words(tiles * 4);
  const gathered = rows + words(tiles * 4);
  if (gather) addressGathered(job, start, count, outputs, rows, gathered);
  else addressRows(job, start, count, outputs, rows, zeros);

  const tapRows = gather ? 1 : taps;
  const rowDepth = gather ? taps * depth : depth;
  const narrow = job.columns <= 4;
  const panelWidth = narrow ? 4 : 8;
  const panelBytes = words(taps * depth * panelWidth);
  let panel = job.filter;
  let bias = job.bias;
  for (let column = 0; column < job.columns; column += panelWidth) {
    const columns = min(panelWidth, job.columns - column);
    let tileRows = rows;
    for (let tile = 0; tile < tiles; tile++) {
      const tileOutputs = outputs + words(tile * 4);
      const stored = min(4, count - tile * 4);
      if (narrow)
        indirectTile4x4(tileRows, tapRows, rowDepth, panel, tileOutputs, words(column), stored, columns, bias);
      else indirectTile4x8(tileRows, tapRows, rowDepth, panel, tileOutputs, words(column), stored, columns, bias);
      tileRows += words(tapRows * 4);
    }
    panel += panelBytes;
    if (bias) bias += words(panelWidth);
  }
}

/**
 * Fills `outputs[pixel]` and `rows[tile][tap][4]`, four pixels at once; rows past the last pixel repeat the tile's first.
 * `zeros` needs 48 bytes before it, to hand the four pixels' origins from scalar to vector registers.
 */
export function addressRows(
  job: ConvolutionJob,
  start: i32,
  count: i32,
  outputs: usize,
  rows: usize,
  zeros: usize,
): void {
  const pixelBytes = words(job.depth);
  const imagePixels = job.inputHeight * job.inputWidth;
  const gridPixels = job.gridHeight * job.gridWidth;
  const height = i32x4.splat(job.inputHeight);
  const width = i32x4.splat(job.inputWidth);
  const outside = i32x4.splat(<i32>zeros);
  const origins = zeros - 48;
  let image = start / gridPixels;
  let gridY = (start - image * gridPixels) / job.gridWidth;
  let gridX = start - image * gridPixels - gridY * job.gridWidth;
  for (let tile = 0; tile < count; tile += 4) {
    for (let lane = 0; lane < 4; lane++) {
      const at = origins + words(lane);
      if (tile + lane >= count) {
        store<u32>(at, load<u32>(origins));
        store<i32>(at, load<i32>(origins, 16), 16);
        store<i32>(at, load<i32>(origins, 32), 32);
        continue;
      }
      store<u32>(outputs + words(tile + lane), <u32>outputAddress(job, image, gridY, gridX));
      const y = gridY * job.inputStrideY;
      const x = gridX * job.inputStrideX;
      store<u32>(at, <u32>(job.input + <usize>(image * imagePixels + y * job.inputWidth + x) * pixelBytes));
      store<i32>(at, y, 16);
      store<i32>(at, x, 32);
      if (++gridX == job.gridWidth) {
        gridX = 0;
        if (++gridY == job.gridHeight) {
          gridY = 0;
          image++;
        }
      }
    }
    const bases = v128.load(origins);
    const ys = v128.load(origins, 16);
    const xs = v128.load(origins, 32);
    let offset = job.offsets;
    for (let tap = job.taps; tap > 0; tap--) {
      const dy = load<i32>(offset);
      const dx = load<i32>(offset, 4);
      const inside = v128.and(
        i32x4.lt_u(i32x4.add(ys, i32x4.splat(dy)), height),
        i32x4.lt_u(i32x4.add(xs, i32x4.splat(dx)), width),
      );
      const shift = (dy * job.inputWidth + dx) * <i32>pixelBytes;
      v128.store(rows, v128.bitselect(i32x4.add(bases, i32x4.splat(shift)), outside, inside));
      rows += 16;
      offset += 8;
    }
  }
}

/** Fills `outputs[pixel]`, copies each pixel's taps to `gathered[pixel][taps·depth]` and points `rows[pixel]` there. */
function addressGathered(
  job: ConvolutionJob,
  start: i32,
  count: i32,
  outputs: usize,
  rows: usize,
  gathered: usize,
): void {
  const taps = job.taps;
  const run = job.run;
  const depth = job.depth;
  const height = job.inputHeight;
  const width = job.inputWidth;
  const gridPixels = job.gridHeight * job.gridWidth;
  let image = start / gridPixels;
  let gridY = (start - image * gridPixels) / job.gridWidth;
  let gridX = start - image * gridPixels - gridY * job.gridWidth;
  let target = gathered;
  for (let i = 0; i < count; i++) {
    store<u32>(outputs + words(i), <u32>outputAddress(job, image, gridY, gridX));
    store<u32>(rows + words(i), <u32>target);
    const base = job.input + words(image * height * width * depth);
    const originY = gridY * job.inputStrideY;
    const originX = gridX * job.inputStrideX;
    for (let tap = 0; tap < taps; tap += run) {
      const y = originY + load<i32>(job.offsets + words(tap * 2));
      const x = originX + load<i32>(job.offsets + words(tap * 2), 4);
      if (u32(y) >= u32(height)) clearFloats(target, run * depth);
      else if (x >= 0 && x + run <= width) copyFloats(target, base + words((y * width + x) * depth), run * depth);
      else
        for (let t = 0; t < run; t++) {
          const pixel = target + words(t * depth);
          if (u32(x + t) < u32(width)) copyFloats(pixel, base + words((y * width + x + t) * depth), depth);
          else clearFloats(pixel, depth);
        }
      target += words(run * depth);
    }
    if (++gridX == job.gridWidth) {
      gridX = 0;
      if (++gridY == job.gridHeight) {
        gridY = 0;
        image++;
      }
    }
  }
  for (let i = count; i < ((count + 3) & ~3); i++) store<u32>(rows + words(i), load<u32>(rows + words(i & ~3)));
}

function copyFloats(target: usize, source: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(target + words(i), v128.load(source + words(i)));
  for (; i < count; i++) store<f32>(target + words(i), load<f32>(source + words(i)));
}

function clearFloats(target: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(target + words(i), 0);
}

function outputAddress(job: ConvolutionJob, image: i32, gridY: i32, gridX: i32): usize {
  const y = gridY * job.outputStrideY + job.outputStartY;
  const x = gridX * job.outputStrideX + job.outputStartX;
  return job.output + <usize>((image * job.outputHeight + y) * job.outputWidth + x) * words(job.columns);
}

/** Fields in the order in which `kernels/convolution.ts` writes them. */
@unmanaged
export class PackFilterJob {
  /** `[filterTaps, depth, columns]`, or `[filterTaps, columns, depth]` when `depthLast` is 1. */
  filter: usize;
  depth: i32;
  columns: i32;
  taps: i32;
  /** `[taps]`: which filter taps to pack, in this order. */
  tapIndices: usize;
  depthLast: i32;
  /** 4 or 8; also 1 with `depthLast`. */
  panelWidth: i32;
  packed: usize;
}

/** Packs panels [first, last) as `[panel][tap][depth][panelWidth]`, zero past the last column. */
export function packFilter(job: PackFilterJob, first: i32, last: i32, _scratch: usize): void {
  const depth = job.depth;
  const columns = job.columns;
  const width = job.panelWidth;
  for (let panel = first; panel < last; panel++) {
    const column = panel * width;
    const kept = min(width, columns - column);
    let target = job.packed + words(panel * job.taps * depth * width);
    for (let tap = 0; tap < job.taps; tap++) {
      const source = job.filter + words(load<i32>(job.tapIndices + words(tap)) * depth * columns);
      if (job.depthLast) packColumns(source + words(column * depth), depth, kept, width, target);
      else packRows(source + words(column), depth, columns, kept, width, target);
      target += words(depth * width);
    }
  }
}

function packRows(source: usize, depth: i32, sourceWidth: i32, kept: i32, width: i32, target: usize): void {
  for (let k = 0; k < depth; k++) {
    copyPadded(target, source, kept);
    if (width == 8) copyPadded(target + 16, source + 16, kept - 4);
    target += words(width);
    source += words(sourceWidth);
  }
}

function packColumns(source: usize, depth: i32, kept: i32, width: i32, target: usize): void {
  if (kept == 8 && (depth & 3) == 0) {
    packQuad(source, depth, target);
    packQuad(source + words(4 * depth), depth, target + 16);
    return;
  }
  for (let j = 0; j < width; j++) {
    let slot = target + words(j);
    if (j < kept)
      for (let k = 0; k < depth; k++) {
        store<f32>(slot, load<f32>(source + words(j * depth + k)));
        slot += words(width);
      }
    else
      for (let k = 0; k < depth; k++) {
        store<f32>(slot, 0);
        slot += words(width);
      }
  }
}

/** Transposes four columns of `depth` (a multiple of four) into half of an eight-wide panel. */
function packQuad(source: usize, depth: i32, target: usize): void {
  const step = words(depth);
  for (let k = 0; k < depth; k += 4) {
    const a = v128.load(source);
    const b = v128.load(source + step);
    const c = v128.load(source + step * 2);
    const d = v128.load(source + step * 3);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
    v128.store(target, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7), 32);
    v128.store(target, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 64);
    v128.store(target, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 96);
    source += 16;
    target += 128;
  }
}
