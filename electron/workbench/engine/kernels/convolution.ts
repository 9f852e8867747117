import type { KernelPool } from './kernel-pool';

/** Everything about a two-dimensional convolution but its tensors. Layouts NHWC and HWIO. */
export interface ConvolutionShape {
  readonly images: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly inputs: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly outputs: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly dilationY: number;
  readonly dilationX: number;
  readonly paddingTop: number;
  readonly paddingLeft: number;
}

/** Order of a filter's last two axes: `[h, w, inputs, outputs]`, or `[h, w, outputs, inputs]`. */
export type FilterLayout = 'plain' | 'swapped';

/** Pixels whose addresses are tabulated at once: enough to reuse a filter panel, few enough to stay in the cache. */
const BLOCK_PIXELS = 96;
/** Output pixels packed at once for the filter gradient. */
const CHUNK_PIXELS = 256;
/** The same limit as in `assembly/convolution.ts`. */
const GATHER_BELOW = 4;

/** output = input ∗ filter; all addresses of float32 data. */
export function convolutionForward(
  pool: KernelPool,
  shape: ConvolutionShape,
  input: number,
  filter: number,
  output: number,
  layout: FilterLayout = 'plain',
): void {
  const { filterHeight, filterWidth, outputs, inputs } = shape;
  const taps = range(filterHeight * filterWidth);
  const offsets = taps.flatMap((tap) => [
    Math.floor(tap / filterWidth) * shape.dilationY - shape.paddingTop,
    (tap % filterWidth) * shape.dilationX - shape.paddingLeft,
  ]);
  const toOne = outputs === 1 && inputs % 4 === 0;
  const packed = toOne
    ? filter
    : packFilter(pool, { filter, depth: inputs, columns: outputs, taps, depthLast: layout === 'swapped', toOne });
  runProduct(pool, {
    toOne,
    input,
    inputHeight: shape.inputHeight,
    inputWidth: shape.inputWidth,
    depth: inputs,
    filter: packed,
    output,
    outputHeight: shape.outputHeight,
    outputWidth: shape.outputWidth,
    columns: outputs,
    gridHeight: shape.outputHeight,
    gridWidth: shape.outputWidth,
    inputStride: [shape.strideY, shape.strideX],
    outputStride: [1, 1],
    outputStart: [0, 0],
    offsets,
    run: shape.dilationX === 1 ? filterWidth : 1,
    images: shape.images,
  });
}

/**
 * inputGradient = outputGradient ∗ᵀ filter. Each residue of the input position modulo the stride meets its own subset of
 * taps, so each is a dense product of its own and nothing is multiplied with inserted zeros.
 */
export function convolutionInputGradient(
  pool: KernelPool,
  shape: ConvolutionShape,
  outputGradient: number,
  filter: number,
  inputGradient: number,
  layout: FilterLayout = 'plain',
): void {
  const { inputs, outputs, strideY, strideX } = shape;
  const toOne = inputs === 1 && outputs % 4 === 0;
  for (let startY = 0; startY < strideY; startY++) {
    const tapsY = phaseTaps(startY + shape.paddingTop, shape.filterHeight, strideY, shape.dilationY);
    for (let startX = 0; startX < strideX; startX++) {
      const tapsX = phaseTaps(startX + shape.paddingLeft, shape.filterWidth, strideX, shape.dilationX);
      const taps = tapsY.flatMap((y) => tapsX.map((x) => y.tap * shape.filterWidth + x.tap));
      const offsets = tapsY.flatMap((y) => tapsX.flatMap((x) => [y.offset, x.offset]));
      runProduct(pool, {
        toOne,
        input: outputGradient,
        inputHeight: shape.outputHeight,
        inputWidth: shape.outputWidth,
        depth: outputs,
        filter: packFilter(pool, {
          filter,
          depth: outputs,
          columns: inputs,
          taps,
          depthLast: layout === 'plain',
          toOne,
        }),
        output: inputGradient,
        outputHeight: shape.inputHeight,
        outputWidth: shape.inputWidth,
        columns: inputs,
        gridHeight: Math.ceil((shape.inputHeight - startY) / strideY),
        gridWidth: Math.ceil((shape.inputWidth - startX) / strideX),
        inputStride: [1, 1],
        outputStride: [strideY, strideX],
        outputStart: [startY, startX],
        offsets,
        run: 1,
        images: shape.images,
      });
    }
  }
}

/** filterGradient = Σ over pixels of input ⊗ outputGradient. */
export function convolutionFilterGradient(
  pool: KernelPool,
  shape: ConvolutionShape,
  input: number,
  outputGradient: number,
  filterGradient: number,
): void {
  const { images, inputHeight, inputWidth, inputs, outputHeight, outputWidth, outputs } = shape;
  const { filterHeight, filterWidth, strideY, strideX, dilationY, dilationX, paddingTop, paddingLeft } = shape;
  const window = [filterHeight, filterWidth, strideY, strideX, dilationY, dilationX, paddingTop, paddingLeft];
  if (outputs === 1 && inputs % 16 === 0) {
    pool.run({
      kernel: 'singleFilterGradient',
      units: inputs / 16,
      scratchBytes: 0,
      fields: [
        ...[input, images, inputHeight, inputWidth, inputs],
        ...[outputGradient, outputHeight, outputWidth],
        ...[...window, filterGradient],
      ],
    });
    return;
  }
  const mergeTaps = dilationX === 1 && padding(filterWidth * inputs) < padding(inputs);
  const channels = mergeTaps ? filterWidth * inputs : inputs;
  const taps = filterHeight * (mergeTaps ? 1 : filterWidth);
  const blocks = Math.ceil(channels / 4);
  const panels = Math.ceil(outputs / 8);
  const chunk = chooseChunk(shape);
  const cut = cutUnits({ blocks, panels }, shape, pool.threads);
  const columns = mergeTaps ? outputWidth : (outputWidth - 1) * strideX + (filterWidth - 1) * dilationX + 1;
  const lines = (chunk.rows - 1) * strideY + (filterHeight - 1) * dilationY + 1;
  pool.run({
    kernel: 'filterGradient',
    units: Math.ceil(blocks / cut.blocks) * Math.ceil(panels / cut.panels),
    scratchBytes:
      cut.blocks * cut.panels * taps * 128 +
      cut.panels * chunk.images * chunk.rows * outputWidth * 32 +
      chunk.images * lines * columns * 16 +
      192,
    fields: [
      ...[input, images, inputHeight, inputWidth, inputs],
      ...[outputGradient, outputHeight, outputWidth, outputs],
      ...[...window, filterGradient],
      ...[mergeTaps ? 1 : 0, chunk.images, chunk.rows, cut.blocks, cut.panels],
    ],
  });
}

