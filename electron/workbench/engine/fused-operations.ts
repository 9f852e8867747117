import {
  engine,
  getGradient,
  registerGradient,
  type GradConfig,
  type NamedAttrMap,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Activation, NormalizedBatch } from './engine';
import { inputOf, numberAttribute, shape4 } from './kernel-attributes';
import { batchNorm, batchNormGradient, type BatchNormShape } from './kernels/batch-norm';
import {
  convolutionFilterGradient,
  convolutionForward,
  convolutionInputGradient,
  type ConvolutionShape,
} from './kernels/convolution';
import { replaceKernel, type KernelContext } from './wasm-kernels';

/**
 * The engine's own operations, as tfjs kernels with gradients: batch normalisation with its activation, nearest-neighbour
 * upsampling, and the two of upsampling and 3×3 convolution in one.
 */

const names = {
  normalize: 'ReliefNormalizeBatch',
  normalizeGradient: 'ReliefNormalizeBatchGradient',
  upsample: 'ReliefUpsample',
  upsampleGradient: 'ReliefUpsampleGradient',
  upsampledConvolution: 'ReliefUpsampledConvolution',
  upsampledConvolutionGradient: 'ReliefUpsampledConvolutionGradient',
} as const;

/** y = min(max(p, slope·p), limit) */
const activations: Readonly<Record<Activation, { slope: number; limit: number }>> = {
  none: { slope: 1, limit: Infinity },
  relu: { slope: 0, limit: Infinity },
  relu6: { slope: 0, limit: 6 },
  'leaky-relu': { slope: 0.2, limit: Infinity },
};

/** See {@link Engine.normalizeBatch}; mean and variance are constants to the gradient. */
export function normalizeBatch(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  activation: Activation,
  epsilon: number,
): NormalizedBatch {
  const attributes = { epsilon, ...activations[activation] };
  const [output, mean, variance] = engine().runKernel<[Tensor4D, Tensor1D, Tensor1D]>(
    names.normalize,
    { x, scale, offset },
    attributes,
  );
  return { output, mean, variance };
}

/** See {@link Engine.upsampleNearest}. */
export function upsampleNearest(x: Tensor4D): Tensor4D {
  return engine().runKernel<Tensor4D>(names.upsample, { x });
}

/** See {@link Engine.convolveUpsampled}. */
export function convolveUpsampled(x: Tensor4D, filter: Tensor4D): Tensor4D {
  const [height, width, inputs] = filter.shape;
  if (height !== 3 || width !== 3 || inputs !== x.shape[3])
    throw new Error(
      `convolveUpsampled takes a [3, 3, ${String(x.shape[3])}, …] filter, not [${filter.shape.join(', ')}]`,
    );
  return engine().runKernel<Tensor4D>(names.upsampledConvolution, { x, filter });
}

/** Registers the operations for the given threads and backend. */
export function registerFusedOperations(context: KernelContext): void {
  registerNormalization(context);
  registerUpsampling(context);
  registerUpsampledConvolution(context);
  registerGradients();
}

function registerNormalization({ pool, backend }: KernelContext): void {
  const shapeOf = (x: TensorInfo, attributes: NamedAttrMap): BatchNormShape => ({
    ...rowsOf(x.shape),
    epsilon: numberAttribute(attributes, 'epsilon'),
    slope: numberAttribute(attributes, 'slope'),
    limit: numberAttribute(attributes, 'limit'),
  });

  replaceKernel(names.normalize, ({ inputs, attrs = {} }) => {
    const x = inputOf(inputs, 'x');
    const shape = shapeOf(x, attrs);
    const output = backend.output(x.shape);
    const mean = backend.output([shape.channels]);
    const variance = backend.output([shape.channels]);
    batchNorm(pool, shape, {
      input: backend.address(x),
      scale: backend.address(inputOf(inputs, 'scale')),
      offset: backend.address(inputOf(inputs, 'offset')),
      output: backend.address(output),
      mean: backend.address(mean),
      variance: backend.address(variance),
    });
    return [output, mean, variance];
  });

  replaceKernel(names.normalizeGradient, ({ inputs, attrs = {} }) => {
    const x = inputOf(inputs, 'x');
    const shape = shapeOf(x, attrs);
    const inputGradient = backend.output(x.shape);
    const scaleGradient = backend.output([shape.channels]);
    const offsetGradient = backend.output([shape.channels]);
    batchNormGradient(pool, shape, {
      input: backend.address(x),
      scale: backend.address(inputOf(inputs, 'scale')),
      offset: backend.address(inputOf(inputs, 'offset')),
      mean: backend.address(inputOf(inputs, 'mean')),
      variance: backend.address(inputOf(inputs, 'variance')),
      outputGradient: backend.address(inputOf(inputs, 'dy')),
      inputGradient: backend.address(inputGradient),
      scaleGradient: backend.address(scaleGradient),
      offsetGradient: backend.address(offsetGradient),
    });
    return [inputGradient, scaleGradient, offsetGradient];
  });
}

function registerUpsampling({ pool, backend }: KernelContext): void {
  replaceKernel(names.upsample, ({ inputs }) => {
    const x = inputOf(inputs, 'x');
    const [n, h, w, c] = shape4(x.shape);
    const output = backend.output([n, 2 * h, 2 * w, c]);
    const fields = [backend.address(x), backend.address(output), w, c];
    pool.run({ kernel: 'upsample', units: n * h, scratchBytes: 0, fields });
    return output;
  });

  replaceKernel(names.upsampleGradient, ({ inputs }) => {
    const dy = inputOf(inputs, 'dy');
    const [n, h, w, c] = shape4(dy.shape);
    const output = backend.output([n, h / 2, w / 2, c]);
    const fields = [backend.address(output), backend.address(dy), w / 2, c];
    pool.run({ kernel: 'upsampleGradient', units: (n * h) / 2, scratchBytes: 0, fields });
    return output;
  });
}

