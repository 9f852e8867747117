import { describe, expect, it } from 'vitest';
import { ExperimentConfig } from '@shared/domain/experiment';
import { createRandom } from '@shared/random';
import { augmentSample } from '@workbench/training/augment';
import { type Batch, BatchSource } from '@workbench/training/batches';
import { trainingSamples } from '@workbench/training/samples';
import { drawFaces } from '../../fixtures/drawn-faces';

const plain = ExperimentConfig.parse({
  augmentation: { flip: false, cropJitter: 0, colour: 0, gamma: 0, cutout: 0 },
});
const options = { inputSize: 64, mapSize: 32, augmentation: plain.augmentation, seed: 'order' };

describe('batches', () => {
  const sources = [
    drawFaces({ id: 'A', counts: { train: 20, dev: 0, test: 0 } }),
    drawFaces({ id: 'B', counts: { train: 6, dev: 0, test: 0 } }),
  ];
  const samples = trainingSamples(sources, plain);

  it('are half bona fide, half attacks, each half in turn from the sources', () => {
    const batches = new BatchSource(samples, { ...options, batchSize: 8 });
    const images = new Map<string, number>();
    const key = (values: Float32Array) => values.subarray(6000, 6030).join();
    for (const { crop, cropSize, depth, source } of samples) {
      const target = { image: new Float32Array(64 * 64 * 3), size: 64, map: new Float32Array(1024), mapSize: 32 };
      augmentSample(crop, cropSize, depth, plain.augmentation, createRandom(1), target);
      images.set(key(target.image), source);
    }
    for (let step = 0; step < 10; step++) {
      const batch = batches.next();
      expect([...batch.labels]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
      const drawnFrom = Array.from({ length: 8 }, (_, i) =>
        images.get(key(batch.images.subarray(i * 64 * 64 * 3, (i + 1) * 64 * 64 * 3))),
      );
      for (const half of [drawnFrom.slice(0, 4), drawnFrom.slice(4)]) expect([...half].sort()).toEqual([0, 0, 1, 1]);
    }
  });

  it('give attacks an empty depth target whatever the files hold', () => {
    const { maps, labels } = new BatchSource(samples, { ...options, batchSize: 8 }).next();
    labels.forEach((label, i) => {
      const largest = Math.max(...maps.subarray(i * 1024, (i + 1) * 1024));
      if (label === 1) expect(largest).toBeGreaterThan(0.5);
      else expect(largest).toBe(0);
    });
  });

  it('see every sample of a group before any a second time', () => {
    const batches = new BatchSource(samples, { ...options, batchSize: 8 });
    const seen: string[] = [];
    for (let step = 0; step < 3; step++) {
      const { images } = batches.next();
      // Every second bona fide of a batch comes from B, which has six.
      for (const i of [1, 3]) seen.push(images.subarray(i * 64 * 64 * 3 + 6000, i * 64 * 64 * 3 + 6030).join());
    }
    expect(new Set(seen).size).toBe(6);
  });

  it('go on from a stored state with the very same batches', () => {
    const augmentation = ExperimentConfig.parse({ augmentation: { blur: 0.5, jpeg: 0.5 } }).augmentation;
    const source = new BatchSource(samples, { ...options, augmentation, batchSize: 8 });
    for (let step = 0; step < 7; step++) source.next();
    const copy = new BatchSource(samples, { ...options, augmentation, batchSize: 8 });
    copy.restore(source.state());
    const bits = ({ images, maps, labels }: Batch) =>
      Buffer.concat([images, maps, labels].map((a) => Buffer.from(a.buffer)));
    for (let step = 0; step < 7; step++) expect(bits(copy.next()).equals(bits(source.next()))).toBe(true);
  });
});

describe('permuted labels', () => {
  it('move label and depth target together and keep how many there are of each', () => {
    const data = drawFaces({ id: 'A', counts: { train: 40, dev: 0, test: 0 } });
    const control = ExperimentConfig.parse({ data: { permuteLabels: true } });
    const [before, after] = [trainingSamples([data], plain), trainingSamples([data], control)];
    after.forEach(({ crop }, i) => {
      expect(crop).toBe(before[i]?.crop);
    });
    const changed = after.filter((sample, i) => sample.bonaFide !== before[i]?.bonaFide).length;
    expect(changed).toBeGreaterThan(20);
    expect(after.filter(({ bonaFide }) => bonaFide)).toHaveLength(40);
    for (const { bonaFide, depth } of after) expect(Math.max(...depth) > 0).toBe(bonaFide);
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
