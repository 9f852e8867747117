import {
  engine,
  getGradient,
  getKernel,
  mul,
  registerGradient,
  registerKernel,
  tensor1d,
  tidy,
  type GradConfig,
  type KernelConfig,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Activation, NormalizedBatch } from '../engine';
import { numberAttribute, inputOf } from '../kernel-attributes';
import { backendName, type TensorFlowBackend } from './tensorflow-backend';

/**
 * The engine's own operations by TensorFlow's fused kernels, as tfjs kernels with gradients. What a gradient needs of the
 * forward pass is saved by the tape, so nothing is computed twice.
 */

const names = {
  normalize: 'ReliefTensorFlowNormalizeBatch',
  upsample: 'ReliefTensorFlowUpsample',
  upsampledConvolution: 'ReliefTensorFlowUpsampledConvolution',
} as const;

const leakySlope = 0.2;
const activations = ['none', 'relu', 'relu6', 'leaky-relu'] as const satisfies readonly Activation[];

/** See {@link Engine.normalizeBatch}; mean and variance are constants to the gradient. */
export function normalizeBatch(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  activation: Activation,
  epsilon: number,
): NormalizedBatch {
  const [output, mean, variance, ...saved] = engine().runKernel<[Tensor4D, Tensor1D, Tensor1D, ...Tensor[]]>(
    names.normalize,
    { x, scale, offset },
    { epsilon, activation: activations.indexOf(activation) },
  );
  // The tape holds on to these by itself.
  for (const each of saved) each.dispose();
  return { output, mean, variance };
}

/** See {@link Engine.upsampleNearest}. */
export function upsampleNearest(x: Tensor4D): Tensor4D {
  return engine().runKernel<Tensor4D>(names.upsample, { x });
}

/** See {@link Engine.convolveUpsampled}. */
export function convolveUpsampled(x: Tensor4D, filter: Tensor4D): Tensor4D {
  return engine().runKernel<Tensor4D>(names.upsampledConvolution, { x, filter });
}

/** Registers the operations on the given backend; once in a process. */
export function registerFusedOperations(backend: TensorFlowBackend): void {
  if (knownKernel(names.normalize)) return;
  registerNormalization(backend);
  registerUpsampling(backend);
  registerUpsampledConvolution(backend);
}

function registerNormalization(backend: TensorFlowBackend): void {
  const layout = [backend.floatType('T'), backend.floatType('U'), backend.text('data_format', 'NHWC')];

  register(names.normalize, (inputs, attributes) => {
    const [x, scale, offset] = ['x', 'scale', 'offset'].map((name) => inputOf(inputs, name));
    if (!x || !scale || !offset) throw new Error('three inputs were asked for');
    return tidy(() => {
      const none = tensor1d([], 'float32');
      const [normalized, mean, sampleVariance, ...saved] = backend.run(
        'FusedBatchNormV3',
        [x, scale, offset, none, none],
        [
          ...layout,
          backend.float('epsilon', numberAttribute(attributes, 'epsilon')),
          backend.float('exponential_avg_factor', 1),
          backend.boolean('is_training', true),
        ],
        6,
      );
      const [, savedVariance] = saved;
      if (!normalized || !mean || !sampleVariance || !savedVariance)
        throw new Error('outputs of FusedBatchNormV3 lack');
      // On the processor the saved variance is the biased one; a GPU saves the inverse deviation in its place.
      const rows = x.shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const variance = backend.onGpu ? mul(sampleVariance, (rows - 1) / rows) : savedVariance.clone();
      return [activate(backend, normalized, activationOf(attributes)), mean, variance, ...saved];
    });
  });

  registerOnce({
    kernelName: names.normalize,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [true, false, false, true, true, true],
    gradFunc(dy, saved, attributes) {
      const [x, scale, output, ...reserved] = saved;
      const [gradient] = [dy].flat();
      if (!x || !scale || !output || !gradient) throw new Error('the tape lost saved tensors');
      const before = activationGradient(backend, gradient, output, activationOf(attributes));
      const [inputGradient, scaleGradient, offsetGradient] = backend.run(
        'FusedBatchNormGradV3',
        [before, x, scale, ...reserved],
        [
          ...layout,
          backend.float('epsilon', numberAttribute(attributes, 'epsilon')),
          backend.boolean('is_training', true),
        ],
        5,
      );
      if (!inputGradient || !scaleGradient || !offsetGradient) throw new Error('outputs of FusedBatchNormGradV3 lack');
      return { x: () => inputGradient, scale: () => scaleGradient, offset: () => offsetGradient };
    },
  });
}

