import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExperimentConfig } from '@shared/domain/experiment';
import { createRandom } from '@shared/random';
import { augmentSample } from '@workbench/training/augment';
import type { Batch } from '@workbench/training/batch-filler';
import { previewBatch } from '@workbench/training/batch-preview';
import { BatchSource } from '@workbench/training/batches';
import { type TrainingSample, trainingSamples } from '@workbench/training/samples';
import { buildBundles } from '../../fixtures/build';
import { drawFaces } from '../../fixtures/drawn-faces';

const plain = ExperimentConfig.parse({
  augmentation: { flip: false, cropJitter: 0, colour: 0, gamma: 0, cutout: 0 },
});
const options = { inputSize: 64, mapSize: 32, batchSize: 8, augmentation: plain.augmentation, seed: 'order' };
const imageFloats = 64 * 64 * 3;

beforeAll(buildBundles, 120_000);

describe('batches', () => {
  const sources = [
    drawFaces({ id: 'A', counts: { train: 20, dev: 0, test: 0 } }),
    drawFaces({ id: 'B', counts: { train: 6, dev: 0, test: 0 } }),
  ];
  const samples = trainingSamples(sources, plain);

  const open: BatchSource[] = [];
  function sourceOf(changes: Partial<typeof options> = {}): BatchSource {
    const source = new BatchSource(samples, sources, { ...options, ...changes });
    open.push(source);
    return source;
  }
  afterEach(async () => {
    await Promise.all(open.splice(0).map((source) => source.close()));
  });

  /** A few pixels tell images apart. */
  const keyAt = ({ images }: Batch, i: number) =>
    images.subarray(i * imageFloats + 6000, i * imageFloats + 6030).join();

  it('are half bona fide, half attacks, each half in turn from the sources', async () => {
    const images = new Map<string, number>();
    for (const { source, row } of samples) {
      const data = sources[source];
      if (!data) throw new Error('a sample of no source');
      const target = { image: new Float32Array(imageFloats), size: 64, map: new Float32Array(1024), mapSize: 32 };
      augmentSample(data.crop(row), 128, data.depth(row), plain.augmentation, createRandom(1), target);
      images.set(target.image.subarray(6000, 6030).join(), source);
    }
    const batches = sourceOf();
    for (let step = 0; step < 10; step++) {
      const batch = await batches.next();
      expect([...batch.labels]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
      const drawnFrom = Array.from({ length: 8 }, (_, i) => images.get(keyAt(batch, i)));
      for (const half of [drawnFrom.slice(0, 4), drawnFrom.slice(4)]) expect([...half].sort()).toEqual([0, 0, 1, 1]);
    }
  });

  it('give attacks an empty depth target whatever the files hold', async () => {
    const { maps, labels } = await sourceOf().next();
    labels.forEach((label, i) => {
      const largest = Math.max(...maps.subarray(i * 1024, (i + 1) * 1024));
      if (label === 1) expect(largest).toBeGreaterThan(0.5);
      else expect(largest).toBe(0);
    });
  });

  it('see every sample of a group before any a second time', async () => {
    const batches = sourceOf();
    const seen: string[] = [];
    for (let step = 0; step < 3; step++) {
      const batch = await batches.next();
      // Every second bona fide of a batch comes from B, which has six.
      for (const i of [1, 3]) seen.push(keyAt(batch, i));
    }
    expect(new Set(seen).size).toBe(6);
  });

  const augmentation = ExperimentConfig.parse({ augmentation: { blur: 0.5, jpeg: 0.5 } }).augmentation;
  const bits = ({ images, maps, labels }: Batch) =>
    Buffer.concat([images, maps, labels].map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));

  it('go on from a stored state with the very same batches, whatever was read ahead', async () => {
    const source = sourceOf({ augmentation });
    for (let step = 0; step < 7; step++) await source.next();
    const copy = sourceOf({ augmentation });
    copy.restore(source.state());
    for (let step = 0; step < 7; step++) expect(bits(await copy.next()).equals(bits(await source.next()))).toBe(true);
  });

  it('go on from a checkpoint of a version that kept a stream of augmentation', async () => {
    const source = sourceOf();
    await source.next();
    const state = source.state();
    const copy = sourceOf();
    copy.restore({ ...state, augmentation: { words: [1, 2, 3, 4], spareNormal: null } });
    expect(bits(await copy.next()).equals(bits(await source.next()))).toBe(true);
  });

  it('augment a sample anew each time it is drawn', async () => {
    const batches = sourceOf({ augmentation });
    const seen = new Set<string>();
    // Three walks through the six bona fide of B, two a batch.
    for (let step = 0; step < 9; step++) {
      const batch = await batches.next();
      for (const i of [1, 3]) seen.add(keyAt(batch, i));
    }
    expect(seen.size).toBe(18);
  });

  it('mix sources whose recipes cut crops of different sizes', async () => {
    const mixed = [
      drawFaces({ id: 'A', counts: { train: 8, dev: 0, test: 0 } }),
      drawFaces({ id: 'B', counts: { train: 8, dev: 0, test: 0 }, cropSize: 96 }),
    ];
    const drawn = trainingSamples(mixed, plain);
    const expected = new Set<string>();
    for (const { source, row } of drawn) {
      const target = { image: new Float32Array(imageFloats), size: 64, map: new Float32Array(1024), mapSize: 32 };
      const data = mixed[source];
      if (!data) throw new Error('a sample of no source');
      const side = data.info.recipe.cropSize;
      augmentSample(data.crop(row), side, data.depth(row), plain.augmentation, createRandom(1), target);
      expected.add(target.image.subarray(6000, 6030).join());
    }
    const source = new BatchSource(drawn, mixed, options);
    open.push(source);
    for (let step = 0; step < 4; step++) {
      const batch = await source.next();
      for (let i = 0; i < 8; i++) expect(expected.has(keyAt(batch, i)), `sample ${String(i)}`).toBe(true);
    }
  });

  it('tell which shard cannot be read', async () => {
    const torn = drawFaces({ id: 'C', counts: { train: 6, dev: 0, test: 0 } });
    truncateSync(join(torn.folder, 'crops-000.u8'), 1000);
    const source = new BatchSource(trainingSamples([torn], plain), [torn], options);
    open.push(source);
    await expect(source.next()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('crops-000.u8') as string,
    });
  });
});

