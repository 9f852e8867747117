import { backend_util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvolutionShape } from './kernels/convolution';

type Pair = number | [number, number];
type Shape4 = [number, number, number, number];
type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4];
type Rounding = 'floor' | 'round' | 'ceil';

interface WindowAttributes {
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pad: Padding;
  readonly rounding: Rounding | undefined;
  readonly channelsLast: boolean;
}

/**
 * The shape of a convolution from what tfjs hands to its kernel, or null when our kernels do not cover it: data not in
 * NHWC order or not float32.
 */
export function convolutionShape(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: NamedAttrMap,
  depthwise = false,
): ConvolutionShape | null {
  const window = windowAttributes(attributes);
  if (!window.channelsLast) return null;
  const info = backend_util.computeConv2DInfo(
    shape4(inputShape),
    shape4(filterShape),
    window.strides,
    window.dilations,
    window.pad,
    window.rounding,
    depthwise,
  );
  return {
    images: info.batchSize,
    inputHeight: info.inHeight,
    inputWidth: info.inWidth,
    inputs: info.inChannels,
    outputHeight: info.outHeight,
    outputWidth: info.outWidth,
    outputs: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideY: info.strideHeight,
    strideX: info.strideWidth,
    dilationY: info.dilationHeight,
    dilationX: info.dilationWidth,
    paddingTop: info.padInfo.top,
    paddingLeft: info.padInfo.left,
  };
}

/** `[n, h, w, c]` of the convolution's output. */
export function outputShape(shape: ConvolutionShape): Shape4 {
  return [shape.images, shape.outputHeight, shape.outputWidth, shape.outputs];
}

/** A kernel's input by name. */
export function inputOf(inputs: Readonly<Record<string, TensorInfo | undefined>>, name: string): TensorInfo {
  const tensor = inputs[name];
  if (!tensor) throw new Error(`kernel input ${name} is missing`);
  return tensor;
}

/** A list of four sizes from an attribute or a tensor. */
export function shape4(shape: unknown): Shape4 {
  if (!Array.isArray(shape) || shape.length !== 4) throw new Error(`expected a shape of rank 4, got ${String(shape)}`);
  const sizes: readonly unknown[] = shape;
  const [a, b, c, d] = sizes;
  if (!isNumber(a) || !isNumber(b) || !isNumber(c) || !isNumber(d))
    throw new Error(`expected four numbers, got ${String(shape)}`);
  return [a, b, c, d];
}

/** A number among a kernel's attributes. */
export function numberAttribute(attributes: NamedAttrMap, name: string): number {
  const value: unknown = attributes[name];
  if (!isNumber(value)) throw new Error(`kernel attribute ${name} is ${String(value)}, not a number`);
  return value;
}

function windowAttributes(attributes: NamedAttrMap): WindowAttributes {
  const { strides, dilations, pad, dimRoundingMode, dataFormat }: Readonly<Record<string, unknown>> = attributes;
  if (!isPair(strides)) throw new Error(`strides are ${String(strides)}`);
  if (!isPadding(pad)) throw new Error(`pad is ${String(pad)}`);
  return {
    strides,
    dilations: isPair(dilations) ? dilations : 1,
    pad,
    rounding: isRounding(dimRoundingMode) ? dimRoundingMode : undefined,
    channelsLast: dataFormat !== 'NCHW',
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isPair(value: unknown): value is Pair {
  return isNumber(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumber));
}

function isPadding(value: unknown): value is Padding {
  if (value === 'same' || value === 'valid' || isNumber(value)) return true;
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every((side: unknown) => Array.isArray(side) && side.length === 2 && side.every(isNumber))
  );
}

function isRounding(value: unknown): value is Rounding {
  return value === 'floor' || value === 'round' || value === 'ceil';
}
