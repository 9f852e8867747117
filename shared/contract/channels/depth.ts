import { z } from '@shared/zod';
import { DepthExport } from '@shared/domain/depth-export';
import { DepthMeasureName, DepthMeasures } from '@shared/domain/depth-measures';
import { DepthScoreRule } from '@shared/domain/depth-score';
import { BenchedFaces, TargetBench } from '@shared/domain/target-bench';
import { ComparedWith, DepthReference } from '@shared/domain/depth-target';
import { BlockFeatures, FeaturePath, NetworkGraph } from '@shared/domain/network-graph';
import { DatasetId, JobId, SetName } from '@shared/domain/names';
import type { Contract } from '../peer';
import { SampleReference } from './references';

const DepthEpoch = z.union([z.literal('last'), z.int().positive()]);

export const DepthPrediction = z.strictObject({
  sample: SampleReference,
  subject: z.string().nullable(),
  attackType: z.string().nullable(),
  set: SetName,
  /** Side of the maps. */
  size: z.int().positive(),
  /** What the prediction is measured against. */
  target: z.instanceof(Float32Array),
  targetIs: ComparedWith,
  /** Whether the dataset has a depth of its own to be measured against. */
  ownDepth: z.enum(['drawn', 'measured']).nullable(),
  predicted: z.instanceof(Float32Array),
  measures: DepthMeasures,
  /** P(bona fide) of the classifier at its last epoch, where the run has one. */
  score: z.number().nullable(),
});
export type DepthPrediction = z.infer<typeof DepthPrediction>;

/** All samples of a set by depth error: what the galleries, ranks and the mean-depth score are made of. Columns run together. */
export const DepthRanking = z.strictObject({
  /** `last` for a run that keeps no epochs: its last checkpoint. */
  epoch: DepthEpoch,
  index: z.instanceof(Int32Array),
  bonaFide: z.instanceof(Uint8Array),
  attackTypes: z.array(z.string()),
  /** Index into `attackTypes`, -1 for bona fide. */
  attackType: z.instanceof(Int32Array),
  subjects: z.array(z.string()),
  /** One column for each measure; NaN where it does not exist. */
  measures: z.record(DepthMeasureName, z.instanceof(Float64Array)),
  /** P(bona fide) of the classifier at its last epoch; null while the run has none. */
  score: z.instanceof(Float64Array).nullable(),
});
export type DepthRanking = z.infer<typeof DepthRanking>;

/** Where a classifier's score comes from. */
export const ScoreExplanation = z.strictObject({
  /** P(bona fide). */
  score: z.number(),
  /** Of the logit; with the contributions it adds up to it. */
  bias: z.number(),
  /** What each place of the last features adds to the logit, `[side, side]`; above 0 towards bona fide. */
  contributions: z.instanceof(Float32Array),
  contributionSide: z.int().positive(),
  /** How much the score falls when a square there is covered, `[side, side]`. */
  falls: z.instanceof(Float32Array),
  fallSide: z.int().positive(),
});
export type ScoreExplanation = z.infer<typeof ScoreExplanation>;

const Box = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** A face found in a picture that belongs to no dataset, and what a run sees in it. */
export const LookedFace = z.strictObject({
  /** Forehead to chin, in picture pixels. */
  box: Box,
  /** The detector's score, 0–1. */
  detection: z.number(),
  cropSize: z.int().positive(),
  /** RGB `[cropSize, cropSize, 3]`. */
  crop: z.instanceof(Uint8Array),
  /** Side of the maps. */
  size: z.int().positive(),
  /** What the face's mesh gives: the map that a bona fide face would be trained towards. */
  target: z.instanceof(Float32Array),
  predicted: z.instanceof(Float32Array),
  measures: DepthMeasures,
  /** P(bona fide) of the classifier at its last epoch, where the run has one. */
  score: z.number().nullable(),
});
export type LookedFace = z.infer<typeof LookedFace>;

export const PictureLook = z.strictObject({
  /** Of the upright picture, in pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** Largest first. */
  faces: z.array(LookedFace),
  /** Why there is no face; null exactly when there is one. */
  failure: z.enum(['no-face', 'too-small', 'mesh-rejected']).nullable(),
  /** Wall-clock time of each stage. */
  milliseconds: z.strictObject({ decode: z.number(), faces: z.number(), depth: z.number(), score: z.number() }),
});
export type PictureLook = z.infer<typeof PictureLook>;

/** Largest encoded picture that is looked at, in bytes. */
export const largestPicture = 64 * 1024 * 1024;

/** An encoded picture (JPEG, PNG, WebP) to look at through a run. */
export const PictureToLookAt = z.strictObject({
  job: JobId,
  epoch: DepthEpoch,
  /** How messages call it. */
  name: z.string().max(300),
  bytes: z
    .instanceof(Uint8Array)
    .refine((bytes) => bytes.length <= largestPicture, 'The picture is larger than 64 MiB.'),
  /**
   * `photograph` finds every face; `first-look` does not look closer once it has found some, and is quicker; `close-up` finds
   * the largest one, quickest: for webcams and clips.
   */
  kind: z.enum(['photograph', 'first-look', 'close-up']),
});
export type PictureToLookAt = z.infer<typeof PictureToLookAt>;

/** Pseudo-depth of any sample by any kept generator. */
export const depthChannels = {
  'depth.predict': {
    in: z.strictObject({
      job: JobId,
      epoch: DepthEpoch,
      samples: z.array(SampleReference).min(1).max(64),
      against: DepthReference.optional(),
    }),
    out: z.array(DepthPrediction),
  },
  'depth.ranking': {
    in: z.strictObject({
      job: JobId,
      epoch: DepthEpoch,
      dataset: DatasetId,
      set: SetName,
      against: DepthReference.optional(),
    }),
    out: DepthRanking,
  },
  /** Why a sample's last score is what it is. */
  'depth.explain': { in: z.strictObject({ job: JobId, sample: SampleReference }), out: ScoreExplanation },
  /** The networks of a run, block by block. */
  'depth.network': { in: z.strictObject({ job: JobId }), out: NetworkGraph },
  /** What each block gives for a sample: along the classifier at its last epoch, or the generator at a kept one. */
  'depth.features': {
    in: z.strictObject({ job: JobId, epoch: DepthEpoch, sample: SampleReference, path: FeaturePath }),
    out: z.array(BlockFeatures),
  },
  /** A rule's scores of every set of the run, as a system that reports can show. */
  'depth.keepScores': {
    in: z.strictObject({
      job: JobId,
      epoch: DepthEpoch,
      rule: DepthScoreRule,
      name: z.string().min(1).max(60),
      title: z.string().max(120).optional(),
    }),
    out: z.strictObject({
      name: z.string(),
      files: z.array(
        z.strictObject({ dataset: DatasetId, set: z.enum(['dev', 'test']), samples: z.int().nonnegative() }),
      ),
    }),
  },
  /** Contact sheet, raw floats and epoch sweep as files. */
  'depth.export': {
    in: DepthExport.extend({ folder: z.string().min(1) }),
    out: z.strictObject({ files: z.array(z.string()) }),
  },
  /** Depth targets of a dataset's faces by every maker, side by side. */
  'depth.targets': { in: z.strictObject({ dataset: DatasetId, faces: BenchedFaces }), out: TargetBench },
  /** Face → depth → score of a picture from outside. Nothing of it is stored. */
  'depth.look': { in: PictureToLookAt, out: PictureLook },
} as const satisfies Contract;
