import {
  DepthPrediction,
  DepthRanking,
  PictureLook,
  PictureToLookAt,
  SampleReference,
  ScoreExplanation,
} from '@shared/contract/channels';
import type { Contract } from '@shared/contract/peer';
import { BenchReport, EngineInfo } from '@shared/domain/engine';
import { BlockFeatures, FeaturePath } from '@shared/domain/network-graph';
import { DatasetId, JobId, SetName } from '@shared/domain/names';
import { DepthReference } from '@shared/domain/depth-target';
import { BenchedFaces, TargetBench } from '@shared/domain/target-bench';
import { z } from '@shared/zod';

const Epoch = z.union([z.literal('last'), z.int().positive()]);

/** What the workbench asks of the inspector: a plain Node process that holds an engine, prepared data and predictors. */
export const inspectorContract = {
  predict: {
    in: z.strictObject({
      project: z.string(),
      job: JobId,
      epoch: Epoch,
      samples: z.array(SampleReference),
      against: DepthReference,
    }),
    out: z.array(DepthPrediction),
  },
  ranking: {
    in: z.strictObject({
      project: z.string(),
      job: JobId,
      epoch: Epoch,
      dataset: DatasetId,
      set: SetName,
      against: DepthReference,
    }),
    out: DepthRanking,
  },
  look: { in: PictureToLookAt.extend({ project: z.string() }), out: PictureLook },
  explain: {
    in: z.strictObject({ project: z.string(), job: JobId, sample: SampleReference }),
    out: ScoreExplanation,
  },
  features: {
    in: z.strictObject({ project: z.string(), job: JobId, epoch: Epoch, sample: SampleReference, path: FeaturePath }),
    out: z.array(BlockFeatures),
  },
  targets: {
    in: z.strictObject({ project: z.string(), dataset: DatasetId, faces: BenchedFaces }),
    out: TargetBench,
  },
  engines: { in: z.strictObject({}), out: z.array(EngineInfo) },
  bench: { in: z.strictObject({}), out: BenchReport },
} as const satisfies Contract;