/** As in `assembly/pointwise.ts`: a transposed 4×4 convolution of stride 2 over the small image. */
function registerUpsampledConvolution({ pool, backend }: KernelContext): void {
  const expandedBytes = (inputs: number, outputs: number) => 16 * inputs * outputs * 4;

  const expand = (filter: number, inputs: number, outputs: number): number => {
    const expanded = pool.scratch('expanded filter', expandedBytes(inputs, outputs));
    const fields = [filter, expanded, inputs, outputs];
    pool.run({ kernel: 'expandUpsampledFilter', units: inputs, scratchBytes: 0, fields });
    return expanded;
  };

  replaceKernel(names.upsampledConvolution, (parameters) => {
    const x = inputOf(parameters.inputs, 'x');
    const filter = inputOf(parameters.inputs, 'filter');
    const [n, h, w, inputs] = shape4(x.shape);
    const outputs = shape4(filter.shape)[3];
    const output = backend.output([n, 2 * h, 2 * w, outputs]);
    const expanded = expand(backend.address(filter), inputs, outputs);
    const shape = transposedShape(n, h, w, inputs, outputs);
    convolutionInputGradient(pool, shape, backend.address(x), expanded, backend.address(output), 'swapped');
    return output;
  });

  replaceKernel(names.upsampledConvolutionGradient, (parameters) => {
    const [x, filter, dy] = ['x', 'filter', 'dy'].map((name) => inputOf(parameters.inputs, name));
    if (!x || !filter || !dy) throw new Error('three inputs were asked for');
    const [n, h, w, inputs] = shape4(x.shape);
    const outputs = shape4(filter.shape)[3];
    const shape = transposedShape(n, h, w, inputs, outputs);
    const inputGradient = backend.output(x.shape);
    const filterGradient = backend.output(filter.shape);
    const expanded = expand(backend.address(filter), inputs, outputs);
    convolutionForward(pool, shape, backend.address(dy), expanded, backend.address(inputGradient), 'swapped');
    const expandedGradient = pool.scratch('expanded filter', expandedBytes(inputs, outputs));
    convolutionFilterGradient(pool, shape, backend.address(dy), backend.address(x), expandedGradient);
    const fields = [backend.address(filterGradient), expandedGradient, inputs, outputs];
    pool.run({ kernel: 'foldUpsampledFilter', units: outputs, scratchBytes: 0, fields });
    return [inputGradient, filterGradient];
  });
}

/** The 4×4 convolution of stride 2 that leads from the large image back to the small one. */
function transposedShape(
  images: number,
  height: number,
  width: number,
  inputs: number,
  outputs: number,
): ConvolutionShape {
  return {
    ...{ images, inputHeight: 2 * height, inputWidth: 2 * width, inputs: outputs },
    ...{ outputHeight: height, outputWidth: width, outputs: inputs },
    ...{ filterHeight: 4, filterWidth: 4, strideY: 2, strideX: 2, dilationY: 1, dilationX: 1 },
    ...{ paddingTop: 1, paddingLeft: 1 },
  };
}

/**
 * Gradients with several outputs are computed at once and outside the returned functions, because tfjs runs each of those
 * in a tidy of its own, which would dispose of the others' results.
 */
function registerGradients(): void {
  registerOnce({
    kernelName: names.normalize,
    inputsToSave: ['x', 'scale', 'offset'],
    outputsToSave: [false, true, true],
    gradFunc(dy, saved, attributes) {
      const [x, scale, offset, mean, variance] = saved;
      const [first] = [dy].flat();
      if (!x || !scale || !offset || !mean || !variance || !first) throw new Error('the tape lost saved tensors');
      const [inputGradient, scaleGradient, offsetGradient] = engine().runKernel<[Tensor, Tensor, Tensor]>(
        names.normalizeGradient,
        { x, scale, offset, mean, variance, dy: first },
        attributes,
      );
      return { x: () => inputGradient, scale: () => scaleGradient, offset: () => offsetGradient };
    },
  });
  registerOnce({
    kernelName: names.upsample,
    gradFunc(dy) {
      const [gradient] = [dy].flat();
      if (!gradient) throw new Error('the tape lost a gradient');
      return { x: () => engine().runKernel<Tensor>(names.upsampleGradient, { dy: gradient }) };
    },
  });
  registerOnce({
    kernelName: names.upsampledConvolution,
    inputsToSave: ['x', 'filter'],
    gradFunc(dy, saved) {
      const [x, filter] = saved;
      const [gradient] = [dy].flat();
      if (!x || !filter || !gradient) throw new Error('the tape lost saved tensors');
      const [inputGradient, filterGradient] = engine().runKernel<[Tensor, Tensor]>(names.upsampledConvolutionGradient, {
        x,
        filter,
        dy: gradient,
      });
      return { x: () => inputGradient, filter: () => filterGradient };
    },
  });
}

/** tfjs warns about a gradient that is registered twice. */
function registerOnce(config: GradConfig): void {
  if (!knownGradient(config.kernelName)) registerGradient(config);
}

/** tfjs's own type leaves out that there may be none. */
function knownGradient(kernelName: string): GradConfig | undefined {
  return getGradient(kernelName);
}

function rowsOf(shape: readonly number[]): { rows: number; channels: number } {
  const channels = shape.at(-1) ?? 0;
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), channels };
}

/** What other engines than WASM register on their own backend, and once for all. */
export {
  names as fusedKernels,
  registerGradients as registerFusedGradients,
  transposedShape as upsampledConvolutionShape,
};