function activate(backend: TensorFlowBackend, x: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case 'none':
      return x;
    case 'relu':
      return backend.runOne('Relu', [x], [backend.floatType()]);
    case 'relu6':
      return backend.runOne('Relu6', [x], [backend.floatType()]);
    case 'leaky-relu':
      return backend.runOne('LeakyRelu', [x], [backend.floatType(), backend.float('alpha', leakySlope)]);
  }
}

/** From the activation's output, which is positive (and below its limit) exactly where its input is. */
function activationGradient(backend: TensorFlowBackend, dy: Tensor, output: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case 'none':
      return dy;
    case 'relu':
      return backend.runOne('ReluGrad', [dy, output], [backend.floatType()]);
    case 'relu6':
      return backend.runOne('Relu6Grad', [dy, output], [backend.floatType()]);
    case 'leaky-relu':
      return backend.runOne('LeakyReluGrad', [dy, output], [backend.floatType(), backend.float('alpha', leakySlope)]);
  }
}

function activationOf(attributes: NamedAttrMap): Activation {
  const activation = activations[numberAttribute(attributes, 'activation')];
  if (!activation) throw new Error('a kernel call without an activation');
  return activation;
}

function registerUpsampling(backend: TensorFlowBackend): void {
  register(names.upsample, (inputs) => upsample(backend, inputOf(inputs, 'x')));
  registerOnce({
    kernelName: names.upsample,
    gradFunc(dy) {
      const [gradient] = [dy].flat();
      if (!gradient) throw new Error('the tape lost a gradient');
      return { x: () => foldUpsampled(backend, gradient) };
    },
  });
}

function upsample(backend: TensorFlowBackend, x: TensorInfo): Tensor {
  const [, height = 0, width = 0] = x.shape;
  return tidy(() =>
    backend.runOne(
      'ResizeNearestNeighbor',
      [x, tensor1d([2 * height, 2 * width], 'int32')],
      [backend.floatType(), backend.boolean('align_corners', false), backend.boolean('half_pixel_centers', false)],
    ),
  );
}

function foldUpsampled(backend: TensorFlowBackend, dy: TensorInfo): Tensor {
  const [, height = 0, width = 0] = dy.shape;
  return tidy(() =>
    backend.runOne(
      'ResizeNearestNeighborGrad',
      [dy, tensor1d([height / 2, width / 2], 'int32')],
      [backend.floatType(), backend.boolean('align_corners', false), backend.boolean('half_pixel_centers', false)],
    ),
  );
}

function registerUpsampledConvolution(backend: TensorFlowBackend): void {
  const geometry = [
    backend.floatType(),
    backend.integer('strides', [1, 2, 2, 1]),
    backend.integer('dilations', [1, 1, 1, 1]),
    backend.text('padding', 'SAME'),
    backend.text('data_format', 'NHWC'),
    backend.boolean('use_cudnn_on_gpu', true),
  ];

  register(names.upsampledConvolution, (inputs) => {
    const [x, filter] = ['x', 'filter'].map((name) => inputOf(inputs, name));
    if (!x || !filter) throw new Error('two inputs were asked for');
    const [n = 0, h = 0, w = 0] = x.shape;
    const outputs = filter.shape[3] ?? 0;
    return tidy(() => {
      const size = tensor1d([n, 2 * h, 2 * w, outputs], 'int32');
      return backend.runOne('Conv2DBackpropInput', [size, expandFilter(backend, filter), x], geometry);
    });
  });

  registerOnce({
    kernelName: names.upsampledConvolution,
    inputsToSave: ['x', 'filter'],
    gradFunc(dy, saved) {
      const [x, filter] = saved;
      const [gradient] = [dy].flat();
      if (!x || !filter || !gradient) throw new Error('the tape lost saved tensors');
      return {
        x: () => tidy(() => backend.runOne('Conv2D', [gradient, expandFilter(backend, filter)], geometry)),
        filter: () =>
          tidy(() => {
            const [, , inputs = 0, outputs = 0] = filter.shape;
            const size = tensor1d([4, 4, outputs, inputs], 'int32');
            const expanded = backend.runOne('Conv2DBackpropFilter', [gradient, size, x], geometry);
            return foldFilter(backend, expanded);
          }),
      };
    },
  });
}

