import { z } from '@shared/zod';

/** Columns of a score file, in order. Higher score = more bona fide; an empty attack type is bona fide. */
export const scoreColumns = [
  'filename',
  'video_id',
  'frame',
  'subject',
  'attack_type',
  'score',
  'depth_score',
] as const;

/** A row of `scores/<last|best>/<dataset>.<set>.csv`. A null score is a failure to acquire (no face). */
export const ScoreRow = z.strictObject({
  filename: z.string().nullable(),
  videoId: z.string().nullable(),
  frame: z.int().nonnegative().nullable(),
  subject: z.string().nullable(),
  attackType: z.string().nullable(),
  score: z.number().nullable(),
  depthScore: z.number().nullable(),
});
export type ScoreRow = z.infer<typeof ScoreRow>;

/** How the scores of one clip become one: none (each frame counts), or a rule over its frames. */
export const ScoreLevel = z.enum(['frame', 'video:mean', 'video:median', 'video:max', 'video:min']);
export type ScoreLevel = z.infer<typeof ScoreLevel>;

export const ScoreKind = z.enum(['classifier', 'depth']);
export type ScoreKind = z.infer<typeof ScoreKind>;

/** Which epoch's weights gave the scores: the last, or the best on the source dev sets. */
export const EpochRule = z.enum(['last', 'best']);
export type EpochRule = z.infer<typeof EpochRule>;
