import { beforeAll, expect, it } from 'vitest';
import { createFacePipeline, type FacePipeline } from '@workbench/faces/pipeline';
import { pseudoDepth } from '@workbench/faces/pseudo-depth';
import { imageToRegion } from '@workbench/faces/region';
import { syntheticDomains } from '@workbench/synthetic/domains';
import { sampleBonaFide } from '@workbench/synthetic/sample';
import { createSubject } from '@workbench/synthetic/subject';
import { useWasmBackend } from './wasm-backend';

let pipeline: FacePipeline;
beforeAll(async () => {
  await useWasmBackend();
  pipeline = await createFacePipeline();
});

/** Pearson correlation over the pixels where both maps show a face. */
function correlation(a: Float32Array, b: Uint8Array): number {
  const pairs = [...a].map((value, i) => [value, b[i] ?? 0] as const).filter(([x, y]) => x > 0 && y > 0);
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / pairs.length;
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / pairs.length;
  const covariance = pairs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const spreadX = pairs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const spreadY = pairs.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0);
  return covariance / Math.sqrt(spreadX * spreadY);
}

it('measures depth like the geometry that drew the face, in every synthetic domain', async () => {
  const correlations: number[] = [];
  for (const [name, domain] of Object.entries(syntheticDomains))
    for (let i = 0; i < 3; i++) {
      const { image, box, trueDepth } = sampleBonaFide(createSubject(`known ${i}`), domain, `${name} ${i}`);
      const [x, y, width, height] = box;
      const { faces } = await pipeline.meshOfCrop(image, { x, y, width, height });
      expect(faces, `${name} ${i}`).toHaveLength(1);
      const region = { centreX: x + width / 2, centreY: y + height / 2, side: width, rotation: 0 };
      const map = pseudoDepth(imageToRegion(faces[0]?.mesh ?? new Float32Array(0), region, 128), 128, 32);
      correlations.push(correlation(map, trueDepth ?? new Uint8Array(0)));
    }
  correlations.sort((a, b) => a - b);
  expect(correlations[0]).toBeGreaterThan(0.6);
  expect(correlations[correlations.length >> 1]).toBeGreaterThan(0.8);
});
