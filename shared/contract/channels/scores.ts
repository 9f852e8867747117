import { z } from '@shared/zod';
import { DatasetId, JobId } from '@shared/domain/names';
import { FloorKind } from '@shared/domain/report';
import { EpochRule, ScoreKind, ScoreLevel } from '@shared/domain/scores';
import { ThresholdPolicy } from '@shared/domain/threshold-policy';
import type { Contract } from '../peer';

/** What rows have in common besides their class: a device, a session, a tag. `codes` point into `values`, −1 = none. */
export const ScoreFacet = z.strictObject({
  name: z.string(),
  title: z.string(),
  values: z.array(z.string()),
  codes: z.instanceof(Int32Array),
});
export type ScoreFacet = z.infer<typeof ScoreFacet>;

/** What each score belongs to; one entry a score. At a video level, the video's first frame. */
export const ScoreRows = z.strictObject({
  filenames: z.array(z.string()),
  videos: z.array(z.string()),
  subjects: z.array(z.string()),
  /** −1 where the file does not tell. */
  frames: z.instanceof(Int32Array),
  /** Line of the item in the dataset's `items.jsonl`, as samples are referred to; −1 where it is no longer there. */
  items: z.instanceof(Int32Array),
  /** Device, session and every tag with few values. */
  facets: z.array(ScoreFacet),
});
export type ScoreRows = z.infer<typeof ScoreRows>;

/** Scores of one system on one set, as typed columns; NaN = failure to acquire. */
export const ScoreColumns = z.strictObject({
  score: z.instanceof(Float64Array),
  attackTypes: z.array(z.string()),
  attackType: z.instanceof(Int32Array),
  /** By the policy asked for (a run's own unless one is named), at the same level. */
  threshold: z.number().nullable(),
  sha256: z.string(),
  rows: ScoreRows.optional(),
});
export type ScoreColumns = z.infer<typeof ScoreColumns>;

/** Whose scores: a run's, or a floor's on some sources. Exactly one. */
const system = {
  job: JobId.optional(),
  floor: z.strictObject({ kind: FloorKind, sources: z.array(DatasetId).min(1) }).optional(),
};

/** Scores of runs and floors. */
export const scoresChannels = {
  'scores.read': {
    in: z.strictObject({
      ...system,
      epoch: EpochRule,
      dataset: DatasetId,
      set: z.enum(['dev', 'test']),
      kind: ScoreKind,
      /** `frame` where nothing is said. */
      level: ScoreLevel.optional(),
      policy: ThresholdPolicy.optional(),
      /** Asks for what each score belongs to, too. */
      rows: z.boolean().optional(),
    }),
    out: ScoreColumns,
  },
} as const satisfies Contract;
