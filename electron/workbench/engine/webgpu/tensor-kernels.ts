import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { convolutionShape, inputOf, shape4 } from '../kernel-attributes';
import type { ConvolutionShape } from '../kernels/convolution';
import { convolutionFilterGradient, convolutionInputGradient, depthwiseFilterGradient } from './convolutions';
import type { Gpu } from './gpu';

/** Computes a kernel, or returns null where tfjs's own kernel must. */
type Compute = (gpu: Gpu, input: (name: string) => TensorInfo, attributes: NamedAttrMap) => TensorInfo | null;

const replaced = new Map<string, KernelConfig>();

/** Replaces the kernels that tfjs has, but slow: gradients that leave all but a few threads without work. */
export function registerTensorKernels(gpu: Gpu): void {
  for (const [kernelName, compute] of Object.entries(tensorKernels)) {
    const original = replaced.get(kernelName) ?? getKernel(kernelName, 'webgpu');
    replaced.set(kernelName, original);
    replaceKernel(kernelName, (parameters) => {
      const input = (name: string) => inputOf(parameters.inputs, name);
      return compute(gpu, input, parameters.attrs ?? {}) ?? original.kernelFunc(parameters);
    });
  }
}

/** Puts tfjs's own kernels back. */
export function restoreTensorKernels(): void {
  for (const [kernelName, original] of replaced) replaceKernel(kernelName, original.kernelFunc);
}

/** Registers a kernel on backend 'webgpu', whether or not one of that name was there. */
export function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  if (findKernel(kernelName)) unregisterKernel(kernelName, 'webgpu');
  registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
}

/** tfjs declares that there always is one; there is not. */
function findKernel(kernelName: string): KernelConfig | undefined {
  return getKernel(kernelName, 'webgpu');
}

const tensorKernels: Readonly<Record<string, Compute>> = {
  Conv2DBackpropInput(gpu, input, attributes) {
    const [dy, filter] = [input('dy'), input('filter')];
    const shape = floats([dy, filter]) && convolutionShape(shape4(attributes['inputShape']), filter.shape, attributes);
    return shape && isUndilated(shape) ? convolutionInputGradient(gpu, shape, dy, filter) : null;
  },

  Conv2DBackpropFilter(gpu, input, attributes) {
    const [x, dy] = [input('x'), input('dy')];
    const shape = floats([x, dy]) && convolutionShape(x.shape, shape4(attributes['filterShape']), attributes);
    return shape ? convolutionFilterGradient(gpu, shape, x, dy) : null;
  },

  DepthwiseConv2dNativeBackpropFilter(gpu, input, attributes) {
    const [x, dy] = [input('x'), input('dy')];
    const filterShape = shape4(attributes['filterShape']);
    const shape = floats([x, dy]) && convolutionShape(x.shape, filterShape, attributes, true);
    return shape && filterShape[3] === 1 ? depthwiseFilterGradient(gpu, shape, x, dy) : null;
  },
};

function floats(tensors: readonly TensorInfo[]): true | null {
  return tensors.every(({ dtype }) => dtype === 'float32') ? true : null;
}

function isUndilated({ dilationY, dilationX }: ConvolutionShape): boolean {
  return dilationY === 1 && dilationX === 1;
}
