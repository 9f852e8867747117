import { z } from '@shared/zod';
import { DepthTarget } from './depth-target';
import { DatasetId } from './names';

const Maps = z.partialRecord(DepthTarget, z.instanceof(Float32Array));

/** One bona fide face with the target that each maker gives it. */
export const BenchedFace = z.strictObject({
  /** Line of the item in its dataset. */
  index: z.int().nonnegative(),
  path: z.string(),
  subject: z.string().nullable(),
  /** Degrees; null without a mesh. */
  yaw: z.number().nullable(),
  /** RGB `[cropSize, cropSize, 3]`; null where no face was found. */
  crop: z.instanceof(Uint8Array).nullable(),
  /** `[32, 32]` in [0, 1] of each maker that gave one. */
  maps: Maps,
});
export type BenchedFace = z.infer<typeof BenchedFace>;

/** How a maker did over all faces. */
export const BenchedMaker = z.strictObject({
  maker: DepthTarget,
  made: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** Why the first failure failed. */
  failure: z.string().nullable(),
  /** Median wall-clock time of a picture, finding the face among it; null when it made none. */
  milliseconds: z.number().nullable(),
  /** Median of making the map alone. */
  ownMilliseconds: z.number().nullable(),
  /** Means over the faces that have a depth of their own, against it; null without any. */
  agreement: z
    .strictObject({
      faces: z.int().positive(),
      correlationInFace: z.number().nullable(),
      meanAbsoluteError: z.number(),
      faceAreaIou: z.number().nullable(),
    })
    .nullable(),
});
export type BenchedMaker = z.infer<typeof BenchedMaker>;

/** HTER of the runs that were trained towards each maker's targets, everything else being equal. */
export const TargetEffect = z.strictObject({
  system: z.string(),
  sources: z.array(DatasetId),
  target: DatasetId,
  /** Mean HTER in [0, 1] and number of runs, by maker. */
  hter: z.partialRecord(DepthTarget, z.strictObject({ mean: z.number(), runs: z.int().positive() })),
});
export type TargetEffect = z.infer<typeof TargetEffect>;

/** Rows that tell something: those with runs towards more than one kind of target. */
export function comparedEffects(effects: readonly TargetEffect[]): TargetEffect[] {
  return effects.filter(({ hter }) => Object.keys(hter).length > 1);
}

/** Depth targets by different makers on the same crops, what they cost, and what runs made of them. */
export const TargetBench = z.strictObject({
  dataset: DatasetId,
  cropSize: z.int().positive(),
  /** Side of the maps. */
  size: z.int().positive(),
  /** Where the dataset's own depth comes from; null where it has none. */
  ownDepth: z.enum(['drawn', 'measured']).nullable(),
  faces: z.array(BenchedFace),
  makers: z.array(BenchedMaker),
  effects: z.array(TargetEffect),
});
export type TargetBench = z.infer<typeof TargetBench>;

/** Faces that a bench looks at. */
export const BenchedFaces = z.int().min(1).max(64);
