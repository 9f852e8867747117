import { z } from '@shared/zod';
import { DatasetId, JobId, SetName, SlugName, Timestamp } from './names';
import { Rates } from './rates';
import { EpochRule, ScoreKind, ScoreLevel } from './scores';
import { ThresholdPolicy } from './threshold-policy';

/** How every number of a report is made. No number is shown without it. */
export const Making = z.strictObject({
  policy: ThresholdPolicy,
  level: ScoreLevel,
  score: ScoreKind,
  epoch: EpochRule,
});
export type Making = z.infer<typeof Making>;

/** `reports/<name>.json`: which runs, and how their numbers are made. The numbers themselves are made from the score files. */
export const ReportDefinition = z.strictObject({
  formatVersion: z.literal(1),
  name: SlugName,
  title: z.string().min(1).max(200),
  /** Jobs; empty = every finished training job of the project. */
  runs: z.array(JobId),
  making: Making,
  /** Adds the LBP + logistic regression floor for each source combination. */
  floors: z.boolean(),
  decimals: z.int().min(0).max(4),
  /** Start of the LaTeX labels; `tab:<name>` unless given. */
  label: z
    .string()
    .max(80)
    .regex(/^[A-Za-z0-9:._/-]+$/, 'a label has letters, digits and ":._/-"')
    .optional(),
});
export type ReportDefinition = z.infer<typeof ReportDefinition>;

export const ScoreFileReference = z.strictObject({
  dataset: DatasetId,
  set: SetName,
  /** Relative to the project. */
  path: z.string(),
  sha256: z.string(),
});

/** One run on one target: the threshold with its source, and the rates at it. */
export const Evaluation = z.strictObject({
  /** The job, or null for a floor. */
  run: JobId.nullable(),
  /** Row of the ablation: an experiment's name, or the floor's. */
  system: z.string(),
  preset: z.string().nullable(),
  seed: z.int().nullable(),
  source: z.array(DatasetId),
  target: DatasetId,
  /** The target is one of the sources (its test set is subject-disjoint from training all the same). */
  sameDomain: z.boolean(),
  synthetic: z.boolean(),
  threshold: z.strictObject({
    policy: ThresholdPolicy,
    value: z.number().nullable(),
    /** The sets it was taken from, such as `O dev`; `fixed` for a fixed value. */
    from: z.string(),
  }),
  dev: Rates.nullable(),
  test: Rates,
  files: z.array(ScoreFileReference),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** Mean over seeds; sd is the sample standard deviation, null when n < 2. Fractions. */
export const Spread = z.strictObject({ mean: z.number(), sd: z.number().nullable(), n: z.int().positive() });
export type Spread = z.infer<typeof Spread>;

export const MatrixCell = z.strictObject({
  target: DatasetId,
  sameDomain: z.boolean(),
  /** Test samples behind each seed's number. */
  bonaFide: z.int().nonnegative(),
  attacks: z.int().nonnegative(),
  hter: Spread.nullable(),
  acer: Spread.nullable(),
  auc: Spread.nullable(),
  runs: z.array(JobId),
});
export type MatrixCell = z.infer<typeof MatrixCell>;

/** A row of the train × test matrix: one system trained on one combination of sources. A missing cell was not run. */
export const MatrixRow = z.strictObject({
  system: z.string(),
  floor: z.boolean(),
  /** What distinguishes the system: the preset's summary, or what the floor is. */
  note: z.string(),
  source: z.array(DatasetId),
  /** Trainable parameters of backbone and head; null for floors. */
  parameters: z.int().nullable(),
  cells: z.array(MatrixCell),
});
export type MatrixRow = z.infer<typeof MatrixRow>;

/** A row of the ablation: a system over all its source combinations, per target (targets among the sources left out), and the mean. */
export const AblationRow = z.strictObject({
  system: z.string(),
  floor: z.boolean(),
  note: z.string(),
  /** Runs behind the row; fewest over its cells. */
  n: z.int().nonnegative(),
  complete: z.boolean(),
  cells: z.array(z.strictObject({ target: DatasetId, hter: Spread.nullable(), acer: Spread.nullable() })),
  meanHter: Spread.nullable(),
  meanAcer: Spread.nullable(),
});
export type AblationRow = z.infer<typeof AblationRow>;

/** A report with all its numbers: what the window shows and every writer writes. */
export const ReportData = z.strictObject({
  formatVersion: z.literal(1),
  name: SlugName,
  title: z.string(),
  madeAt: Timestamp,
  relief: z.string(),
  making: Making,
  decimals: z.int().min(0).max(4),
  datasets: z.array(z.strictObject({ id: DatasetId, name: z.string(), synthetic: z.boolean() })),
  /** True when any dataset is drawn: said on every table. */
  synthetic: z.boolean(),
  matrix: z.array(MatrixRow),
  ablation: z.array(AblationRow),
  evaluations: z.array(Evaluation),
  /** ROC of each evaluation in `evaluations`' order: FAR and FRR at rising thresholds, thinned to at most 400 points. */
  curves: z.array(z.strictObject({ far: z.array(z.number()), frr: z.array(z.number()) })),
  /** Runs asked for that gave no number, with the reason. */
  omitted: z.array(z.strictObject({ run: z.string(), reason: z.string() })),
});
export type ReportData = z.infer<typeof ReportData>;

export const ReportFormat = z.enum(['latex', 'csv', 'markdown', 'json', 'html']);
export type ReportFormat = z.infer<typeof ReportFormat>;