describe('permuted labels', () => {
  it('move label and depth target together and keep how many there are of each', () => {
    const data = drawFaces({ id: 'A', counts: { train: 40, dev: 0, test: 0 } });
    const control = ExperimentConfig.parse({ data: { permuteLabels: true } });
    const [before, after] = [trainingSamples([data], plain), trainingSamples([data], control)];
    const rows = (list: readonly TrainingSample[]) => list.map(({ row }) => row);
    expect(rows(after)).toEqual(rows(before));
    const changed = after.filter((sample, i) => sample.bonaFide !== before[i]?.bonaFide).length;
    expect(changed).toBeGreaterThan(20);
    expect(after.filter(({ bonaFide }) => bonaFide)).toHaveLength(40);
    for (const { bonaFide, depth } of after) expect(depth !== null).toBe(bonaFide);
  });
});

describe('augmentation', () => {
  /** A crop whose red channel is the depth map itself, enlarged four times. */
  function alignedPair() {
    const depth = Uint8Array.from({ length: 1024 }, (_, i) => ((i % 32) * 5 + (i >> 5) * 3) % 256);
    const crop = new Uint8Array(128 * 128 * 3);
    for (let y = 0; y < 128; y++)
      for (let x = 0; x < 128; x++) crop[(y * 128 + x) * 3] = depth[(y >> 2) * 32 + (x >> 2)] ?? 0;
    return { crop, depth };
  }

  it('moves image and map by the same geometry', () => {
    const { crop, depth } = alignedPair();
    const config = { ...plain.augmentation, flip: true, cropJitter: 0.2 };
    const random = createRandom('geometry');
    for (let draw = 0; draw < 20; draw++) {
      const target = { image: new Float32Array(32 * 32 * 3), size: 32, map: new Float32Array(1024), mapSize: 32 };
      augmentSample(crop, 128, depth, config, random, target);
      const differences = Array.from(target.map, (value, i) => Math.abs((target.image[3 * i] ?? 0) - (2 * value - 1)));
      const median = differences.sort((a, b) => a - b)[512];
      expect(median).toBeLessThan(0.05);
    }
  });

  it('leaves the map alone where only the image is changed', () => {
    const { crop, depth } = alignedPair();
    const config = { flip: false, cropJitter: 0, colour: 1, gamma: 1, blur: 1, jpeg: 1, cutout: 1 };
    const target = { image: new Float32Array(64 * 64 * 3), size: 64, map: new Float32Array(1024), mapSize: 32 };
    augmentSample(crop, 128, depth, config, createRandom(3), target);
    target.map.forEach((value, i) => {
      expect(value).toBeCloseTo((depth[i] ?? 0) / 255, 6);
    });
    expect(target.image.every((value) => value >= -1.001 && value <= 1.001)).toBe(true);
  });

  it('draws as many numbers for a sample whatever it decides', () => {
    const { crop, depth } = alignedPair();
    const target = { image: new Float32Array(64 * 64 * 3), size: 64, map: new Float32Array(1024), mapSize: 32 };
    const states = [0, 1].map((probability) => {
      const random = createRandom('count');
      const config = { ...plain.augmentation, blur: probability, jpeg: probability, cutout: probability };
      augmentSample(crop, 128, depth, config, random, target);
      return random.state();
    });
    expect(states[0]).toEqual(states[1]);
  });
});

