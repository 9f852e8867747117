/**
 * Gradient of a convolution's filter: dFilter[tap][i][o] = Σ_pixel x[pixel + tap][i] · dy[pixel][o].
 *
 * Pixels are taken in chunks of a few hundred. Of each chunk, dy is packed to panels of eight output channels and x to
 * blocks of four input channels with its zero padding, so that a tap is nothing but a start offset into the block and a
 * 4×8 tile stays in registers along the whole chunk.
 *
 * Where a filter row covers few channels (`mergeTaps`), the floats under one filter row, which lie side by side both in
 * the image and in the filter, are treated as channels of a one-column filter, so that tiles are not mostly padding.
 */
import { alignUp, copyPadded, storeLanes, words } from './arithmetic';
import { outerTile4x8 } from './tiles';

/** Fields in the order in which `kernels/convolution.ts` writes them. */
@unmanaged
export class FilterGradientJob {
  /** `[images, inputHeight, inputWidth, inputs]` */
  input: usize;
  images: i32;
  inputHeight: i32;
  inputWidth: i32;
  inputs: i32;
  /** `[images, outputHeight, outputWidth, outputs]` */
  outputGradient: usize;
  outputHeight: i32;
  outputWidth: i32;
  outputs: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  paddingTop: i32;
  paddingLeft: i32;
  /** `[filterHeight, filterWidth, inputs, outputs]` */
  filterGradient: usize;
  /** 1: a filter row's columns count as channels; needs dilationX = 1. */
  mergeTaps: i32;
  chunkImages: i32;
  chunkRows: i32;
  blocksPerUnit: i32;
  panelsPerUnit: i32;
}

/**
 * One unit is a range of input-channel blocks times a range of output-channel panels. Every element of the gradient is
 * summed within one unit and in the same order however the units are cut.
 */
export function filterGradient(job: FilterGradientJob, first: i32, last: i32, scratch: usize): void {
  const channels = job.mergeTaps ? job.filterWidth * job.inputs : job.inputs;
  const blocks = (channels + 3) >> 2;
  const panels = (job.outputs + 7) >> 3;
  const panelUnits = (panels + job.panelsPerUnit - 1) / job.panelsPerUnit;
  for (let unit = first; unit < last; unit++) {
    const block = (unit / panelUnits) * job.blocksPerUnit;
    const panel = (unit % panelUnits) * job.panelsPerUnit;
    accumulateUnit(
      job,
      channels,
      block,
      min(blocks, block + job.blocksPerUnit),
      panel,
      min(panels, panel + job.panelsPerUnit),
      scratch,
    );
  }
}

/** Scratch: accumulators `[block][panel][tap][4][8]`, packed dy `[panel][pixel][8]`, one packed block of x. */
function accumulateUnit(
  job: FilterGradientJob,
  channels: i32,
  firstBlock: i32,
  lastBlock: i32,
  firstPanel: i32,
  lastPanel: i32,
  scratch: usize,
): void {
  const panels = lastPanel - firstPanel;
  const columnTaps = job.mergeTaps ? 1 : job.filterWidth;
  const taps = job.filterHeight * columnTaps;
  const accumulatorBytes = <usize>((lastBlock - firstBlock) * panels * taps) * 128;
  const accumulators = scratch;
  const packedGradient = accumulators + alignUp(accumulatorBytes);
  const packedInput =
    packedGradient + alignUp(<usize>(panels * job.chunkImages * job.chunkRows * job.outputWidth) * 32);
  memory.fill(accumulators, 0, accumulatorBytes);

  const blockColumns = job.mergeTaps
    ? job.outputWidth
    : (job.outputWidth - 1) * job.strideX + extent(job.filterWidth, job.dilationX);
  const pixelStep: usize = job.mergeTaps ? 16 : (<usize>job.strideX) << 4;
  const columnStep = (<usize>job.dilationX) << 4;
  const lineBytes = (<usize>blockColumns) << 4;

  for (let image = 0; image < job.images; image += job.chunkImages) {
    const images = min(job.chunkImages, job.images - image);
    for (let row = 0; row < job.outputHeight; row += job.chunkRows) {
      const rows = min(job.chunkRows, job.outputHeight - row);
      const panelBytes = (<usize>(images * rows * job.outputWidth)) << 5;
      packGradient(job, image, images, row, rows, firstPanel, lastPanel, packedGradient);
      const lines = (rows - 1) * job.strideY + extent(job.filterHeight, job.dilationY);
      let accumulator = accumulators;
      for (let block = firstBlock; block < lastBlock; block++) {
        if (job.mergeTaps) packMergedInput(job, channels, image, images, row, lines, block, packedInput);
        else packInput(job, image, images, row, lines, blockColumns, block, packedInput);
        let right = packedGradient;
        for (let panel = firstPanel; panel < lastPanel; panel++) {
          let line = packedInput;
          for (let y = 0; y < job.filterHeight; y++) {
            let left = line;
            for (let x = 0; x < columnTaps; x++) {
              outerTile4x8(
                accumulator,
                left,
                right,
                images,
                rows,
                job.outputWidth,
                <usize>lines * lineBytes,
                <usize>job.strideY * lineBytes,
                pixelStep,
              );
              accumulator += 128;
              left += columnStep;
            }
            line += <usize>job.dilationY * lineBytes;
          }
          right += panelBytes;
        }
      }
    }
  }
  writeGradient(job, channels, columnTaps, firstBlock, lastBlock, firstPanel, lastPanel, accumulators);
}

