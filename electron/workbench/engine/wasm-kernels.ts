import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { convolutionShape, inputOf, numberAttribute, outputShape, shape4 } from './kernel-attributes';
import { normalizeGiven } from './kernels/batch-norm';
import {
  convolutionFilterGradient,
  convolutionForward,
  convolutionInputGradient,
  type ConvolutionShape,
} from './kernels/convolution';
import {
  depthwiseFilterGradient,
  depthwiseForward,
  depthwiseInputGradient,
  isFastDepthwise,
} from './kernels/depthwise';
import { activate, add } from './kernels/elementwise';
import type { KernelPool } from './kernels/kernel-pool';
import type { WasmBackend } from './wasm-backend';

/** What a kernel runs on: the threads, and the backend that owns the tensors. */
export interface KernelContext {
  readonly pool: KernelPool;
  readonly backend: WasmBackend;
}

/** Computes a kernel, or returns null where tfjs's own kernel must. */
type Compute = (
  context: KernelContext,
  input: (name: string) => TensorInfo,
  attributes: NamedAttrMap,
  optional: (name: string) => TensorInfo | undefined,
) => Result;
type Result = TensorInfo | null;

/** tfjs's own kernels that ours replaced, to fall back on and to put back. */
const replaced = new Map<string, KernelConfig>();

/**
 * Replaces tfjs's kernels for convolutions, their gradients, matrix products, normalisation and activations on backend
 * 'wasm', so that tf.conv2d and its gradients run ours and no caller needs to know.
 */
export function registerTensorKernels(context: KernelContext): void {
  for (const [kernelName, compute] of Object.entries(tensorKernels)) {
    const original = replaced.get(kernelName) ?? findKernel(kernelName);
    if (original) replaced.set(kernelName, original);
    replaceKernel(kernelName, (parameters) => {
      const { inputs, attrs = {} } = parameters;
      const optional: Readonly<Record<string, TensorInfo | undefined>> = inputs;
      const result = compute(
        context,
        (name) => inputOf(inputs, name),
        attrs,
        (name) => optional[name],
      );
      if (result) return result;
      if (!original) throw new Error(`${kernelName}: the WASM engine takes float32 data in NHWC order`);
      return original.kernelFunc(parameters);
    });
  }
}

/** Puts tfjs's own kernels back. */
export function restoreTensorKernels(): void {
  for (const [kernelName, original] of replaced) replaceKernel(kernelName, original.kernelFunc);
}

/** Registers a kernel on backend 'wasm', whether or not one of that name was there. */
export function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  if (findKernel(kernelName)) unregisterKernel(kernelName, 'wasm');
  registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** tfjs declares that there always is one; there is not. */
function findKernel(kernelName: string): KernelConfig | undefined {
  return getKernel(kernelName, 'wasm');
}

