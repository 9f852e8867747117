/**
 * Convolution as an indirect matrix product: no image-to-column copy, a table of addresses instead. Padding, stride and
 * dilation cost only the building of that table. Backprop-input is the same product over the output gradient with
 * transposed filters, one job for each phase of the stride.
 */
import { alignUp, copyPadded, words } from './arithmetic';
import { indirectTile4x4, indirectTile4x8 } from './tiles';

/** Below this depth a pixel's taps are copied side by side, because a loop of so few steps costs more than the copy. */
const GATHER_BELOW: i32 = 4;

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

/** Scratch: a row of zeros, output addresses, row addresses, and gathered rows where the depth is small. */
function convolveBlock(job: ConvolutionJob, start: i32, count: i32, scratch: usize): void {
  const depth = job.depth;
  const taps = job.taps;
  const gather = depth < GATHER_BELOW;
  const tiles = (count + 3) >> 2;
  const zeros = scratch;
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

/** Fills `outputs[pixel]` and `rows[tile][tap][4]`; rows past the last pixel repeat the tile's first. */
function addressRows(job: ConvolutionJob, start: i32, count: i32, outputs: usize, rows: usize, zeros: usize): void {
  const taps = job.taps;
  const height = job.inputHeight;
  const width = job.inputWidth;
  const pixelBytes = words(job.depth);
  const gridPixels = job.gridHeight * job.gridWidth;
  let image = start / gridPixels;
  let gridY = (start - image * gridPixels) / job.gridWidth;
  let gridX = start - image * gridPixels - gridY * job.gridWidth;
  for (let i = 0; i < count; i++) {
    store<u32>(outputs + words(i), <u32>outputAddress(job, image, gridY, gridX));
    const base = job.input + <usize>(image * height * width) * pixelBytes;
    const originY = gridY * job.inputStrideY;
    const originX = gridX * job.inputStrideX;
    let slot = rows + words((i >> 2) * taps * 4 + (i & 3));
    let offset = job.offsets;
    for (let tap = 0; tap < taps; tap++) {
      const y = originY + load<i32>(offset);
      const x = originX + load<i32>(offset, 4);
      const inside = u32(y) < u32(height) && u32(x) < u32(width);
      store<u32>(slot, <u32>(inside ? base + <usize>(y * width + x) * pixelBytes : zeros));
      slot += 16;
      offset += 8;
    }
    if (++gridX == job.gridWidth) {
      gridX = 0;
      if (++gridY == job.gridHeight) {
        gridY = 0;
        image++;
      }
    }
  }
  for (let i = count; i < ((count + 3) & ~3); i++) {
    let slot = rows + words((i >> 2) * taps * 4);
    for (let tap = 0; tap < taps; tap++) {
      store<u32>(slot + words(i & 3), load<u32>(slot));
      slot += 16;
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
    let offset = job.offsets;
    for (let tap = 0; tap < taps; tap++) {
      const y = originY + load<i32>(offset);
      const x = originX + load<i32>(offset, 4);
      offset += 8;
      if (u32(y) < u32(height) && u32(x) < u32(width)) {
        const source = base + words((y * width + x) * depth);
        for (let c = 0; c < depth; c++) store<f32>(target + words(c), load<f32>(source + words(c)));
      } else for (let c = 0; c < depth; c++) store<f32>(target + words(c), 0);
      target += words(depth);
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

function outputAddress(job: ConvolutionJob, image: i32, gridY: i32, gridX: i32): usize {
  const y = gridY * job.outputStrideY + job.outputStartY;
  const x = gridX * job.outputStrideX + job.outputStartX;
  return job.output + <usize>((image * job.outputHeight + y) * job.outputWidth + x) * words(job.columns);
}

/** Fields in the order in which `kernels/convolution.ts` writes them. */
@unmanaged
export class PackFilterJob {
  /** `[filterTaps, inputs, outputs]`, an HWIO filter with height and width flattened. */
  filter: usize;
  inputs: i32;
  outputs: i32;
  taps: i32;
  /** `[taps]`: which filter taps to pack, in this order. */
  tapIndices: usize;
  /** 0: depth = inputs, columns = outputs; 1: transposed, for backprop-input. */
  transposed: i32;
  panelWidth: i32;
  packed: usize;
}

/** Packs panels [first, last) as `[panel][tap][depth][panelWidth]`, zero past the last column. */
export function packFilter(job: PackFilterJob, first: i32, last: i32, _scratch: usize): void {
  const depth = job.transposed ? job.outputs : job.inputs;
  const columns = job.transposed ? job.inputs : job.outputs;
  const width = job.panelWidth;
  for (let panel = first; panel < last; panel++) {
    const column = panel * width;
    const kept = min(width, columns - column);
    let target = job.packed + words(panel * job.taps * depth * width);
    for (let tap = 0; tap < job.taps; tap++) {
      const source = job.filter + words(load<i32>(job.tapIndices + words(tap)) * job.inputs * job.outputs);
      if (job.transposed) packColumns(source + words(column * depth), depth, kept, width, target);
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
