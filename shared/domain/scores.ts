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

/** Levels that lists offer. */
export const scoreLevels = [
  'frame',
  'video:mean',
  'video:median',
  'video:max',
  'video:min',
  'video:first:1',
  'video:first:5',
] as const;

/** What `--level` takes, for help and messages. */
export const scoreLevelWords = 'frame, video:mean, video:median, video:max, video:min or video:first:K';

/**
 * How the scores of one clip become one: none (each frame counts), a rule over all its frames, or the mean of its first k
 * frames that have a score (`video:first:5`).
 */
export const ScoreLevel = z
  .union(
    [
      z.enum(['frame', 'video:mean', 'video:median', 'video:max', 'video:min']),
      z.templateLiteral(['video:first:', z.int().min(1).max(9999)]),
    ],
    { error: ({ input }) => `unknown level ${JSON.stringify(input)}: use ${scoreLevelWords}` },
  )
  .refine((level) => !level.startsWith('video:first:') || /^video:first:[1-9]\d{0,3}$/.test(level), {
    error: 'a level of first frames looks like video:first:5',
  });
export type ScoreLevel = z.infer<typeof ScoreLevel>;

/** A level in words: `frame level`, `video level (median of frames)`, `video level (mean of the first 5 frames)`. */
export function describeLevel(level: ScoreLevel): string {
  if (level === 'frame') return 'frame level';
  const first = firstFrames(level);
  if (first === null) return `video level (${level.slice('video:'.length)} of frames)`;
  return first === 1 ? 'video level (first frame)' : `video level (mean of the first ${String(first)} frames)`;
}

/** The k of `video:first:k`; null for another level. */
export function firstFrames(level: ScoreLevel): number | null {
  return level.startsWith('video:first:') ? Number(level.slice('video:first:'.length)) : null;
}

export const ScoreKind = z.enum(['classifier', 'depth']);
export type ScoreKind = z.infer<typeof ScoreKind>;

/** Which epoch's weights gave the scores: the last, or the best on the source dev sets. */
export const EpochRule = z.enum(['last', 'best']);
export type EpochRule = z.infer<typeof EpochRule>;
