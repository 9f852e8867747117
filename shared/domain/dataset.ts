import { z } from '@shared/zod';
import { defaultFrameRule, FrameRule } from './frame-rule';
import { DepthTarget } from './depth-target';
import { Box } from './media-item';
import { DatasetId, SetName, Timestamp } from './names';

export const FindingSeverity = z.enum(['error', 'warning', 'info']);

/** Something a person should know about a dataset: a rejected file, a count that does not match, a missing set. */
export const Finding = z.strictObject({
  kind: z.string().min(1),
  severity: FindingSeverity,
  /** File (relative to the root), with `:line` where a line is meant; null when it is about the whole. */
  path: z.string().nullable(),
  message: z.string().min(1),
});
export type Finding = z.infer<typeof Finding>;

/** Public datasets that Relief knows by their layout on disk. */
export const layoutNames = [
  'oulu-npu',
  'casia-fasd',
  'replay-attack',
  'replay-mobile',
  'msu-mfsd',
  'siw',
  'celeba-spoof',
  'nuaa',
  'rose-youtu',
  'lcc-fasd',
  'casia-surf',
  'wmca',
  '3dmad',
  'siw-mv2',
] as const;
export const LayoutName = z.enum(layoutNames);
export type LayoutName = z.infer<typeof LayoutName>;

export const ImporterName = z.enum([...layoutNames, 'folder', 'csv', 'bob-csv', 'ssdg-json', 'fas-list', 'synthetic']);
export type ImporterName = z.infer<typeof ImporterName>;

export const SyntheticDomain = z.enum(['R', 'C', 'M', 'O']);
export type SyntheticDomain = z.infer<typeof SyntheticDomain>;

/** What draws a synthetic domain; the same values give the same bytes. */
export const SynthesisOptions = z.strictObject({
  domain: SyntheticDomain,
  subjects: z.int().min(4).max(500),
  /** Bona fide images; as many attacks are drawn, spread over the domain's attack types. */
  bonaFideImages: z.int().min(8).max(100_000),
  /** K: scales the fine structure of attacks (grid, halftone, reflection). 1 hard, 2.5 normal, 4 easy. */
  strength: z.number().min(0.25).max(8),
  seed: z.int().nonnegative(),
});
export type SynthesisOptions = z.infer<typeof SynthesisOptions>;

export const DatasetOrigin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), root: z.string().min(1) }),
  z.strictObject({ kind: z.literal('csv'), root: z.string().min(1), file: z.string().min(1) }),
  z.strictObject({ kind: z.literal('synthetic'), options: SynthesisOptions }),
]);

export const SetCounts = z.strictObject({ bonaFide: z.int().nonnegative(), attack: z.int().nonnegative() });
export type SetCounts = z.infer<typeof SetCounts>;

/** Counts of every set that has items. */
export const CountsBySet = z.partialRecord(SetName, SetCounts);
export type CountsBySet = z.infer<typeof CountsBySet>;

/** How many items the source says it has; null where it does not say. `set` null is the whole dataset. */
export const ExpectedCount = z.strictObject({
  set: SetName.nullable(),
  bonaFide: z.int().nonnegative().nullable(),
  attack: z.int().nonnegative().nullable(),
  total: z.int().nonnegative(),
});
export type ExpectedCount = z.infer<typeof ExpectedCount>;

/** What a dataset's terms and its people allow, as its keeper has looked it up; checked whenever something leaves the project. */
export const Licence = z.strictObject({
  /** Its name, or where it is written. */
  name: z.string().max(400),
  use: z.enum(['unknown', 'free', 'research', 'no-publication']),
  consent: z.enum(['unknown', 'given', 'not-given']),
});
export type Licence = z.infer<typeof Licence>;

export const unknownLicence: Licence = { name: '', use: 'unknown', consent: 'unknown' };

/** `datasets/<id>/dataset.json`. */
export const Dataset = z.strictObject({
  formatVersion: z.literal(1),
  id: DatasetId,
  name: z.string().min(1),
  importer: ImporterName,
  origin: DatasetOrigin,
  /** Drawn, not photographed: said wherever it is shown. */
  synthetic: z.boolean(),
  /** Take the largest face only: the source promises one subject an image. */
  oneSubjectPerImage: z.boolean(),
  /** Who decided the sets: the source itself, or Relief (by subject, 50/20/30 %). */
  split: z.enum(['given', 'carved']),
  createdAt: Timestamp,
  counts: CountsBySet,
  attackTypes: z.array(z.string()),
  subjects: z.int().nonnegative(),
  findings: z.array(Finding),
  /** What the source should hold, to be set beside {@link counts}. */
  expected: z.array(ExpectedCount).optional(),
  /** What the source's own labels mean, and what was made of them. */
  polarity: z.string().optional(),
  licence: Licence.optional(),
});
export type Dataset = z.infer<typeof Dataset>;

