import { z } from '@shared/zod';
import { DatasetId, JobId, SetName, SlugName, Timestamp } from './names';
import { Rate, Rates } from './rates';
import { PrintedTable } from './printed-table';
import { EpochRule, ScoreKind, ScoreLevel } from './scores';
import { TableDesign } from './table-design';
import { ThresholdPolicy } from './threshold-policy';

/**
 * What counts as one attack type in APCER's maximum: each type by itself (`print/1` and `print/2` are two), or each family
 * (both are `print`), as papers on OULU-NPU do.
 */
export const AttackGrouping = z.enum(['type', 'family']);
export type AttackGrouping = z.infer<typeof AttackGrouping>;

/** How every number of a report is made. No number is shown without it. */
export const Making = z.strictObject({
  policy: ThresholdPolicy,
  level: ScoreLevel,
  score: ScoreKind,
  epoch: EpochRule,
  /** `type` where nothing is said. */
  grouping: AttackGrouping.optional(),
});
export type Making = z.infer<typeof Making>;

/** Rows that any network has to beat: a fair coin, one score for all, and LBP with logistic regression on the same protocol. */
export const FloorKind = z.enum(['chance', 'constant', 'lbp']);
export type FloorKind = z.infer<typeof FloorKind>;

/** Rows of other papers beside one's own, and which dataset of the project each of their columns is. */
export const PublishedChoice = z.strictObject({
  /** Ids of rows, as `publishedTables` lists them. */
  rows: z.array(z.string().min(1)),
  /** Published column → dataset, such as `{ M: 'msu-mfsd' }`; a column not named here is matched by equal id. */
  columns: z.record(z.string(), DatasetId),
});
export type PublishedChoice = z.infer<typeof PublishedChoice>;

/** A row whose numbers a person types, such as the paper's own; fractions, null = not known. */
export const TypedRow = z.strictObject({
  id: SlugName,
  name: z.string().min(1).max(80),
  source: z.string().max(200),
  cells: z.array(z.strictObject({ target: DatasetId, hter: Rate, acer: Rate, auc: Rate })),
});
export type TypedRow = z.infer<typeof TypedRow>;

/** Which standard deviation stands after ±: over n − 1 (sample, the default) or over n (population). */
export const SpreadKind = z.enum(['sample', 'population']);
export type SpreadKind = z.infer<typeof SpreadKind>;