/** Share of a row of 4-channel blocks that is padding. */
function padding(channels: number): number {
  const padded = Math.ceil(channels / 4) * 4;
  return (padded - channels) / padded;
}

function chooseChunk({ images, outputHeight, outputWidth }: ConvolutionShape): { images: number; rows: number } {
  const pixels = outputHeight * outputWidth;
  if (pixels <= CHUNK_PIXELS)
    return { images: Math.min(images, Math.floor(CHUNK_PIXELS / pixels)), rows: outputHeight };
  return { images: 1, rows: Math.max(1, Math.min(outputHeight, Math.floor(CHUNK_PIXELS / outputWidth))) };
}

/**
 * Units for all threads. Cutting the blocks repeats the packing of dy, cutting the panels that of x, so the cheaper is cut,
 * and no finer than balance needs.
 */
function cutUnits(
  { blocks, panels }: { blocks: number; panels: number },
  shape: ConvolutionShape,
  threads: number,
): { blocks: number; panels: number } {
  if (threads === 1) return { blocks, panels };
  const packsLessByPanels = shape.outputs > shape.inputs * shape.strideY * shape.strideX;
  const units = 2 * threads;
  if (packsLessByPanels && panels >= threads) return { blocks, panels: Math.ceil(panels / units) };
  if (blocks >= threads) return { blocks: Math.ceil(blocks / units), panels };
  return { blocks: 1, panels: Math.ceil((panels * blocks) / units) };
}

interface Packing {
  /** `[taps, depth, columns]`, or `[taps, columns, depth]` when `depthLast`. */
  readonly filter: number;
  readonly depth: number;
  readonly columns: number;
  readonly taps: readonly number[];
  readonly depthLast: boolean;
  /** One column: rows of depth, no panels. */
  readonly toOne: boolean;
}

function packFilter(pool: KernelPool, { filter, depth, columns, taps, depthLast, toOne }: Packing): number {
  const width = toOne ? 1 : panelWidth(columns);
  const panels = Math.ceil(columns / width);
  const packed = pool.scratch('packed filter', panels * taps.length * depth * width * 4 + 16);
  pool.run({
    kernel: 'packFilter',
    units: panels,
    scratchBytes: 0,
    fields: [
      ...[filter, depth, columns, taps.length],
      ...[pool.writeIntegers('tap indices', taps), depthLast || toOne ? 1 : 0, width, packed],
    ],
  });
  return packed;
}

function panelWidth(columns: number): number {
  return columns <= 4 ? 4 : 8;
}

interface Product {
  readonly toOne: boolean;
  readonly input: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly depth: number;
  readonly filter: number;
  readonly output: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly columns: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly inputStride: readonly [number, number];
  readonly outputStride: readonly [number, number];
  readonly outputStart: readonly [number, number];
  readonly offsets: readonly number[];
  /** How many taps at a time read pixels side by side. */
  readonly run: number;
  readonly images: number;
}

function runProduct(pool: KernelPool, product: Product): void {
  const { depth, gridHeight, gridWidth } = product;
  const taps = product.offsets.length / 2;
  const pixels = product.images * gridHeight * gridWidth;
  const block = Math.min(BLOCK_PIXELS, Math.max(16, Math.ceil(pixels / (8 * pool.threads) / 4) * 4));
  const pointers = depth < GATHER_BELOW ? block + block * taps * depth : block * taps;
  pool.run({
    kernel: product.toOne ? 'convolveToOne' : 'convolve',
    units: Math.ceil(pixels / block),
    scratchBytes: 64 + depth * 4 + 64 + (block + Math.max(block, pointers)) * 4 + 64,
    fields: [
      ...[product.input, product.inputHeight, product.inputWidth, depth],
      product.filter,
      ...[product.output, product.outputHeight, product.outputWidth, product.columns],
      ...[gridHeight, gridWidth, ...product.inputStride, ...product.outputStride, ...product.outputStart],
      ...[taps, product.run, pool.writeIntegers('tap offsets', product.offsets), 0],
      ...[pixels, block],
    ],
  });
}

/** Taps that reach input position `position` (padding included) modulo the stride, and where on the output grid. */
function phaseTaps(
  position: number,
  filter: number,
  stride: number,
  dilation: number,
): { tap: number; offset: number }[] {
  return range(filter)
    .filter((tap) => (position - tap * dilation) % stride === 0)
    .map((tap) => ({ tap, offset: (position - tap * dilation) / stride }));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
