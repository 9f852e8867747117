import type { ConvolutionShape } from './convolution';
import type { KernelPool } from './kernel-pool';

/** `outputs` = inputs · multiplier; filter `[filterHeight, filterWidth, inputs, multiplier]`. */
export type DepthwiseShape = ConvolutionShape;

/** Whether the fast 3×3 kernels cover this shape. */
export function isFastDepthwise(shape: DepthwiseShape): boolean {
  return (
    shape.filterHeight === 3 &&
    shape.filterWidth === 3 &&
    shape.strideY === shape.strideX &&
    shape.strideX <= 2 &&
    shape.paddingTop <= 2 &&
    shape.paddingLeft <= 3 - shape.strideX &&
    shape.dilationY === 1 &&
    shape.dilationX === 1 &&
    shape.inputs === shape.outputs &&
    shape.inputs % 4 === 0
  );
}

/** output = input ∗ filter, channel by channel. The shape must be a fast one. */
export function depthwiseForward(
  pool: KernelPool,
  shape: DepthwiseShape,
  input: number,
  filter: number,
  output: number,
): void {
  pool.run({
    kernel: 'depthwise',
    units: shape.images * shape.outputHeight,
    scratchBytes: 16,
    fields: fastFields(shape, input, filter, output),
  });
}

/** Gradient with respect to the input, of any shape. */
export function depthwiseInputGradient(
  pool: KernelPool,
  shape: DepthwiseShape,
  outputGradient: number,
  filter: number,
  inputGradient: number,
): void {
  if (!isFastDepthwise(shape)) {
    pool.run({
      kernel: 'generalDepthwiseInputGradient',
      units: shape.images,
      scratchBytes: 0,
      fields: generalFields(shape, inputGradient, filter, outputGradient),
    });
    return;
  }
  if (shape.strideX === 2) {
    pool.run({
      kernel: 'depthwiseInputGradient',
      units: shape.images,
      scratchBytes: 0,
      fields: fastFields(shape, inputGradient, filter, outputGradient),
    });
    return;
  }
  const { inputHeight, inputWidth, outputHeight, outputWidth, paddingTop, paddingLeft } = shape;
  const reversed: DepthwiseShape = {
    ...shape,
    inputHeight: outputHeight,
    inputWidth: outputWidth,
    outputHeight: inputHeight,
    outputWidth: inputWidth,
    paddingTop: 2 - paddingTop,
    paddingLeft: 2 - paddingLeft,
  };
  pool.run({
    kernel: 'depthwise',
    units: shape.images * inputHeight,
    scratchBytes: 16,
    fields: fastFields(reversed, outputGradient, filter, inputGradient, true),
  });
}

/** Gradient with respect to the filter, of any shape. */
export function depthwiseFilterGradient(
  pool: KernelPool,
  shape: DepthwiseShape,
  input: number,
  outputGradient: number,
  filterGradient: number,
): void {
  if (isFastDepthwise(shape))
    pool.run({
      kernel: 'depthwiseFilterGradient',
      units: Math.ceil(shape.inputs / 16),
      scratchBytes: 16,
      fields: fastFields(shape, input, filterGradient, outputGradient),
    });
  else
    pool.run({
      kernel: 'generalDepthwiseFilterGradient',
      units: shape.filterHeight * shape.filterWidth,
      scratchBytes: 0,
      fields: generalFields(shape, input, filterGradient, outputGradient),
    });
}

function fastFields(shape: DepthwiseShape, input: number, filter: number, output: number, flipped = false): number[] {
  return [
    ...[input, shape.images, shape.inputHeight, shape.inputWidth, shape.inputs],
    ...[filter, output, shape.outputHeight, shape.outputWidth],
    ...[shape.strideX, shape.paddingTop, shape.paddingLeft, flipped ? 1 : 0],
  ];
}

function generalFields(shape: DepthwiseShape, input: number, filter: number, outputGradient: number): number[] {
  return [
    ...[input, shape.images, shape.inputHeight, shape.inputWidth, shape.inputs, shape.outputs / shape.inputs],
    ...[filter, shape.filterHeight, shape.filterWidth],
    ...[outputGradient, shape.outputHeight, shape.outputWidth],
    ...[shape.strideY, shape.strideX, shape.dilationY, shape.dilationX, shape.paddingTop, shape.paddingLeft],
  ];
}
