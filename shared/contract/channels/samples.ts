import { Bytes, Floats, z } from '@shared/zod';
import { PreparationRecipe, PreparedRow } from '@shared/domain/dataset';
import { MarkChange } from '@shared/domain/marks';
import { MediaItem } from '@shared/domain/media-item';
import { DatasetId, SetName } from '@shared/domain/names';
import type { Contract } from '../peer';
import { SampleReference } from './references';

/** A filter of samples: within one facet any of the values, across facets all of them; `text` is a query (see shared/query). */
export const SampleFilter = z.strictObject({
  datasets: z.array(DatasetId),
  facets: z.record(z.string(), z.array(z.string())),
  text: z.string(),
  /** These samples and no others, such as those that were chosen on the map. */
  only: z.array(SampleReference).max(10_000).optional(),
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
  /** A clip; its tile shows its first sample. */
  video: z.boolean(),
  frame: z.int().nonnegative().nullable(),
  /** Why a person left it out of training and evaluation. */
  excluded: z.string().nullable(),
  /** A person's tags. */
  tags: z.array(z.string()),
  /** Samples in the group that the tile stands for; null where the grid shows no groups. */
  members: z.int().positive().nullable(),
});
export type SampleTile = z.infer<typeof SampleTile>;

export const Facet = z.strictObject({
  name: z.string(),
  title: z.string(),
  values: z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.int().nonnegative() })),
});
export type Facet = z.infer<typeof Facet>;

export const Grouping = z.enum(['none', 'video', 'subject']);
export type Grouping = z.infer<typeof Grouping>;

export const SampleQuery = z.strictObject({
  filter: SampleFilter,
  order: z.enum(['listed', 'shuffled']),
  /** One tile a clip, or one a subject. */
  group: Grouping.optional(),
  offset: z.int().nonnegative(),
  limit: z.int().min(0).max(2000),
});
export type SampleQuery = z.infer<typeof SampleQuery>;

export const SamplePage = z.strictObject({
  /** Tiles: samples, or groups. */
  total: z.int().nonnegative(),
  /** Samples that pass the filter. */
  samples: z.int().nonnegative(),
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
  /** Everything that preparation wrote about it: faces of a photograph, frames of a clip. */
  rows: z.array(PreparedRow),
  recipe: PreparationRecipe,
  /** Why a person left it out of training and evaluation. */
  excluded: z.string().nullable(),
  /** A person's tags; the source's own are the item's. */
  marks: z.array(z.string()),
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
  /** For `crop`: another row of the shards than the sample's first, such as a later frame of a clip. */
  row: z.int().nonnegative().optional(),
  /** For `frame` of a clip: which one; the middle one unless given. */
  frame: z.int().nonnegative().optional(),
});
export type MediaRequest = z.infer<typeof MediaRequest>;

/** How a map is laid out: along the directions of most variance, or so that neighbours stay neighbours. */
export const MapMethod = z.enum(['pca', 'umap']);
export type MapMethod = z.infer<typeof MapMethod>;

/** Samples laid out in a plane, so that what looks alike lies together. */
export const SampleMap = z.strictObject({
  /** Prepared samples that pass the filter; the map may show a part of them. */
  total: z.int().nonnegative(),
  samples: z.array(SampleReference),
  x: Floats,
  y: Floats,
  /** 1 for attacks. */
  attack: Bytes,
  /** Share of the variance that each axis shows; null where the axes have no such meaning. */
  explained: z.tuple([z.number(), z.number()]).nullable(),
});
export type SampleMap = z.infer<typeof SampleMap>;

/** Members that are handed out at most. */
const mostMembers = 5000;

export const GroupMember = z.strictObject({
  dataset: DatasetId,
  index: z.int().nonnegative(),
  /** Row of the crop; null where there is none. */
  row: z.int().nonnegative().nullable(),
  frame: z.int().nonnegative().nullable(),
});
export type GroupMember = z.infer<typeof GroupMember>;

/** What a clip is like, for going through it. */
export const ClipFacts = z.strictObject({
  /** By the file's first bytes, such as `mp4`; `hdf5` for a recording. */
  container: z.string(),
  codec: z.string(),
  frames: z.int().positive(),
  /** Null where the file does not say. */
  framesPerSecond: z.number().positive().nullable(),
  bytes: z.int().nonnegative(),
});
export type ClipFacts = z.infer<typeof ClipFacts>;

/** Bytes of a clip that are handed out at once. */
export const mostClipBytes = 4 * 1024 * 1024;

/** Samples: the browser, its facets and the inspector; pictures by id. */
export const samplesChannels = {
  'samples.query': { in: SampleQuery, out: SamplePage },
  'samples.detail': { in: SampleReference, out: SampleDetail },
  /** Depth targets `[n, 32, 32]` of up to 500 samples; samples without one are zeros. */
  'samples.depthTargets': {
    in: z.strictObject({ samples: z.array(SampleReference).max(500) }),
    out: z.strictObject({ size: z.int(), maps: z.instanceof(Uint8Array) }),
  },
  /** The pictures of a group, in order: what playing it shows. Of a clip, its prepared frames. */
  'samples.members': {
    in: SampleQuery.pick({ filter: true, order: true }).extend({ group: Grouping, cover: SampleReference }),
    out: z.strictObject({ members: z.array(GroupMember).max(mostMembers), total: z.int() }),
  },
  /** Values of a field that contain a text, with how many samples have each; for completion. */
  'samples.values': {
    in: z.strictObject({ field: z.string(), contains: z.string(), limit: z.int().min(1).max(200) }),
    out: z.strictObject({
      fields: z.array(z.string()),
      values: z.array(z.strictObject({ value: z.string(), count: z.int() })),
    }),
  },
  /** Tags or excludes samples, by name or all that pass a filter. */
  'samples.mark': {
    in: z.strictObject({
      samples: z.union([z.array(SampleReference).min(1).max(100_000), SampleFilter]),
      change: MarkChange,
    }),
    out: z.strictObject({ items: z.int().nonnegative() }),
  },
  /** Takes the newest mark back, or does it again. */
  'samples.step': {
    in: z.strictObject({ direction: z.enum(['undo', 'redo']) }),
    out: z.strictObject({ edit: z.strictObject({ change: MarkChange, items: z.int() }).nullable() }),
  },
  'samples.map': { in: z.strictObject({ filter: SampleFilter, method: MapMethod.optional() }), out: SampleMap },
  'media.clip': { in: SampleReference, out: ClipFacts },
  /** A part of a clip's file, for decoding it in the window. */
  'media.bytes': {
    in: SampleReference.extend({ from: z.int().nonnegative(), length: z.int().min(1).max(mostClipBytes) }),
    out: z.strictObject({ bytes: z.instanceof(Uint8Array) }),
  },
  'media.read': { in: MediaRequest, out: z.strictObject({ type: z.string(), bytes: z.instanceof(Uint8Array) }) },
} as const satisfies Contract;
