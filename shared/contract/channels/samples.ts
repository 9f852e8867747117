import { z } from '@shared/zod';
import { PreparedRow } from '@shared/domain/dataset';
import { MediaItem } from '@shared/domain/media-item';
import { DatasetId, SetName } from '@shared/domain/names';
import type { Contract } from '../peer';
import { SampleReference } from './references';

/** A filter of samples: within one facet any of the values, across facets all of them; `text` matches path, subject and tags. */
export const SampleFilter = z.strictObject({
  datasets: z.array(DatasetId),
  facets: z.record(z.string(), z.array(z.string())),
  text: z.string(),
});
export type SampleFilter = z.infer<typeof SampleFilter>;

export const SampleTile = z.strictObject({
  dataset: DatasetId,
  index: z.int().nonnegative(),
  subject: z.string().nullable(),
  attackType: z.string().nullable(),
  set: SetName,
  synthetic: z.boolean(),
  /** Has a crop and a depth target. */
  prepared: z.boolean(),
  /** Why not, when preparation has run. */
  failure: z.string().nullable(),
});
export type SampleTile = z.infer<typeof SampleTile>;

export const Facet = z.strictObject({
  name: z.string(),
  title: z.string(),
  values: z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.int().nonnegative() })),
});
export type Facet = z.infer<typeof Facet>;

export const SamplePage = z.strictObject({
  total: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  facets: z.array(Facet),
  tiles: z.array(SampleTile),
});
export type SamplePage = z.infer<typeof SamplePage>;

export const SampleDetail = z.strictObject({
  item: MediaItem,
  dataset: DatasetId,
  datasetName: z.string(),
  synthetic: z.boolean(),
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  bytes: z.int().nonnegative().nullable(),
  prepared: PreparedRow.nullable(),
  /** `[32, 32]` row-major, 0 = background, 1 = nearest; null without a sample. */
  depthTarget: z.instanceof(Float32Array).nullable(),
  /** Correlation of the mesh target with the true depth inside the face; synthetic bona fide only. */
  trueDepthCorrelation: z.number().nullable(),
});
export type SampleDetail = z.infer<typeof SampleDetail>;

/** Pictures by id: never a path from the page. `frame` is the original, `thumb` and `crop` are small JPEGs. */
export const MediaRequest = z.strictObject({
  kind: z.enum(['thumb', 'crop', 'frame']),
  dataset: DatasetId,
  index: z.int().nonnegative(),
  /** Longest side in px for `thumb`. */
  size: z.int().min(16).max(1024),
});
export type MediaRequest = z.infer<typeof MediaRequest>;

/** Samples: the browser, its facets and the inspector; pictures by id. */
export const samplesChannels = {
  'samples.query': {
    in: z.strictObject({
      filter: SampleFilter,
      order: z.enum(['listed', 'shuffled']),
      offset: z.int().nonnegative(),
      limit: z.int().min(0).max(2000),
    }),
    out: SamplePage,
  },
  'samples.detail': { in: SampleReference, out: SampleDetail },
  /** Depth targets `[n, 32, 32]` of up to 500 samples; samples without one are zeros. */
  'samples.depthTargets': {
    in: z.strictObject({ samples: z.array(SampleReference).max(500) }),
    out: z.strictObject({ size: z.int(), maps: z.instanceof(Uint8Array) }),
  },
  'media.read': { in: MediaRequest, out: z.strictObject({ type: z.string(), bytes: z.instanceof(Uint8Array) }) },
} as const satisfies Contract;