/** `reports/<name>.json`: which runs, and how their numbers are made. The numbers themselves are made from the score files. */
export const ReportDefinition = z.strictObject({
  formatVersion: z.literal(1),
  name: SlugName,
  title: z.string().min(1).max(200),
  /** Jobs; empty = every finished training job of the project. */
  runs: z.array(JobId),
  making: Making,
  /** Adds floor rows for each source combination. */
  floors: z.boolean(),
  /** Which floors; LBP alone where nothing is said. */
  floorRows: z.array(FloorKind).optional(),
  /** Names of imported score files shown as systems, marked with a dagger. */
  foreign: z.array(SlugName).optional(),
  /** With foreign scores: measure every system on the samples that all of them have (the default), or each on its own. */
  commonSubset: z.boolean().optional(),
  published: PublishedChoice.optional(),
  /** Rows typed by hand. */
  typed: z.array(TypedRow).max(20).optional(),
  /** The system that every other one is compared with (paired bootstrap, McNemar); none where nothing is said. */
  baseline: z.string().min(1).optional(),
  spread: SpreadKind.optional(),
  /** Levels and policies of the audit tables; the usual ones where nothing is said. */
  levels: z.array(ScoreLevel).max(20).optional(),
  policies: z.array(ThresholdPolicy).max(20).optional(),
  decimals: z.int().min(0).max(4),
  /** Start of the LaTeX labels; `tab:<name>` unless given. */
  label: z
    .string()
    .max(80)
    .regex(/^[A-Za-z0-9:._/-]+$/, 'a label has letters, digits and ":._/-"')
    .optional(),
  /** The tables as designed; an ablation and a train × test matrix where nobody has. */
  tables: z.array(TableDesign).max(20).optional(),
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
  /** The target is one of the sources (its test set is subject-disjoint from training all the same, unless a leak was waived). */
  sameDomain: z.boolean(),
  synthetic: z.boolean(),
  threshold: z.strictObject({
    policy: ThresholdPolicy,
    value: z.number().nullable(),
    /** The sets it was taken from, such as `O dev`; `fixed` for a fixed value. */
    from: z.string(),
    /** Set when a dataset has no dev set, so that part of its test subjects stood in for it. */
    carved: z
      .array(z.strictObject({ dataset: DatasetId, subjects: z.int().positive(), of: z.int().positive() }))
      .optional(),
  }),
  dev: Rates.nullable(),
  test: Rates,
  files: z.array(ScoreFileReference),
  /** The imported score file this system came from. */
  foreign: SlugName.optional(),
  /** The floor it is. */
  floor: FloorKind.optional(),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** Mean over seeds; sd is the report's standard deviation (sample unless it says otherwise), null when n < 2. Fractions. */
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

/** Where a row's scores come from. */
export const RowOrigin = z.enum(['run', 'floor', 'foreign']);
export type RowOrigin = z.infer<typeof RowOrigin>;

/** A row of the train × test matrix: one system trained on one combination of sources. A missing cell was not run. */
export const MatrixRow = z.strictObject({
  system: z.string(),
  floor: z.boolean(),
  origin: RowOrigin.optional(),
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
  origin: RowOrigin.optional(),
  note: z.string(),
  /** Runs behind the row; fewest over its cells. */
  n: z.int().nonnegative(),
  complete: z.boolean(),
  cells: z.array(z.strictObject({ target: DatasetId, hter: Spread.nullable(), acer: Spread.nullable() })),
  meanHter: Spread.nullable(),
  meanAcer: Spread.nullable(),
});
export type AblationRow = z.infer<typeof AblationRow>;

/** A row that was not measured here: from another paper ("published, not rerun"), or typed by hand. Fractions. */
export const ComparisonRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  year: z.int().nullable(),
  kind: z.enum(['published', 'typed']),
  /** Where the numbers stand. */
  source: z.string(),
  /** What else to know: backbone, extra data, threshold. */
  note: z.string(),
  /** Where its threshold came from, in words; null when nobody says. */
  threshold: z.string().nullable(),
  cells: z.array(
    z.strictObject({
      /** A dataset of the report, or the published column's name where it is none. */
      target: z.string(),
      /** The column as it was published, such as `OCI→M`. */
      column: z.string(),
      hter: Rate,
      acer: Rate,
      /** Standard deviation over folds, as published. */
      acerSd: Rate,
      auc: Rate,
    }),
  ),
});
export type ComparisonRow = z.infer<typeof ComparisonRow>;

/** McNemar's test on one pair of runs: samples that only one of the two decided wrongly. */
export const McNemar = z.strictObject({
  seed: z.int().nullable(),
  onlyFirstWrong: z.int().nonnegative(),
  onlySecondWrong: z.int().nonnegative(),
  /** Two-sided, exact binomial. */
  p: z.number().min(0).max(1),
});

/** Two systems on the same target, sample by sample. Differences are second − first, so negative means the second is better. */
export const SystemComparison = z.strictObject({
  first: z.string(),
  second: z.string(),
  source: z.array(DatasetId),
  target: DatasetId,
  /** Pairs of runs with equal seeds; their difference is the mean over them. */
  pairs: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  hterDifference: z.number().nullable(),
  /** 95 %, paired bootstrap over subjects. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Two-sided p of the bootstrap. */
  p: z.number().min(0).max(1).nullable(),
  mcNemar: z.array(McNemar),
  /** What to mind, such as few subjects; or why there is no number. */
  note: z.string().nullable(),
});
export type SystemComparison = z.infer<typeof SystemComparison>;