describe('a batch that is looked at before training', () => {
  const sources = [drawFaces({ id: 'A', counts: { train: 20, dev: 0, test: 0 } })];
  const config = ExperimentConfig.parse({
    data: { sources: ['A'] },
    model: { inputSize: 64 },
    train: { batchSize: 8, seed: 3 },
    augmentation: { cropJitter: 0.3, cutout: 0.5 },
  });

  it('is the one that stage 1 will train on: the same faces, the same augmentation', async () => {
    const { augmentation, train } = config;
    const trained = new BatchSource(trainingSamples(sources, config), sources, {
      ...{ batchSize: 8, inputSize: 64, mapSize: 32, augmentation },
      seed: `${train.seed}/stage-1`,
    });
    try {
      for (const ordinal of [0, 1]) {
        const { images, maps, labels } = await trained.next();
        const { samples } = previewBatch(sources, config, ordinal, 4);
        expect(samples.map(({ bonaFide }) => Number(bonaFide))).toEqual([...labels]);
        samples.forEach(({ image, map }, place) => {
          const face = images.subarray(place * imageFloats, (place + 1) * imageFloats);
          expect(Math.max(...image.map((value, i) => Math.abs(value - ((face[i] ?? 0) + 1) * 127.5)))).toBeLessThan(1);
          const depth = maps.subarray(place * 1024, (place + 1) * 1024);
          expect(Math.max(...map.map((value, i) => Math.abs(value - 255 * (depth[i] ?? 0))))).toBeLessThan(1);
        });
      }
    } finally {
      await trained.close();
    }
  });

  it('shows each face as it is stored beside it, and fewer of a class where it has fewer', () => {
    const { samples } = previewBatch(sources, config, 0, 2);
    expect(samples.map(({ bonaFide }) => bonaFide)).toEqual([true, true, false, false]);
    const still = { flip: false, cropJitter: 0, colour: 0, gamma: 0, cutout: 0 };
    const unmoved = previewBatch(sources, ExperimentConfig.parse({ ...config, augmentation: still }), 0, 2);
    for (const { image, stored, map, storedMap } of unmoved.samples) {
      expect(image).toEqual(stored);
      expect(map).toEqual(storedMap);
    }
    expect(samples[0]?.image).not.toEqual(samples[0]?.stored);
    expect(samples[0]?.map).not.toEqual(samples[0]?.storedMap);
  });
});
