import { z } from '@shared/zod';
import { DatasetId, SlugName, Timestamp } from './names';

/** Layouts of score files that other codes write. */
export const ForeignFormat = z.enum(['bob', 'score-label', 'json', 'csv']);
export type ForeignFormat = z.infer<typeof ForeignFormat>;

/** What a higher score means in the file. */
export const ScorePolarity = z.enum(['higher-is-bona-fide', 'higher-is-attack']);
export type ScorePolarity = z.infer<typeof ScorePolarity>;

/** How rows find their media item: by file name, by video id, or (files without ids) by the order of the dataset's list. */
export const ForeignJoin = z.enum(['file', 'video', 'order']);
export type ForeignJoin = z.infer<typeof ForeignJoin>;

/** Which column holds what. Columns without a name are called by their number, from 1. */
export const ForeignColumns = z.strictObject({
  score: z.string().min(1),
  file: z.string().min(1).optional(),
  video: z.string().min(1).optional(),
  frame: z.string().min(1).optional(),
  label: z.string().min(1).optional(),
});
export type ForeignColumns = z.infer<typeof ForeignColumns>;

/** How a file is to be read; what is not given is found out, and never guessed where it decides a number. */
export const ForeignChoice = z.strictObject({
  dataset: DatasetId,
  set: z.enum(['dev', 'test']),
  format: ForeignFormat.optional(),
  columns: ForeignColumns.partial().optional(),
  join: ForeignJoin.optional(),
  polarity: ScorePolarity.optional(),
});
export type ForeignChoice = z.infer<typeof ForeignChoice>;

/** How the labels of a file go with the classes of the dataset. */
export const LabelCount = z.strictObject({
  value: z.string(),
  bonaFide: z.int().nonnegative(),
  attacks: z.int().nonnegative(),
});

export const ForeignWarning = z.strictObject({
  kind: z.enum(['polarity', 'labels', 'missing', 'extra', 'failures', 'level']),
  message: z.string(),
});
export type ForeignWarning = z.infer<typeof ForeignWarning>;

/** What a file holds and how it fits the dataset, before or after it is taken in. */
export const ForeignFit = z.strictObject({
  format: ForeignFormat,
  /** All columns of the file, with a few values each. */
  found: z.array(z.strictObject({ name: z.string(), examples: z.array(z.string()) })),
  columns: ForeignColumns,
  join: ForeignJoin,
  rows: z.int().nonnegative(),
  /** Ids (files or videos) of the set that have a score, lack one, and that the set does not know. */
  matched: z.int().nonnegative(),
  missing: z.int().nonnegative(),
  extra: z.int().nonnegative(),
  missingIds: z.array(z.string()),
  extraIds: z.array(z.string()),
  /** Samples without a number for a score. */
  failures: z.int().nonnegative(),
  labels: z.array(LabelCount),
  /** Of the scores as the file has them, on the common subset; null where a class is missing. */
  aucAsGiven: z.number().min(0).max(1).nullable(),
  polarity: ScorePolarity,
  /** Scores are turned round: higher meant more attack-like. */
  flipped: z.boolean(),
  /** Why it cannot be taken in as it stands; null when it can. */
  refusal: z.string().nullable(),
  warnings: z.array(ForeignWarning),
});
export type ForeignFit = z.infer<typeof ForeignFit>;

/** One imported file: a line of `foreign.json`. */
export const ForeignFile = z.strictObject({
  dataset: DatasetId,
  set: z.enum(['dev', 'test']),
  /** Score file in the project's own columns, relative to the project. */
  path: z.string(),
  sha256: z.string(),
  originalName: z.string(),
  originalSha256: z.string(),
  importedAt: Timestamp,
  /** Scores of erased people that are no longer in it. */
  erased: z.int().positive().optional(),
  fit: ForeignFit.omit({ found: true, refusal: true }),
});
export type ForeignFile = z.infer<typeof ForeignFile>;

/** `scores/foreign-<name>/foreign.json`: a system whose scores were made elsewhere. */
export const ForeignSystem = z.strictObject({
  formatVersion: z.literal(1),
  name: SlugName,
  title: z.string().min(1).max(80),
  /** Datasets it was trained on, where somebody says so. */
  sources: z.array(DatasetId),
  note: z.string().max(400),
  files: z.array(ForeignFile),
});
export type ForeignSystem = z.infer<typeof ForeignSystem>;
