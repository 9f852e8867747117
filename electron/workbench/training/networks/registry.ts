import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Random } from '@shared/random';
import type { Engine } from '@workbench/engine/engine';
import type { Layer, LayerKind, Shape } from './layers';

/** A weight that a layer asks for. Running statistics are weights that no gradient trains. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly start: { kind: 'normal'; deviation: number } | { kind: 'constant'; value: number };
}

/** A batch's statistics for the running ones of a normalization, kept out of tidy until they are taken in. */
export interface ObservedStatistics {
  readonly name: string;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** What layers need to run. */
export interface ApplyContext {
  readonly engine: Engine;
  /** Batch statistics and dropout; else running statistics and none. */
  readonly training: boolean;
  /** Draws dropout masks. */
  readonly random: Random | null;
  weight(name: string): Tensor;
  observe(statistics: ObservedStatistics): void;
}

/** Everything one kind of layer knows. `scope` starts its weights' names. */
interface LayerType<L> {
  outputShape(layer: L, input: Shape): Shape;
  weights(layer: L, input: Shape, scope: string): WeightSpec[];
  /** Multiply-adds of one image. */
  multiplyAdds(layer: L, input: Shape): number;
  apply(layer: L, x: Tensor, context: ApplyContext, scope: string): Tensor;
}

/** Epsilon of every normalization. */
export const normalizationEpsilon = 1e-3;

const normal = (fanIn: number) => ({ kind: 'normal', deviation: Math.sqrt(2 / fanIn) }) as const;
const constant = (value: number) => ({ kind: 'constant', value }) as const;

const afterStride = ([h = 0, w = 0]: Shape, stride: number) => [Math.ceil(h / stride), Math.ceil(w / stride)] as const;
const channelsOf = (shape: Shape) => shape[shape.length - 1] ?? 0;
const sizeOf = (shape: Shape) => shape.reduce((product, side) => product * side, 1);

/** The kinds of layers: the one place that knows what each means. */
const layerTypes: { readonly [K in LayerKind]: LayerType<Layer<K>> } = {
  conv: {
    outputShape: (layer, input) => [...afterStride(input, layer.stride), layer.filters],
    weights: (layer, input, scope) => {
      const fanIn = layer.kernel ** 2 * channelsOf(input);
      const kernel: WeightSpec = {
        name: `${scope}${layer.name}/kernel`,
        shape: [layer.kernel, layer.kernel, channelsOf(input), layer.filters],
        trainable: true,
        start: normal(fanIn),
      };
      const bias: WeightSpec = {
        name: `${scope}${layer.name}/bias`,
        shape: [layer.filters],
        trainable: true,
        start: constant(0),
      };
      return layer.bias ? [kernel, bias] : [kernel];
    },
    multiplyAdds: (layer, input) =>
      sizeOf(layerTypes.conv.outputShape(layer, input)) * layer.kernel ** 2 * channelsOf(input),
    apply: (layer, x, context, scope) => {
      const kernel = context.weight(`${scope}${layer.name}/kernel`) as Tensor4D;
      const y = tf.conv2d(x as Tensor4D, kernel, layer.stride, 'same');
      return layer.bias ? tf.add(y, context.weight(`${scope}${layer.name}/bias`)) : y;
    },
  },
  depthwise: {
    outputShape: (layer, input) => [...afterStride(input, layer.stride), channelsOf(input)],
    weights: (layer, input, scope) => [
      {
        name: `${scope}${layer.name}/kernel`,
        shape: [layer.kernel, layer.kernel, channelsOf(input), 1],
        trainable: true,
        start: normal(layer.kernel ** 2),
      },
    ],
    multiplyAdds: (layer, input) => sizeOf(layerTypes.depthwise.outputShape(layer, input)) * layer.kernel ** 2,
    apply: (layer, x, context, scope) =>
      tf.depthwiseConv2d(
        x as Tensor4D,
        context.weight(`${scope}${layer.name}/kernel`) as Tensor4D,
        layer.stride,
        'same',
      ),
  },
  normalization: {
    outputShape: (_, input) => input,
    weights: (layer, input, scope) =>
      (
        [
          ['scale', true, 1],
          ['offset', true, 0],
          ['mean', false, 0],
          ['variance', false, 1],
        ] as const
      ).map(([name, trainable, value]) => ({
        name: `${scope}${layer.name}/${name}`,
        shape: [channelsOf(input)],
        trainable,
        start: constant(value),
      })),
    multiplyAdds: (_, input) => sizeOf(input),
    apply: (layer, x, context, scope) => {
      const name = `${scope}${layer.name}`;
      const weight = (part: string) => context.weight(`${name}/${part}`) as Tensor1D;
      const features = x as Tensor4D;
      if (context.training) {
        const { engine } = context;
        const normalized = engine.normalizeBatch(
          features,
          weight('scale'),
          weight('offset'),
          layer.activation,
          normalizationEpsilon,
        );
        context.observe({ name, mean: normalized.mean, variance: normalized.variance });
        return normalized.output;
      }
      const y = tf.batchNorm(
        features,
        weight('mean'),
        weight('variance'),
        weight('offset'),
        weight('scale'),
        normalizationEpsilon,
      );
      return activate(y, layer.activation);
    },
  },
  activation: {
    outputShape: (_, input) => input,
    weights: () => [],
    multiplyAdds: () => 0,
    apply: (layer, x) => activate(x, layer.activation),
  },
  sequence: {
    outputShape: (layer, input) => outputShapeOf(layer.layers, input),
    weights: (layer, input, scope) => weightsOf(layer.layers, input, `${scope}${layer.name}/`),
    multiplyAdds: (layer, input) => multiplyAddsOf(layer.layers, input),
    apply: (layer, x, context, scope) => applyLayers(layer.layers, x, context, `${scope}${layer.name}/`),
  },
  residual: {
    outputShape: (layer, input) => {
      const output = outputShapeOf(layer.layers, input);
      if (String(output) !== String(input))
        throw new Error(`residual ${layer.name} turns [${String(input)}] into [${String(output)}]; shapes must agree`);
      return output;
    },
    weights: (layer, input, scope) => weightsOf(layer.layers, input, `${scope}${layer.name}/`),
    multiplyAdds: (layer, input) => multiplyAddsOf(layer.layers, input),
    apply: (layer, x, context, scope) => tf.add(x, applyLayers(layer.layers, x, context, `${scope}${layer.name}/`)),
  },
  upsample: {
    outputShape: (_, [h = 0, w = 0, c = 0]) => [2 * h, 2 * w, c],
    weights: () => [],
    multiplyAdds: () => 0,
    apply: (_, x, context) => context.engine.upsampleNearest(x as Tensor4D),
  },
  'upsampled-conv': {
    outputShape: (layer, [h = 0, w = 0]) => [2 * h, 2 * w, layer.filters],
    weights: (layer, input, scope) => [
      {
        name: `${scope}${layer.name}/kernel`,
        shape: [layer.kernel, layer.kernel, channelsOf(input), layer.filters],
        trainable: true,
        start: normal(layer.kernel ** 2 * channelsOf(input)),
      },
    ],
    multiplyAdds: (layer, input) =>
      sizeOf(layerTypes['upsampled-conv'].outputShape(layer, input)) * layer.kernel ** 2 * channelsOf(input),
    apply: (layer, x, context, scope) =>
      context.engine.convolveUpsampled(x as Tensor4D, context.weight(`${scope}${layer.name}/kernel`) as Tensor4D),
  },
  'global-pool': {
    outputShape: (_, input) => [channelsOf(input)],
    weights: () => [],
    multiplyAdds: (_, input) => sizeOf(input),
    apply: (_, x) => {
      const [n, h, w, c] = (x as Tensor4D).shape;
      return tf.mean(tf.reshape(x, [n, h * w, c]), 1);
    },
  },
  dropout: {
    outputShape: (_, input) => input,
    weights: () => [],
    multiplyAdds: () => 0,
    apply: (layer, x, { training, random }) => {
      if (!training || layer.rate === 0) return x;
      if (!random) throw new Error('dropout in training needs a random stream');
      const kept = 1 / (1 - layer.rate);
      const mask = Float32Array.from({ length: x.size }, () => (random.uniform() < layer.rate ? 0 : kept));
      return tf.mul(x, tf.tensor(mask, x.shape));
    },
  },
  dense: {
    outputShape: (layer) => [layer.units],
    weights: (layer, input, scope) => [
      {
        name: `${scope}${layer.name}/kernel`,
        shape: [channelsOf(input), layer.units],
        trainable: true,
        start: normal(2 * channelsOf(input)),
      },
      { name: `${scope}${layer.name}/bias`, shape: [layer.units], trainable: true, start: constant(0) },
    ],
    multiplyAdds: (layer, input) => channelsOf(input) * layer.units,
    apply: (layer, x, context, scope) =>
      tf.add(
        tf.matMul(x as Tensor2D, context.weight(`${scope}${layer.name}/kernel`) as Tensor2D),
        context.weight(`${scope}${layer.name}/bias`),
      ),
  },
};

function activate(x: Tensor, activation: Layer<'activation'>['activation'] | 'none'): Tensor {
  switch (activation) {
    case 'none':
      return x;
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.relu6(x);
    case 'leaky-relu':
      return tf.leakyRelu(x, 0.2);
    case 'sigmoid':
      return tf.sigmoid(x);
  }
}

/** The entry of a layer's kind; the one generic step that ties a layer to its own type. */
function typeOf<K extends LayerKind>(layer: Layer<K>): LayerType<Layer<K>> {
  return layerTypes[layer.kind];
}

/** Shape after all layers. */
export function outputShapeOf(layers: readonly Layer[], input: Shape): Shape {
  return layers.reduce<Shape>((shape, layer) => typeOf(layer).outputShape(layer, shape), input);
}

/** Weights of all layers, in order. */
export function weightsOf(layers: readonly Layer[], input: Shape, scope: string): WeightSpec[] {
  let shape = input;
  return layers.flatMap((layer) => {
    const specs = typeOf(layer).weights(layer, shape, scope);
    shape = typeOf(layer).outputShape(layer, shape);
    return specs;
  });
}

/** Multiply-adds of one image through all layers. */
export function multiplyAddsOf(layers: readonly Layer[], input: Shape): number {
  let shape = input;
  return layers.reduce((sum, layer) => {
    const here = typeOf(layer).multiplyAdds(layer, shape);
    shape = typeOf(layer).outputShape(layer, shape);
    return sum + here;
  }, 0);
}

/** Runs layers one after the other. */
export function applyLayers(layers: readonly Layer[], x: Tensor, context: ApplyContext, scope: string): Tensor {
  return layers.reduce((value, layer) => typeOf(layer).apply(layer, value, context, scope), x);
}