/** How faces become training samples. Its hash names the folder of shards. */
export const PreparationRecipe = z.strictObject({
  /** Side of the RGB crop. */
  cropSize: z.int().min(64).max(256).multipleOf(16).meta({ unit: 'px' }),
  /** Side of the crop over the face's size. */
  cropScale: z.number().min(1).max(3).meta({ unit: '×' }),
  /** Rotate so that the eyes lie level. */
  align: z.boolean(),
  /** Side of the pseudo-depth map. */
  depthSize: z.literal(32).meta({ unit: 'px' }),
  detector: z.enum(['full-range']),
  /** Which frames of a clip become samples; says nothing about photographs. */
  frames: FrameRule.default(defaultFrameRule),
  /** What depth targets of bona fide faces are made of. */
  depthTarget: DepthTarget.default('mesh'),
});
export type PreparationRecipe = z.infer<typeof PreparationRecipe>;

export const defaultRecipe: PreparationRecipe = {
  cropSize: 128,
  cropScale: 1.5,
  align: true,
  depthSize: 32,
  detector: 'full-range',
  frames: defaultFrameRule,
  depthTarget: 'mesh',
};

/** Why a media item gave no sample. */
export const FailureReason = z.enum([
  'missing',
  'no-permission',
  'empty',
  'unreadable',
  'not-an-image',
  'truncated',
  'too-large',
  'corrupt',
  'too-small',
  'no-face',
  'mesh-rejected',
  'not-a-video',
  'no-frame',
  'timed-out',
  'no-decoder',
  'no-depth',
]);
export type FailureReason = z.infer<typeof FailureReason>;

/** A line of `rows.jsonl`: where the sample of a media item lies, or the reason why there is none. */
export const PreparedRow = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    item: z.string(),
    /** Nth face of the photograph or frame, largest first. */
    face: z.int().nonnegative(),
    /** Frame of the clip, from 0; absent for photographs. */
    frame: z.int().nonnegative().optional(),
    /** The frame that the rule wanted, where its face was only found in a later one. */
    wantedFrame: z.int().nonnegative().optional(),
    /** Row in the shards: shard `floor(row / 1024)`. */
    row: z.int().nonnegative(),
    box: Box,
    /** Null for a given box. */
    detectorScore: z.number().nullable(),
    /** Mesh network's probability of a face; null where no mesh was fitted (attacks with a given box). */
    meshFlag: z.number().nullable(),
    /** Degrees; null without a mesh. */
    yaw: z.number().nullable(),
    pitch: z.number().nullable(),
    /** Centre, side and clockwise turn (radians) of the square that was cut out, in image pixels. */
    region: z.strictObject({
      centreX: z.number(),
      centreY: z.number(),
      side: z.number().positive(),
      rotation: z.number(),
    }),
    /** Outer eye corners, nose tip and mouth corners in image pixels; empty without a mesh. */
    landmarks: z.array(z.tuple([z.number(), z.number()])),
  }),
  z.strictObject({
    ok: z.literal(false),
    item: z.string(),
    /** Frame of the clip that the rule wanted; absent for photographs, and for clips that cannot be read at all. */
    frame: z.int().nonnegative().optional(),
    reason: FailureReason,
    message: z.string(),
  }),
]);
export type PreparedRow = z.infer<typeof PreparedRow>;
export type PreparedSample = Extract<PreparedRow, { ok: true }>;

/** `shard.json`: what the shards beside it hold. */
export const ShardInfo = z.strictObject({
  formatVersion: z.literal(1),
  recipe: PreparationRecipe,
  samples: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  rowsPerShard: z.int().positive(),
  /** SHA-256 over what the list said about the items when they were prepared; a list that changed since is prepared anew. */
  itemsHash: z.string().optional(),
  /** What decoded the clips; null without clips. */
  videoDecoder: z.string().nullable().optional(),
  /** SHA-256 over crops, depth and rows: the data's name in provenance and stage keys. */
  contentHash: z.string(),
});
export type ShardInfo = z.infer<typeof ShardInfo>;
