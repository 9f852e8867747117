import type { TensorInfo } from '@tensorflow/tfjs-core';
import { outputShape } from '../kernel-attributes';
import type { ConvolutionShape } from '../kernels/convolution';
import { chunked } from './chunks';
import type { Gpu, UniformValue } from './gpu';
import { convolutionShader, tileColumns, tileRows } from './shaders/convolution';
import { depthwiseFilterGradient as depthwiseShader } from './shaders/depthwise';
import { sumParts } from './shaders/reduction';
import { groupsFor } from './shaders/shader';

/** Groups that a filter gradient is split into, and products that a split makes at least. */
const wantedGroups = 256;
const leastDepth = 256;

/** Output `[n, oh, ow, o]` of images `[n, h, w, i]` and a filter `[kh, kw, i, o]`. */
export function convolutionForward(gpu: Gpu, shape: ConvolutionShape, x: TensorInfo, filter: TensorInfo): TensorInfo {
  const result = gpu.output(outputShape(shape));
  const rows = shape.images * shape.outputHeight * shape.outputWidth;
  const depth = shape.filterHeight * shape.filterWidth * shape.inputs;
  const columns = tileColumns(shape.outputs);
  gpu.dispatch(
    convolutionShader('forward', columns),
    [x, filter, result],
    uniformsOf(shape, depth, depth),
    tiles(rows, shape.outputs, columns),
  );
  return result;
}

/** Gradient by the images; `shape` must have no dilation. */
export function convolutionInputGradient(
  gpu: Gpu,
  shape: ConvolutionShape,
  dy: TensorInfo,
  filter: TensorInfo,
): TensorInfo {
  const { images, inputHeight, inputWidth, inputs, strideY, strideX } = shape;
  const result = gpu.output([images, inputHeight, inputWidth, inputs]);
  const rows = images * Math.ceil(inputHeight / strideY) * Math.ceil(inputWidth / strideX);
  const taps = Math.ceil(shape.filterHeight / strideY) * Math.ceil(shape.filterWidth / strideX);
  const depth = taps * shape.outputs;
  const columns = tileColumns(inputs);
  gpu.dispatch(convolutionShader('input-gradient', columns), [dy, filter, result], uniformsOf(shape, depth, depth), [
    ...tiles(rows, inputs, columns),
    strideY * strideX,
  ]);
  return result;
}

/** Gradient by the filter. */
export function convolutionFilterGradient(
  gpu: Gpu,
  shape: ConvolutionShape,
  x: TensorInfo,
  dy: TensorInfo,
): TensorInfo {
  const filterShape = [shape.filterHeight, shape.filterWidth, shape.inputs, shape.outputs];
  const rows = shape.filterHeight * shape.filterWidth * shape.inputs;
  const depth = shape.images * shape.outputHeight * shape.outputWidth;
  const columns = tileColumns(shape.outputs);
  const [tilesDown, tilesAcross] = tiles(rows, shape.outputs, columns);
  const wanted = Math.ceil(wantedGroups / (tilesDown * tilesAcross));
  const splitDepth = Math.ceil(depth / Math.max(1, Math.min(wanted, Math.floor(depth / leastDepth))));
  const splits = Math.ceil(depth / splitDepth);
  const result = gpu.output(splits === 1 ? filterShape : [splits, ...filterShape]);
  const uniforms = uniformsOf(shape, splitDepth, splitDepth);
  gpu.dispatch(convolutionShader('filter-gradient', columns), [x, dy, result], uniforms, [
    tilesDown,
    tilesAcross,
    splits,
  ]);
  return splits === 1 ? result : sumOfParts(gpu, result, splits, filterShape);
}

/** Gradient by a depthwise filter `[kh, kw, c, 1]`. */
export function depthwiseFilterGradient(gpu: Gpu, shape: ConvolutionShape, x: TensorInfo, dy: TensorInfo): TensorInfo {
  const taps = shape.filterHeight * shape.filterWidth;
  const { chunks, chunkRows } = chunked(shape.images * shape.outputHeight);
  const filterShape = [shape.filterHeight, shape.filterWidth, shape.inputs, 1];
  const parts = gpu.output([chunks, ...filterShape]);
  const elements = chunks * taps * shape.inputs;
  gpu.dispatch(
    depthwiseShader,
    [x, dy, parts],
    [
      ...[elements, shape.inputs, taps, shape.images, shape.inputHeight, shape.inputWidth],
      ...[shape.outputHeight, shape.outputWidth, shape.filterWidth, shape.strideY, shape.strideX],
      ...[shape.dilationY, shape.dilationX, shape.paddingTop, shape.paddingLeft, chunkRows],
    ],
    groupsFor(elements),
  );
  return sumOfParts(gpu, parts, chunks, filterShape);
}

/** Sums `[parts, ...shape]` over its parts and frees it. */
function sumOfParts(gpu: Gpu, parts: TensorInfo, count: number, shape: readonly number[]): TensorInfo {
  const result = gpu.output(shape);
  const elements = shape.reduce((product, side) => product * side, 1);
  gpu.dispatch(sumParts, [parts, result], [elements, count], groupsFor(elements));
  gpu.disposeData(parts.dataId);
  return result;
}

function tiles(rows: number, columns: number, columnsOfTile: number): [number, number] {
  return [Math.ceil(rows / tileRows), Math.ceil(columns / columnsOfTile)];
}

function uniformsOf(shape: ConvolutionShape, depthSteps: number, depthPerSplit: number): UniformValue[] {
  return [
    ...[shape.images, shape.inputHeight, shape.inputWidth, shape.inputs],
    ...[shape.outputHeight, shape.outputWidth, shape.outputs, shape.filterHeight, shape.filterWidth],
    ...[shape.strideY, shape.strideX, shape.dilationY, shape.dilationX, shape.paddingTop, shape.paddingLeft],
    ...[depthSteps, depthPerSplit],
  ];
}