const EpochHter = z.strictObject({ epoch: z.int().positive(), hter: Rate });
/** A run on a target by three ways of choosing its epoch: public code reports the third, which looked at the test set. */
export const EpochHonesty = z.strictObject({
  run: JobId,
  system: z.string(),
  seed: z.int(),
  source: z.array(DatasetId),
  target: DatasetId,
  epochs: z.int().positive(),
  last: EpochHter,
  bestOnDev: EpochHter,
  bestOnTest: EpochHter,
  /** HTER of the last epoch less the least. */
  gap: Rate,
  /** Over the last ten epochs, or all there are; sample sd. */
  lastOnes: Spread.nullable(),
});
export type EpochHonesty = z.infer<typeof EpochHonesty>;

/** How an imported score file fits a dataset of the project. */
export const ForeignNote = z.strictObject({
  name: SlugName,
  title: z.string(),
  dataset: DatasetId,
  set: SetName,
  matched: z.int().nonnegative(),
  missing: z.int().nonnegative(),
  extra: z.int().nonnegative(),
  /** Higher meant more attack-like in the file, so its scores were turned round. */
  flipped: z.boolean(),
  originalName: z.string(),
  originalSha256: z.string(),
});
export type ForeignNote = z.infer<typeof ForeignNote>;

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
  curves: z.array(
    z.strictObject({
      far: z.array(z.number()),
      frr: z.array(z.number()),
      /** Expected performance curve: HTER at evenly spaced costs 0–1, thresholds from the dev set; empty without one. */
      epc: z.array(Rate).optional(),
    }),
  ),
  /** Runs asked for that gave no number, with the reason. */
  omitted: z.array(z.strictObject({ run: z.string(), reason: z.string() })),
  /** Rows not measured here, in the definition's order. */
  comparison: z.array(ComparisonRow).optional(),
  /** Of runs that tested after each epoch. */
  epochHonesty: z.array(EpochHonesty).optional(),
  /** Every system against the definition's baseline. */
  significance: z.array(SystemComparison).optional(),
  foreign: z.array(ForeignNote).optional(),
  /** Where foreign scores narrowed what is measured: samples that every system has, of those in the set. */
  commonSubset: z
    .array(
      z.strictObject({ dataset: DatasetId, set: SetName, samples: z.int().nonnegative(), of: z.int().nonnegative() }),
    )
    .optional(),
  spread: SpreadKind.optional(),
  /** What a reader has to know to judge the numbers, such as intervals from too few subjects. */
  warnings: z.array(z.string()).optional(),
  /** Leaks that runs were let run with: which, why, and in which runs. */
  waivers: z
    .array(z.strictObject({ runs: z.array(JobId).min(1), reason: z.string(), leaks: z.array(z.string()).min(1) }))
    .optional(),
  /** What the definition says of its tables. */
  label: z.string().optional(),
  tables: z.array(TableDesign).optional(),
  /** The tables as every format prints them; only in a written report. */
  printed: z.array(PrintedTable).optional(),
});
export type ReportData = z.infer<typeof ReportData>;

export const ReportFormat = z.enum(['latex', 'csv', 'markdown', 'xlsx', 'json', 'html']);
export type ReportFormat = z.infer<typeof ReportFormat>;

/** Figures as files: vectors with text as text, or pixels. */
export const FigureFormat = z.enum(['pdf', 'png', 'svg']);
export type FigureFormat = z.infer<typeof FigureFormat>;

/** Figures of a report: three curves a train → test pair, scores by attack type an evaluation, a matrix a system. */
export const FigureKind = z.enum(['det', 'roc', 'epc', 'scores', 'matrix']);
export type FigureKind = z.infer<typeof FigureKind>;

/** Printed width of a figure in millimetres; 84 and 174 are one and two columns of most papers. */
export const FigureWidth = z.number().min(60).max(420);
