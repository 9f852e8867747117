import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '@shared/random';
import type { FusedOperations } from './portable-operations';

/** A network that the benchmark trains. */
export interface BenchNetwork {
  readonly variables: Readonly<Record<string, tf.Variable>>;
  readonly parameters: number;
  /** Floating-point operations of one image's forward pass that convolutions carry out, 2 per multiply and add. */
  readonly operationsPerImage: number;
  /** Loss of a batch: images `[n, s, s, 3]`, targets `[n, s, s, 1]` in [0, 1]. */
  loss(images: tf.Tensor4D, targets: tf.Tensor4D): tf.Scalar;
  dispose(): void;
}

/** Of a 3×3 filter's 36 products over four upsampled pixels, 16 remain (`assembly/pointwise.ts`). */
const UPSAMPLED_SHARE = 16 / 36;

/**
 * `gen`, an encoder–decoder of 293,633 parameters: three strided convolutions (32, 64, 128 channels), two bottleneck
 * residual blocks, three times upsampling and convolution (64, 32, 1 channels), each but the last batch-normalised; sigmoid
 * and mean squared error.
 * @param size side of the square images, a multiple of 8
 */
export function createGenerator(operations: FusedOperations, size: number, seed = 'bench'): BenchNetwork {
  const builder = new Builder(operations, seed);
  const encoder = [
    builder.convolution(3, 32, 3, 2, size / 2),
    builder.convolution(32, 64, 3, 2, size / 4),
    builder.convolution(64, 128, 3, 2, size / 8),
  ];
  const blocks = [builder.residual(128, size / 8), builder.residual(128, size / 8)];
  const decoder = [builder.upsampled(128, 64, size / 4), builder.upsampled(64, 32, size / 2)];
  const last = builder.lastLayer(32, size);
  const layers = [...encoder, ...blocks, ...decoder, last];
  const variables = builder.variables;
  return {
    variables,
    parameters: Object.values(variables).reduce((sum, { size: count }) => sum + count, 0),
    operationsPerImage: builder.operations,
    loss(images, targets) {
      const predicted = tf.sigmoid(layers.reduce((x, layer) => layer(x), images));
      return tf.mean(tf.squaredDifference(predicted, targets));
    },
    dispose() {
      for (const variable of Object.values(variables)) variable.dispose();
    },
  };
}

type Layer = (x: tf.Tensor4D) => tf.Tensor4D;

/** Makes layers and collects their variables and operation counts. */
class Builder {
  readonly variables: Record<string, tf.Variable> = {};
  operations = 0;
  private readonly random;

  constructor(
    private readonly fused: FusedOperations,
    seed: string,
  ) {
    this.random = createRandom(seed);
  }

  convolution(inputs: number, outputs: number, k: number, stride: number, outputSize: number, active = true): Layer {
    const filter = this.filter(k, inputs, outputs);
    const normalize = this.normalization(outputs, active);
    this.operations += 2 * outputSize * outputSize * k * k * inputs * outputs;
    return (x) => normalize(tf.conv2d(x, filter, stride, 'same'));
  }

  upsampled(inputs: number, outputs: number, outputSize: number): Layer {
    const filter = this.filter(3, inputs, outputs);
    const normalize = this.normalization(outputs, true);
    this.operations += 2 * outputSize * outputSize * 9 * inputs * outputs * UPSAMPLED_SHARE;
    return (x) => normalize(this.fused.convolveUpsampled(x, filter));
  }

  residual(channels: number, size: number): Layer {
    const narrow = channels / 2;
    const layers = [
      this.convolution(channels, narrow, 1, 1, size),
      this.convolution(narrow, narrow, 3, 1, size),
      this.convolution(narrow, channels, 1, 1, size, false),
    ];
    return (x) =>
      tf.add(
        x,
        layers.reduce((y, layer) => layer(y), x),
      );
  }

  lastLayer(inputs: number, outputSize: number): Layer {
    const filter = this.filter(3, inputs, 1);
    const bias = this.vector(1, 0);
    this.operations += 2 * outputSize * outputSize * 9 * inputs * UPSAMPLED_SHARE;
    return (x) => tf.add(this.fused.convolveUpsampled(x, filter), bias);
  }

  private normalization(channels: number, active: boolean): Layer {
    const scale = this.vector(channels, 1);
    const offset = this.vector(channels, 0);
    return (x) => this.fused.normalizeBatch(x, scale, offset, active ? 'relu' : 'none').output;
  }

  /** He initialisation, seeded. */
  private filter(k: number, inputs: number, outputs: number): tf.Variable<tf.Rank.R4> {
    const deviation = Math.sqrt(2 / (k * k * inputs));
    const values = Float32Array.from({ length: k * k * inputs * outputs }, () => this.random.normal(0, deviation));
    return this.keep(tf.tensor4d(values, [k, k, inputs, outputs]));
  }

  private vector(length: number, value: number): tf.Variable<tf.Rank.R1> {
    return this.keep(tf.tensor1d(new Float32Array(length).fill(value)));
  }

  private keep<R extends tf.Rank>(initial: tf.Tensor<R>): tf.Variable<R> {
    const name = `v${String(Object.keys(this.variables).length)}`;
    const variable = tf.variable(initial, true);
    initial.dispose();
    this.variables[name] = variable;
    return variable;
  }
}
