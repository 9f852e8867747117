import { z } from '@shared/zod';
import { DatasetId, JobId, SetName } from '@shared/domain/names';
import type { Contract } from '../peer';
import { SampleReference } from './references';

const DepthEpoch = z.union([z.literal('last'), z.int().positive()]);

/** Measures of a predicted map against its target. */
export const DepthMeasures = z.strictObject({
  meanAbsoluteError: z.number(),
  rootMeanSquareError: z.number(),
  structuralSimilarity: z.number().nullable(),
  /** Inside the target's face; null for attacks. */
  correlationInFace: z.number().nullable(),
  faceAreaIou: z.number().nullable(),
  meanDepth: z.number(),
});
export type DepthMeasures = z.infer<typeof DepthMeasures>;

export const DepthPrediction = z.strictObject({
  sample: SampleReference,
  subject: z.string().nullable(),
  attackType: z.string().nullable(),
  set: SetName,
  /** Side of the maps. */
  size: z.int().positive(),
  target: z.instanceof(Float32Array),
  predicted: z.instanceof(Float32Array),
  measures: DepthMeasures,
  /** P(bona fide) of the classifier at its last epoch, where the run has one. */
  score: z.number().nullable(),
});
export type DepthPrediction = z.infer<typeof DepthPrediction>;

/** All samples of a set by depth error: what the galleries, ranks and the mean-depth score are made of. Columns run together. */
export const DepthRanking = z.strictObject({
  epoch: z.int().positive(),
  index: z.instanceof(Int32Array),
  bonaFide: z.instanceof(Uint8Array),
  attackTypes: z.array(z.string()),
  /** Index into `attackTypes`, -1 for bona fide. */
  attackType: z.instanceof(Int32Array),
  meanAbsoluteError: z.instanceof(Float64Array),
  rootMeanSquareError: z.instanceof(Float64Array),
  structuralSimilarity: z.instanceof(Float64Array),
  correlationInFace: z.instanceof(Float64Array),
  faceAreaIou: z.instanceof(Float64Array),
  meanDepth: z.instanceof(Float64Array),
});
export type DepthRanking = z.infer<typeof DepthRanking>;

/** Pseudo-depth of any sample by any kept generator. */
export const depthChannels = {
  'depth.predict': {
    in: z.strictObject({ job: JobId, epoch: DepthEpoch, samples: z.array(SampleReference).min(1).max(64) }),
    out: z.array(DepthPrediction),
  },
  'depth.ranking': {
    in: z.strictObject({ job: JobId, epoch: DepthEpoch, dataset: DatasetId, set: SetName }),
    out: DepthRanking,
  },
} as const satisfies Contract;
