import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExperimentConfig } from '@shared/domain/experiment';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { describeModel } from '@workbench/training/networks/describe';
import { buildModel, countParameters } from '@workbench/training/networks/models';
import { createWeights, drawWeights } from '@workbench/training/networks/network';
import { Predictor } from '@workbench/training/predictor';

const config = (model: object) => ExperimentConfig.parse({ model }).model;
const models = [
  { backbone: 'residual', inputSize: 128, width: 1 },
  { backbone: 'residual', inputSize: 64, width: 0.5 },
  { backbone: 'mobile', inputSize: 128, width: 1 },
] as const;

describe('the graph of a run’s networks', () => {
  it.each(models)('counts what the model counts: $backbone, $inputSize px, × $width', (model) => {
    const graph = describeModel(buildModel(config(model)));
    const counts = countParameters(config(model));
    const part = (name: string) => graph.parts.find((each) => each.name === name);
    expect(part('encoder')?.parameters).toBe(counts.backbone);
    expect(part('head')?.parameters).toBe(counts.head);
    expect(part('discriminator')?.parameters).toBe(counts.discriminator);
    expect((part('encoder')?.parameters ?? 0) + (part('decoder')?.parameters ?? 0)).toBe(counts.generator);
    expect((part('encoder')?.multiplyAdds ?? 0) + (part('head')?.multiplyAdds ?? 0)).toBe(counts.multiplyAdds);
    for (const { blocks, parameters, multiplyAdds } of graph.parts) {
      expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(parameters);
      expect(blocks.reduce((sum, block) => sum + block.multiplyAdds, 0)).toBe(multiplyAdds);
      expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length);
      for (const { layers, output } of blocks) if (layers.length > 0) expect(layers.at(-1)?.output).toEqual(output);
    }
  });

  it('says in words what a block does', () => {
    const [encoder, , head] = describeModel(buildModel(config(models[0]), 0.2)).parts;
    expect(encoder?.blocks.map(({ key, words, residual }) => [key, words, residual]).slice(0, 4)).toEqual([
      ['stem', '3×3 convolution, stride 2, batch normalisation, relu', false],
      ['down1', '3×3 convolution, stride 2, batch normalisation, relu', false],
      ['down2', '3×3 convolution, stride 2, batch normalisation, relu', false],
      ['block2', 'convolutions 1×1 → 3×3 → 1×1', true],
    ]);
    expect(head?.blocks.map(({ key, words }) => [key, words])).toEqual([
      ['global-pool-0', 'mean over all places'],
      ['dropout-1', 'dropout 0.2'],
      ['score', 'dense, 1 unit'],
    ]);
  });
});

describe('features along a path', () => {
  let engine: Engine;
  let predictor: Predictor;
  const model = buildModel(config({ backbone: 'residual', inputSize: 64, width: 0.5 }), 0.2);
  const crop = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256);
  beforeAll(async () => {
    engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
    const weights = (name: keyof typeof model) => createWeights(model[name], drawWeights(model[name], 'features'));
    predictor = new Predictor(engine, model, {
      classifier: { encoder: weights('encoder'), head: weights('head') },
      depth: { encoder: weights('encoder'), decoder: weights('decoder') },
    });
  });
  afterAll(() => {
    predictor.dispose();
    engine.dispose();
  });

  it('are those of every block with places, and end in the map that the generator paints', async () => {
    const before = tf.memory().numTensors;
    const features = await predictor.features(crop, 'generator');
    expect(tf.memory().numTensors).toBe(before);
    const graph = describeModel(model);
    const expected = graph.parts
      .filter(({ name }) => name === 'encoder' || name === 'decoder')
      .flatMap(({ name, blocks }) => blocks.map(({ key, output }) => [name, key, output[0], output[2]]));
    expect(features.map(({ part, block, side, channels }) => [part, block, side, channels])).toEqual(expected);
    const map = await predictor.predictDepth([crop]);
    expect(features.at(-1)?.maps).toEqual(map);
    expect(features.at(-1)?.energy).toEqual(map);
  });

  it('leave the head’s pooled ones out, and hold the strongest channels first', async () => {
    const before = tf.memory().numTensors;
    const features = await predictor.features(crop, 'classifier');
    expect(tf.memory().numTensors).toBe(before);
    expect(new Set(features.map(({ part }) => part))).toEqual(new Set(['encoder']));
    const last = features.at(-1);
    if (!last) throw new Error('no features');
    expect(last.strongest).toHaveLength(12);
    const variances = last.strongest.map((_, row) => {
      const values = [...last.maps.subarray(row * 64, (row + 1) * 64)];
      const mean = values.reduce((sum, value) => sum + value, 0) / 64;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64;
    });
    expect(variances).toEqual([...variances].sort((a, b) => b - a));
  });

  it('are refused where the run has no such network', async () => {
    const weights = createWeights(model.encoder, drawWeights(model.encoder, 'x'));
    const head = createWeights(model.head, drawWeights(model.head, 'x'));
    const scratch = new Predictor(engine, model, { classifier: { encoder: weights, head }, depth: null });
    await expect(scratch.features(crop, 'generator')).rejects.toMatchObject({ code: 'unsupported' });
    scratch.dispose();
  });
});