const tensorKernels: Readonly<Record<string, Compute>> = {
  Conv2D({ pool, backend }, input, attributes) {
    const [x, filter] = [input('x'), input('filter')];
    const shape = floatConvolution(x.shape, filter.shape, attributes, [x, filter]);
    if (!shape) return null;
    const output = backend.output(outputShape(shape));
    convolutionForward(pool, shape, backend.address(x), backend.address(filter), backend.address(output));
    return output;
  },

  Conv2DBackpropInput({ pool, backend }, input, attributes) {
    const [dy, filter] = [input('dy'), input('filter')];
    const inputShape = shape4(attributes['inputShape']);
    const shape = floatConvolution(inputShape, filter.shape, attributes, [dy, filter]);
    if (!shape) return null;
    const output = backend.output(inputShape);
    convolutionInputGradient(pool, shape, backend.address(dy), backend.address(filter), backend.address(output));
    return output;
  },

  Conv2DBackpropFilter({ pool, backend }, input, attributes) {
    const [x, dy] = [input('x'), input('dy')];
    const filterShape = shape4(attributes['filterShape']);
    const shape = floatConvolution(x.shape, filterShape, attributes, [x, dy]);
    if (!shape) return null;
    const output = backend.output(filterShape);
    convolutionFilterGradient(pool, shape, backend.address(x), backend.address(dy), backend.address(output));
    return output;
  },

  DepthwiseConv2dNative({ pool, backend }, input, attributes) {
    const [x, filter] = [input('x'), input('filter')];
    const shape = floatConvolution(x.shape, filter.shape, attributes, [x, filter], true);
    if (!shape || !isFastDepthwise(shape)) return null;
    const output = backend.output(outputShape(shape));
    depthwiseForward(pool, shape, backend.address(x), backend.address(filter), backend.address(output));
    return output;
  },

  DepthwiseConv2dNativeBackpropInput({ pool, backend }, input, attributes) {
    const [dy, filter] = [input('dy'), input('filter')];
    const inputShape = shape4(attributes['inputShape']);
    const shape = floatConvolution(inputShape, filter.shape, attributes, [dy, filter], true);
    if (!shape) return null;
    const output = backend.output(inputShape);
    depthwiseInputGradient(pool, shape, backend.address(dy), backend.address(filter), backend.address(output));
    return output;
  },

  DepthwiseConv2dNativeBackpropFilter({ pool, backend }, input, attributes) {
    const [x, dy] = [input('x'), input('dy')];
    const filterShape = shape4(attributes['filterShape']);
    const shape = floatConvolution(x.shape, filterShape, attributes, [x, dy], true);
    if (!shape) return null;
    const output = backend.output(filterShape);
    depthwiseFilterGradient(pool, shape, backend.address(x), backend.address(dy), backend.address(output));
    return output;
  },

  /** With the statistics given, as a trained network predicts; tfjs's own computes one value at a time. */
  FusedBatchNorm({ pool, backend }, input, attributes, optional) {
    const [x, mean, variance] = [input('x'), input('mean'), input('variance')];
    const [scale, offset] = [optional('scale'), optional('offset')];
    const channels = x.shape.at(-1) ?? 0;
    const isVector = (tensor: TensorInfo | undefined) =>
      tensor?.dtype === 'float32' && tensor.shape.join() === `${channels}`;
    if (x.dtype !== 'float32' || !scale || !offset || ![mean, variance, scale, offset].every(isVector)) return null;
    const output = backend.output(x.shape);
    const shape = {
      rows: sizeOf(x) / channels,
      channels,
      epsilon: numberAttribute(attributes, 'varianceEpsilon'),
      ...{ slope: 1, limit: Infinity },
    };
    normalizeGiven(pool, shape, {
      input: backend.address(x),
      scale: backend.address(scale),
      offset: backend.address(offset),
      output: backend.address(output),
      mean: backend.address(mean),
      variance: backend.address(variance),
    });
    return output;
  },

  Relu(context, input) {
    return activated(context, input('x'), 0, Infinity);
  },

  Relu6(context, input) {
    return activated(context, input('x'), 0, 6);
  },

  LeakyRelu(context, input, attributes) {
    const slope = numberAttribute(attributes, 'alpha');
    // max(x, slope·x) is leaky ReLU for slopes up to 1 only.
    return slope <= 1 ? activated(context, input('x'), slope, Infinity) : null;
  },

  /** Tensors of one shape; where one is spread over the other, tfjs's own. */
  Add({ pool, backend }, input) {
    const [a, b] = [input('a'), input('b')];
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || a.shape.join() !== b.shape.join()) return null;
    const output = backend.output(a.shape);
    add(pool, sizeOf(a), backend.address(a), backend.address(b), backend.address(output));
    return output;
  },

  /** tfjs's own copies; every tensor that the tape saves is an identity, so sharing halves what a step keeps. */
  Identity({ backend }, input) {
    return backend.share(input('x'));
  },

  /** Single matrices; a batch of them is left to tfjs. A product is a convolution whose images are single pixels. */
  BatchMatMul({ pool, backend }, input, attributes) {
    const [a, b] = [input('a'), input('b')];
    const [left, right] = [matrixSize(a), matrixSize(b)];
    const { transposeA, transposeB } = attributes;
    if (!left || !right || (transposeA && transposeB) || a.dtype !== 'float32' || b.dtype !== 'float32') return null;
    const [rows, depth] = transposeA ? [left.columns, left.rows] : [left.rows, left.columns];
    const [inner, columns] = transposeB ? [right.columns, right.rows] : [right.rows, right.columns];
    if (depth !== inner) throw new Error(`matMul: inner sizes ${String(depth)} and ${String(inner)} differ`);
    const output = backend.output([
      ...new Array<number>(Math.max(a.shape.length, b.shape.length) - 2).fill(1),
      rows,
      columns,
    ]);
    const [x, y, z] = [backend.address(a), backend.address(b), backend.address(output)];
    if (transposeA) convolutionFilterGradient(pool, productShape(depth, rows, columns), x, y, z);
    else if (transposeB) convolutionInputGradient(pool, productShape(rows, columns, depth), x, y, z);
    else convolutionForward(pool, productShape(rows, depth, columns), x, y, z);
    return output;
  },
};

function activated({ pool, backend }: KernelContext, x: TensorInfo, slope: number, limit: number): Result {
  if (x.dtype !== 'float32') return null;
  const output = backend.output(x.shape);
  activate(pool, sizeOf(x), { slope, limit }, backend.address(x), backend.address(output));
  return output;
}

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, size) => product * size, 1);
}

function floatConvolution(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: NamedAttrMap,
  tensors: readonly TensorInfo[],
  depthwise = false,
): ConvolutionShape | null {
  if (tensors.some(({ dtype }) => dtype !== 'float32')) return null;
  return convolutionShape(inputShape, filterShape, attributes, depthwise);
}

/** Rows and columns of a tensor that holds a single matrix. */
function matrixSize({ shape }: TensorInfo): { rows: number; columns: number } | null {
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined || shape.slice(0, -2).some((size) => size !== 1)) return null;
  return { rows, columns };
}

/** `[pixels, inputs] · [inputs, outputs]`. */
function productShape(pixels: number, inputs: number, outputs: number): ConvolutionShape {
  return {
    ...{ images: 1, inputHeight: 1, inputWidth: pixels, inputs, outputHeight: 1, outputWidth: pixels, outputs },
    ...{ filterHeight: 1, filterWidth: 1, strideY: 1, strideX: 1, dilationY: 1, dilationX: 1 },
    ...{ paddingTop: 0, paddingLeft: 0 },
  };
}
