import { rm } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { BatchSource } from '@workbench/training/batches';
import { buildModel, mapSize } from '@workbench/training/networks/models';
import { createWeights, disposeWeights, drawWeights } from '@workbench/training/networks/network';
import { generatorPass } from '@workbench/training/pretrain';
import { trainingSamples } from '@workbench/training/samples';
import { disposeBatch, uploadBatch } from '@workbench/training/tensors';
import { ofRole } from '@workbench/training/weight-names';
import { drawFaces } from '../../fixtures/drawn-faces';
import { bitsOf, lastWeights, scoresOf, tinyConfig, train } from '../../fixtures/train';

const counts = { train: 8, dev: 4, test: 4 };
const data = drawFaces({ id: 'A', counts, faceless: 1 });

let engine: Engine;
const folders: string[] = [];
async function trainKept(options: Omit<Parameters<typeof train>[0], 'engine'>) {
  const run = await train({ ...options, engine });
  folders.push(run.folder);
  return run;
}
beforeAll(async () => {
  engine = await startEngine({ name: 'wasm', threads: 2, reproducible: true });
});
afterAll(async () => {
  engine.dispose();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

describe("the paper's pipeline", () => {
  it("starts stage 2 on stage 1's encoder, byte for byte", async () => {
    const config = tinyConfig();
    const boundary = await trainKept({ config, datasets: [data], stopAfter: 8 });
    const weights = await lastWeights(boundary.folder);
    const encoder = (role: 'generator' | 'classifier') =>
      bitsOf(new Map([...ofRole(role, weights)].filter(([name]) => name.startsWith('encoder/'))));
    expect(Object.keys(encoder('generator')).length).toBeGreaterThan(10);
    expect(encoder('classifier')).toEqual(encoder('generator'));
  });

  it('leaves the generator as it is while stage 2 trains its copy', async () => {
    const config = tinyConfig();
    const boundary = await trainKept({ config, datasets: [data], stopAfter: 8 });
    const whole = await trainKept({ config, datasets: [data] });
    const [before, after] = [await lastWeights(boundary.folder), await lastWeights(whole.folder)];
    expect(bitsOf(ofRole('generator', after))).toEqual(bitsOf(ofRole('generator', before)));
    expect(bitsOf(ofRole('classifier', after))).not.toEqual(bitsOf(ofRole('classifier', before)));
  });

  it("changes the generator's gradient when the discriminator changes", async () => {
    const config = tinyConfig();
    const model = buildModel(config.model);
    const batches = new BatchSource(trainingSamples([data], config), [data], {
      batchSize: 4,
      inputSize: config.model.inputSize,
      mapSize,
      augmentation: config.augmentation,
      seed: 'gradient',
    });
    const batch = uploadBatch(await batches.next());
    await batches.close();
    const gradientAgainst = (discriminatorSeed: string) => {
      const weights = {
        encoder: createWeights(model.encoder, drawWeights(model.encoder, 'same')),
        decoder: createWeights(model.decoder, drawWeights(model.decoder, 'same')),
        discriminator: createWeights(model.discriminator, drawWeights(model.discriminator, discriminatorSeed)),
      };
      const pass = generatorPass({ engine, model, config: config.stage1 }, weights, batch);
      const values = Object.values(pass.gradients).map((gradient) => [...gradient.dataSync()]);
      tf.dispose(pass.gradients);
      pass.maps.dispose();
      for (const network of Object.values(weights)) disposeWeights(network);
      return values;
    };
    expect(gradientAgainst('one')).toEqual(gradientAgainst('one'));
    expect(gradientAgainst('one')).not.toEqual(gradientAgainst('other'));
    disposeBatch(batch);
  });

  it('learns from binary labels only: other attack types train the same weights', async () => {
    const config = tinyConfig();
    const renamed = drawFaces({ id: 'A', counts, faceless: 1, attackTypes: ['paper', 'screen/phone'] });
    const merged = drawFaces({ id: 'A', counts, faceless: 1, attackTypes: ['anything'] });
    const trained: Record<string, string>[] = [];
    for (const dataset of [data, renamed, merged]) {
      const { folder } = await trainKept({ config, datasets: [dataset] });
      trained.push(bitsOf(await lastWeights(folder)));
    }
    const [first, ...others] = trained;
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('stage 1', () => {
  it('is trained once for all runs that share it', async () => {
    const stages = await trainKept({ config: tinyConfig(), datasets: [data] });
    const other = await trainKept({
      config: tinyConfig({ stage2: { epochs: 1, backbone: 'frozen' } }),
      datasets: [data],
      stages: stages.folder,
    });
    expect(other.events.some(({ type }) => type === 'stage-reused')).toBe(true);
    expect(other.outcome).toMatchObject({ state: 'done', result: { steps: 8 + 4 } });
    const generator = async (folder: string) => bitsOf(ofRole('generator', await lastWeights(folder)));
    expect(await generator(other.folder)).toEqual(await generator(stages.folder));
  });

  it('is trained anew when one of its settings or the seed differs', async () => {
    const stages = await trainKept({ config: tinyConfig(), datasets: [data] });
    for (const change of [{ stage1: { l1Weight: 50 } }, { train: { batchSize: 4, seed: 6 } }]) {
      const other = await trainKept({ config: tinyConfig(change), datasets: [data], stages: stages.folder });
      expect(other.events.some(({ type }) => type === 'stage-reused')).toBe(false);
    }
  });
});

describe('stage 2', () => {
  it('keeps a frozen backbone to the last bit', async () => {
    const config = tinyConfig({ stage2: { backbone: 'frozen' } });
    const run = await trainKept({ config, datasets: [data] });
    const weights = await lastWeights(run.folder);
    const encoder = (role: 'generator' | 'classifier') =>
      bitsOf(new Map([...ofRole(role, weights)].filter(([name]) => name.startsWith('encoder/'))));
    expect(encoder('classifier')).toEqual(encoder('generator'));
  });
});

describe('score files', () => {
  it('have a row for every item, empty where no face was found', async () => {
    const run = await trainKept({ config: tinyConfig(), datasets: [data] });
    const lines = (await scoresOf(run))['scores/last/A.test.csv']?.trim().split('\n') ?? [];
    expect(lines[0]).toBe('filename,video_id,frame,subject,attack_type,score,depth_score');
    expect(lines).toHaveLength(1 + 8 + 1);
    expect(lines.at(-1)).toMatch(/,,$/);
  });

  it('leave the depth score empty for presets without depth', async () => {
    const run = await trainKept({ config: tinyConfig({ stage1: { enabled: false } }), datasets: [data] });
    const lines = (await scoresOf(run))['scores/last/A.test.csv']?.trim().split('\n') ?? [];
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/,0\.\d+(e-\d+)?,$/);
  });

  it('take the depth score from the head of the auxiliary preset', async () => {
    const config = tinyConfig({ stage1: { enabled: false }, stage2: { auxiliaryDepthWeight: 5 } });
    const run = await trainKept({ config, datasets: [data] });
    const lines = (await scoresOf(run))['scores/last/A.test.csv']?.trim().split('\n') ?? [];
    for (const line of lines.slice(1, -1)) expect(Number(line.split(',')[6])).toBeGreaterThan(0);
  });
});

describe('training', () => {
  it('refuses a source that lacks a class and names it', async () => {
    const oneClass = { ...data, samples: data.samples.filter(({ item }) => item.attackType === null) };
    await expect(train({ config: tinyConfig(), datasets: [oneClass], engine })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('no attack sample') as string,
    });
  });

  it('says which setting to lower when it diverges', async () => {
    const config = tinyConfig({ stage1: { enabled: false } });
    // Far beyond what the schema allows: the weights overflow within a few steps.
    const absurd = { ...config, stage2: { ...config.stage2, learningRate: 1e30 } };
    await expect(train({ config: absurd, datasets: [data], engine })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('stage2.learningRate') as string,
    });
  });
});