/**
 * The 3×3 convolution of an image upsampled by two is a transposed 4×4 convolution of stride 2 of the image itself: two of
 * three filter rows fall on the same row of the small image. Which ones each of the four rows sums.
 */
const rowSums = [
  [0, 0, 1],
  [0, 1, 1],
  [1, 1, 0],
  [1, 0, 0],
] as const;
/** The same for both directions at once, `[16, 9]`. */
const tapSums = Float32Array.from({ length: 16 * 9 }, (_, index) => {
  const [tap, source] = [Math.floor(index / 9), index % 9];
  return (rowSums[tap >> 2]?.[Math.floor(source / 3)] ?? 0) * (rowSums[tap & 3]?.[source % 3] ?? 0);
});

/** `[3, 3, i, o]` → `[4, 4, o, i]` */
function expandFilter(backend: TensorFlowBackend, filter: TensorInfo): Tensor {
  const [, , inputs = 0, outputs = 0] = filter.shape;
  const sums = multiplyTaps(backend, reshape(backend, filter, [9, inputs * outputs]), false);
  return transpose(backend, reshape(backend, sums, [4, 4, inputs, outputs]));
}

/** `[4, 4, o, i]` → `[3, 3, i, o]`: the transposed sums, for a gradient. */
function foldFilter(backend: TensorFlowBackend, expanded: Tensor): Tensor {
  const [, , outputs = 0, inputs = 0] = expanded.shape;
  const swapped = reshape(backend, transpose(backend, expanded), [16, inputs * outputs]);
  return reshape(backend, multiplyTaps(backend, swapped, true), [3, 3, inputs, outputs]);
}

function multiplyTaps(backend: TensorFlowBackend, right: Tensor, transposed: boolean): Tensor {
  const matrix = engine().makeTensor(tapSums, [16, 9], 'float32');
  return backend.runOne(
    'MatMul',
    [matrix, right],
    [backend.floatType(), backend.boolean('transpose_a', transposed), backend.boolean('transpose_b', false)],
  );
}

function reshape(backend: TensorFlowBackend, x: TensorInfo, shape: number[]): Tensor {
  return backend.runOne('Reshape', [x, tensor1d(shape, 'int32')], [backend.floatType(), backend.integerType('Tshape')]);
}

/** Swaps the last two of four dimensions. */
function transpose(backend: TensorFlowBackend, x: TensorInfo): Tensor {
  return backend.runOne(
    'Transpose',
    [x, tensor1d([0, 1, 3, 2], 'int32')],
    [backend.floatType(), backend.integerType('Tperm')],
  );
}

function register(
  kernelName: string,
  compute: (inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => TensorInfo | TensorInfo[],
): void {
  const config: KernelConfig = {
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs = {} }) => compute(inputs, attrs),
  };
  registerKernel(config);
}

/** tfjs warns about a gradient that is registered twice. */
function registerOnce(config: GradConfig): void {
  if (!knownGradient(config.kernelName)) registerGradient(config);
}

/** tfjs's own types leave out that there may be none. */
function knownGradient(kernelName: string): GradConfig | undefined {
  return getGradient(kernelName);
}
function knownKernel(kernelName: string): KernelConfig | undefined {
  return getKernel(kernelName, backendName);
}
