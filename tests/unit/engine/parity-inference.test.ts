import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultRecipe } from '@shared/domain/dataset';
import type { Engine } from '@workbench/engine/engine';
import { providers, startEngine } from '@workbench/engine/start';
import { alignedCrop } from '@workbench/faces/aligned-crop';
import { createFacePipeline, type Face } from '@workbench/faces/pipeline';
import { ImagePyramid } from '@workbench/faces/region';
import { decodeImage } from '@workbench/images/decode';
import { resize } from '@workbench/images/resize';
import { buildModel } from '@workbench/training/networks/models';
import { drawWeights } from '@workbench/training/networks/network';
import { predictorFrom } from '@workbench/training/predictor';
import { withRole } from '@workbench/training/weight-names';
import { buildBundles } from '../../fixtures/build';
import { drawFaces } from '../../fixtures/drawn-faces';
import { tinyConfig } from '../../fixtures/train';

/** Faces, scores and maps of every engine that is present, beside those of plain WASM. */

/** Pixels that a face's mesh may lie apart, of a photograph of some 300. */
const meshTolerance = 0.05;
/** Of scores and of depth maps, both in [0, 1]. */
const scoreTolerance = 1e-4;

const photograph = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  ...['demo', 'sample1.jpg'],
);
const data = drawFaces({ id: 'A', counts: { train: 2, dev: 2, test: 2 } });
const crops = data.samples.map(({ row }) => data.crop(row));

interface Seen {
  readonly face: Face;
  readonly crop: Uint8Array;
  readonly scores: Float32Array;
  readonly maps: Float32Array;
}

async function look(engine: Engine): Promise<Seen> {
  const image = await decodeImage(photograph);
  const scale = 300 / Math.max(image.width, image.height);
  const pyramid = new ImagePyramid(resize(image, Math.round(image.width * scale), Math.round(image.height * scale)));
  const pipeline = await createFacePipeline();
  const { faces } = await pipeline.analyse(pyramid, { largestOnly: true });
  pipeline.dispose();
  const [face] = faces;
  if (!face) throw new Error('no face was found');
  const model = buildModel(tinyConfig().model);
  const drawn = (networks: readonly Parameters<typeof drawWeights>[0][]) =>
    new Map(networks.flatMap((network) => [...drawWeights(network, 'inference')]));
  const predictor = predictorFrom(
    engine,
    model,
    new Map([
      ...withRole('classifier', drawn([model.encoder, model.head])),
      ...withRole('generator', drawn([model.encoder, model.decoder])),
    ]),
  );
  const scores = await predictor.predictScore(crops);
  const maps = await predictor.predictDepth(crops);
  predictor.dispose();
  return { face, crop: alignedCrop(pyramid, face, defaultRecipe).image.data, scores, maps };
}

let expected: Seen;
const missing = new Map<string, string>();
for (const provider of providers) {
  const found = await provider.detect();
  if (!found.present) missing.set(provider.name, found.reason);
}

beforeAll(async () => {
  buildBundles();
  const engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
  expected = await look(engine);
  engine.dispose();
}, 120_000);

describe.each(providers.map(({ name }) => name))('%s', (name) => {
  const reason = missing.get(name);
  describe.skipIf(reason !== undefined)(reason === undefined ? 'sees' : `skipped: ${reason}`, () => {
    let seen: Seen;
    beforeAll(async () => {
      const engine = await startEngine({ name, threads: 2, reproducible: false });
      seen = await look(engine);
      engine.dispose();
    }, 120_000);

    it('the same face in a photograph, its mesh within a twentieth of a pixel', () => {
      expect(Math.abs(seen.face.score - expected.face.score)).toBeLessThan(1e-3);
      const apart = seen.face.mesh.map((value, index) => Math.abs(value - (expected.face.mesh[index] ?? NaN)));
      expect(apart.length).toBe(468 * 3);
      expect(Math.max(...apart)).toBeLessThan(meshTolerance);
    });

    it('the same crop but for single levels of rounding', () => {
      const apart = seen.crop.map((value, index) => Math.abs(value - (expected.crop[index] ?? NaN)));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    });

    it('the same scores and depth maps', () => {
      expect(seen.scores).toHaveLength(crops.length);
      for (const [index, score] of expected.scores.entries())
        expect(Math.abs((seen.scores[index] ?? NaN) - score)).toBeLessThan(scoreTolerance);
      const apart = seen.maps.map((value, index) => Math.abs(value - (expected.maps[index] ?? NaN)));
      expect(Math.max(...apart)).toBeLessThan(scoreTolerance);
      expect(new Set(expected.scores).size).toBe(crops.length);
    });
  });
});
