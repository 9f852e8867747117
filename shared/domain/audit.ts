import { z } from '@shared/zod';
import { Rate, Rates } from './rates';
import { ScoreLevel } from './scores';
import { ThresholdPolicy } from './threshold-policy';

const Threshold = z.strictObject({ policy: ThresholdPolicy, value: z.number().nullable(), from: z.string() });

/** One rule for the frames of a video, and what it makes of the same score file. */
export const LevelAudit = z.strictObject({ level: ScoreLevel, threshold: Threshold, test: Rates });
export type LevelAudit = z.infer<typeof LevelAudit>;

/** One threshold policy on the same scores. */
export const PolicyAudit = z.strictObject({
  policy: ThresholdPolicy,
  oracle: z.boolean(),
  threshold: Threshold,
  test: Rates,
});
export type PolicyAudit = z.infer<typeof PolicyAudit>;

/** The same scores by the rules of a published code. Fractions; null where that code gives none. */
export const CodebaseAudit = z.strictObject({
  codebase: z.enum(['ssdg', 'cdcn', 'celeba-spoof']),
  title: z.string(),
  source: z.string(),
  /** What it does otherwise. */
  differences: z.array(z.string()),
  threshold: z.number().nullable(),
  from: z.enum(['dev', 'test']).nullable(),
  apcer: Rate,
  bpcer: Rate,
  acer: Rate,
  hter: Rate,
  eer: Rate,
  attacksFound: z.strictObject({ '0.01': Rate, '0.005': Rate, '0.001': Rate }).nullable(),
});
export type CodebaseAudit = z.infer<typeof CodebaseAudit>;

/** How scores of one class vary within and between its videos. */
export const ClassFrameSpread = z.strictObject({
  videos: z.int().nonnegative(),
  frames: z.int().nonnegative(),
  /** Mean over videos of the variance of a video's frames. */
  variance: z.number().nonnegative().nullable(),
  /** Variance of the videos' means. */
  betweenVideos: z.number().nonnegative().nullable(),
  /** Mean over videos of (mean score − 1 for bona fide, − 0 for attacks); null when a score lies outside [0, 1]. */
  bias: z.number().nullable(),
  /** Videos whose frames fall on both sides of the threshold. */
  split: z.int().nonnegative().nullable(),
});
export type ClassFrameSpread = z.infer<typeof ClassFrameSpread>;

/** Bias and variance over the frames of videos. */
export const FrameSpread = z.strictObject({ bonaFide: ClassFrameSpread, attacks: ClassFrameSpread });
export type FrameSpread = z.infer<typeof FrameSpread>;

/** What levels, policies and other codes make of one score file. */
export const EvaluationAudit = z.strictObject({
  levels: z.array(LevelAudit),
  policies: z.array(PolicyAudit),
  codebases: z.array(CodebaseAudit),
  /** Null without videos. */
  frames: FrameSpread.nullable(),
  /** Why there are no video levels; null when there are. */
  note: z.string().nullable(),
});
export type EvaluationAudit = z.infer<typeof EvaluationAudit>;
