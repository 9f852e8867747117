import { z } from '@shared/zod';
import { DatasetId, JobId } from '@shared/domain/names';
import { EpochRule, ScoreKind } from '@shared/domain/scores';
import type { Contract } from '../peer';

/** Scores of one run on one set, as typed columns; NaN = failure to acquire. */
export const ScoreColumns = z.strictObject({
  score: z.instanceof(Float64Array),
  attackTypes: z.array(z.string()),
  attackType: z.instanceof(Int32Array),
  /** The named dev set's threshold by the report's policy. */
  threshold: z.number().nullable(),
  sha256: z.string(),
});
export type ScoreColumns = z.infer<typeof ScoreColumns>;

/** Scores of runs. */
export const scoresChannels = {
  'scores.read': {
    in: z.strictObject({
      job: JobId,
      epoch: EpochRule,
      dataset: DatasetId,
      set: z.enum(['dev', 'test']),
      kind: ScoreKind,
    }),
    out: ScoreColumns,
  },
} as const satisfies Contract;
