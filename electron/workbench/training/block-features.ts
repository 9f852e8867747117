import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type BlockFeatures, type GraphPart, shownChannels } from '@shared/domain/network-graph';
import type { Engine } from '@workbench/engine/engine';
import { layerKey, type Network } from './networks/layers';
import { applyNetwork, type Weights } from './networks/network';

/** A network with its weights, and how the graph calls it. */
export interface PathPart {
  readonly part: GraphPart['name'];
  readonly network: Network;
  readonly weights: Weights;
}

/**
 * What every block along a path gives for one image, as long as it has places: pooled features are no maps.
 * @param image `[1, side, side, 3]`, as the networks take it
 */
export async function featuresAlong(
  engine: Engine,
  path: readonly PathPart[],
  image: tf.Tensor4D,
): Promise<BlockFeatures[]> {
  const features: BlockFeatures[] = [];
  let x: Tensor = image;
  for (const { part, network, weights } of path) {
    for (const [place, layer] of network.layers.entries()) {
      const before = x;
      // Weights are found by the network's name and the layer's, so that one layer alone finds its own.
      x = tf.tidy(() => applyNetwork({ ...network, layers: [layer] }, weights, before, { engine, training: false }));
      if (before !== image && before !== x) before.dispose(); // Dropout hands its input on.
      const [, side, width, channels] = x.shape;
      if (side === undefined || width === undefined || channels === undefined) continue;
      features.push({ part, block: layerKey(layer, place), ...summarise(await x.data<'float32'>(), side, channels) });
    }
  }
  if (x !== image) x.dispose();
  return features;
}

/** Energy and the most varied channels of features `[side, side, channels]`. */
function summarise(values: Float32Array, side: number, channels: number): Omit<BlockFeatures, 'part' | 'block'> {
  const places = side * side;
  const energy = new Float32Array(places);
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let place = 0; place < places; place++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = values[place * channels + channel] ?? 0;
      sum += Math.abs(value);
      sums[channel] = (sums[channel] ?? 0) + value;
      squares[channel] = (squares[channel] ?? 0) + value * value;
    }
    energy[place] = sum / channels;
  }
  const variance = Float64Array.from(
    squares,
    (square, channel) => square / places - ((sums[channel] ?? 0) / places) ** 2,
  );
  const strongest = Array.from(variance.keys())
    .sort((a, b) => (variance[b] ?? 0) - (variance[a] ?? 0) || a - b)
    .slice(0, shownChannels);
  const maps = new Float32Array(strongest.length * places);
  for (const [row, channel] of strongest.entries())
    for (let place = 0; place < places; place++) maps[row * places + place] = values[place * channels + channel] ?? 0;
  return { side, channels, energy, strongest, maps };
}
