import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { ExperimentConfig } from '@shared/domain/experiment';
import type { Engine } from '@workbench/engine/engine';
import { buildModel, countParameters } from '@workbench/training/networks/models';
import {
  applyNetwork,
  createWeights,
  drawWeights,
  outputShape,
  trainableWeights,
} from '@workbench/training/networks/network';
import { createCpuEngine } from '../../fixtures/cpu-engine';

let engine: Engine;
beforeAll(async () => {
  engine = await createCpuEngine();
});

const models = (['residual', 'mobile'] as const).flatMap((backbone) =>
  ([64, 128] as const).map((inputSize) => ({ backbone, inputSize, width: 0.5 })),
);

describe('networks', () => {
  it('of the default stay within the budget of 0.71 M parameters', () => {
    const counts = countParameters(ExperimentConfig.parse({}).model);
    expect(counts.total).toBe(counts.backbone + counts.head);
    expect(counts.total).toBeLessThanOrEqual(710_000);
    expect(counts.timesFewerThanAenet).toBeCloseTo(11_224_698 / counts.total, 6);
  });

  it.each(models)('count the parameters they have: $backbone at $inputSize px', (config) => {
    const model = buildModel(config);
    const sizes = Object.values(trainableWeights(createWeights(model.encoder, drawWeights(model.encoder, 'a'))));
    expect(countParameters(config).backbone).toBe(sizes.reduce((sum, { size }) => sum + size, 0));
  });

  it.each(models)('give the shapes they say, and a map in [0, 1]: $backbone at $inputSize px', (config) => {
    const model = buildModel(config);
    const [encoder, decoder, head] = [model.encoder, model.decoder, model.head].map((network) => ({
      network,
      weights: createWeights(network, drawWeights(network, 'shapes')),
    }));
    if (!encoder || !decoder || !head) throw new Error('three networks');
    tf.tidy(() => {
      const images = tf.randomUniform([2, config.inputSize, config.inputSize, 3], -1, 1, 'float32', 4);
      const options = { engine, training: false };
      const features = applyNetwork(encoder.network, encoder.weights, images, options);
      const maps = applyNetwork(decoder.network, decoder.weights, features, options);
      const logits = applyNetwork(head.network, head.weights, features, options);
      expect(features.shape).toEqual([2, ...outputShape(encoder.network)]);
      expect(maps.shape).toEqual([2, 32, 32, 1]);
      expect(logits.shape).toEqual([2, 1]);
      const values = maps.dataSync();
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
    });
  });

  it('draw the same weights from the same seed, and others from another', () => {
    const { encoder } = buildModel({ backbone: 'residual', width: 0.5, inputSize: 64 });
    expect(drawWeights(encoder, 'x')).toEqual(drawWeights(encoder, 'x'));
    expect(drawWeights(encoder, 'x')).not.toEqual(drawWeights(encoder, 'y'));
  });
});