function extent(filter: i32, dilation: i32): i32 {
  return (filter - 1) * dilation + 1;
}

/** dy of a chunk to `[panel][pixel][8]`, zero past the last channel. */
function packGradient(
  job: FilterGradientJob,
  image: i32,
  images: i32,
  row: i32,
  rows: i32,
  firstPanel: i32,
  lastPanel: i32,
  target: usize,
): void {
  const outputs = job.outputs;
  const linePixels = rows * job.outputWidth;
  for (let panel = firstPanel; panel < lastPanel; panel++) {
    const channel = panel * 8;
    const kept = min(8, outputs - channel);
    for (let i = 0; i < images; i++) {
      let source =
        job.outputGradient + words(((image + i) * job.outputHeight + row) * job.outputWidth * outputs + channel);
      for (let pixel = 0; pixel < linePixels; pixel++) {
        if (kept == 8) {
          v128.store(target, v128.load(source));
          v128.store(target, v128.load(source, 16), 16);
        } else {
          copyPadded(target, source, kept);
          copyPadded(target + 16, source + 16, kept - 4);
        }
        target += 32;
        source += words(outputs);
      }
    }
  }
}

/** Four channels of the chunk's part of x, with its zero padding, to `[image][line][column][4]`. */
function packInput(
  job: FilterGradientJob,
  image: i32,
  images: i32,
  row: i32,
  lines: i32,
  columns: i32,
  block: i32,
  target: usize,
): void {
  const inputs = job.inputs;
  const channel = block * 4;
  const kept = min(4, inputs - channel);
  const left = min(job.paddingLeft, columns);
  const copied = max(0, min(columns - left, job.inputWidth));
  const right = columns - left - copied;
  for (let i = 0; i < images; i++) {
    for (let line = 0; line < lines; line++) {
      const y = row * job.strideY - job.paddingTop + line;
      if (u32(y) >= u32(job.inputHeight)) {
        memory.fill(target, 0, (<usize>columns) << 4);
        target += (<usize>columns) << 4;
        continue;
      }
      let source = job.input + words(((image + i) * job.inputHeight + y) * job.inputWidth * inputs + channel);
      memory.fill(target, 0, (<usize>left) << 4);
      target += (<usize>left) << 4;
      if (kept == 4)
        for (let x = 0; x < copied; x++) {
          v128.store(target, v128.load(source));
          target += 16;
          source += words(inputs);
        }
      else
        for (let x = 0; x < copied; x++) {
          copyPadded(target, source, kept);
          target += 16;
          source += words(inputs);
        }
      memory.fill(target, 0, (<usize>right) << 4);
      target += (<usize>right) << 4;
    }
  }
}

/** As {@link packInput}, but a column holds four of the floats that lie under one filter row at that output column. */
function packMergedInput(
  job: FilterGradientJob,
  channels: i32,
  image: i32,
  images: i32,
  row: i32,
  lines: i32,
  block: i32,
  target: usize,
): void {
  const inputs = job.inputs;
  const element = block * 4;
  const kept = min(4, channels - element);
  const rowFloats = job.inputWidth * inputs;
  const step = job.strideX * inputs;
  for (let i = 0; i < images; i++) {
    for (let line = 0; line < lines; line++) {
      const y = row * job.strideY - job.paddingTop + line;
      if (u32(y) >= u32(job.inputHeight)) {
        memory.fill(target, 0, (<usize>job.outputWidth) << 4);
        target += (<usize>job.outputWidth) << 4;
        continue;
      }
      const source = job.input + words(((image + i) * job.inputHeight + y) * rowFloats);
      let start = element - job.paddingLeft * inputs;
      for (let x = 0; x < job.outputWidth; x++) {
        if (start >= 0 && start + kept <= rowFloats) copyPadded(target, source + words(start), kept);
        else {
          v128.store(target, f32x4.splat(0));
          for (let lane = 0; lane < kept; lane++) {
            const position = start + lane;
            if (u32(position) < u32(rowFloats)) store<f32>(target + words(lane), load<f32>(source + words(position)));
          }
        }
        target += 16;
        start += step;
      }
    }
  }
}

function writeGradient(
  job: FilterGradientJob,
  channels: i32,
  columnTaps: i32,
  firstBlock: i32,
  lastBlock: i32,
  firstPanel: i32,
  lastPanel: i32,
  accumulator: usize,
): void {
  const taps = job.filterHeight * columnTaps;
  for (let block = firstBlock; block < lastBlock; block++) {
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const kept = min(8, job.outputs - panel * 8);
      for (let tap = 0; tap < taps; tap++) {
        for (let i = 0; i < 4; i++) {
          const channel = block * 4 + i;
          if (channel < channels) {
            const target = job.filterGradient + words((tap * channels + channel) * job.outputs + panel * 8);
            storeLanes(target, v128.load(accumulator), kept);
            storeLanes(target + 16, v128.load(accumulator, 16), kept - 4);
          }
          accumulator += 32;
        }
      }
    }
  }
}
