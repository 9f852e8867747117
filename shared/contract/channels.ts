import { z } from '@shared/zod';
import { CountsBySet, Dataset, ImporterName, PreparedRow } from '@shared/domain/dataset';
import { BenchReport, EngineInfo } from '@shared/domain/engine';
import { ExperimentConfig, ExperimentHead, LaunchOptions } from '@shared/domain/experiment';
import { JobEvent, JobSummary, Provenance, ScalarName } from '@shared/domain/job';
import { MediaItem } from '@shared/domain/media-item';
import { DatasetId, JobId, SetName, SlugName } from '@shared/domain/names';
import { ReportData, ReportDefinition, ReportFormat } from '@shared/domain/report';
import { SampleSize } from '@shared/domain/sample';
import { EpochRule, ScoreKind } from '@shared/domain/scores';
import type { Contract } from './peer';

const Nothing = z.strictObject({});

/** A sample of a prepared dataset: its line number in `items.jsonl` and, where a photograph has several faces, the face. */
export const SampleReference = z.strictObject({ dataset: DatasetId, index: z.int().nonnegative() });
export type SampleReference = z.infer<typeof SampleReference>;

export const ProjectInfo = z.strictObject({
  name: z.string(),
  path: z.string(),
  /** False when another window or command holds the lease: everything can be looked at, nothing changed. */
  writable: z.boolean(),
  /** Who holds it then. */
  writer: z.string().nullable(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

export const RecentProject = z.strictObject({
  name: z.string(),
  path: z.string(),
  openedAt: z.string(),
  runs: z.int().nonnegative(),
  /** The folder is no longer there. */
  missing: z.boolean(),
});
export type RecentProject = z.infer<typeof RecentProject>;

/** A filter of samples: within one facet any of the values, across facets all of them; `text` matches path, subject and tags. */
export const SampleFilter = z.strictObject({
  datasets: z.array(DatasetId),
  facets: z.record(z.string(), z.array(z.string())),
  text: z.string(),
});
export type SampleFilter = z.infer<typeof SampleFilter>;

export const SampleTile = z.strictObject({
  dataset: DatasetId,
  index: z.int().nonnegative(),
  subject: z.string().nullable(),
  attackType: z.string().nullable(),
  set: SetName,
  synthetic: z.boolean(),
  /** Has a crop and a depth target. */
  prepared: z.boolean(),
  /** Why not, when preparation has run. */
  failure: z.string().nullable(),
});
export type SampleTile = z.infer<typeof SampleTile>;

export const Facet = z.strictObject({
  name: z.string(),
  title: z.string(),
  values: z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.int().nonnegative() })),
});
export type Facet = z.infer<typeof Facet>;

export const SamplePage = z.strictObject({
  total: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  facets: z.array(Facet),
  tiles: z.array(SampleTile),
});
export type SamplePage = z.infer<typeof SamplePage>;

export const SampleDetail = z.strictObject({
  item: MediaItem,
  dataset: DatasetId,
  datasetName: z.string(),
  synthetic: z.boolean(),
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  bytes: z.int().nonnegative().nullable(),
  prepared: PreparedRow.nullable(),
  /** `[32, 32]` row-major, 0 = background, 1 = nearest; null without a sample. */
  depthTarget: z.instanceof(Float32Array).nullable(),
  /** Correlation of the mesh target with the true depth inside the face; synthetic bona fide only. */
  trueDepthCorrelation: z.number().nullable(),
});
export type SampleDetail = z.infer<typeof SampleDetail>;

export const DatasetSummary = z.strictObject({
  dataset: Dataset,
  prepared: z
    .strictObject({ samples: z.int(), failures: z.int(), counts: CountsBySet, contentHash: z.string() })
    .nullable(),
});
export type DatasetSummary = z.infer<typeof DatasetSummary>;

export const ImportRequest = z.strictObject({
  /** A folder for `folder`, a file for `csv`. */
  path: z.string().min(1),
  importer: ImporterName.exclude(['synthetic']),
  name: SlugName.optional(),
  /** Prepare (find faces, make shards) right after. */
  prepare: z.boolean(),
});

/** A problem that holds the Run button: at a field, or about the data. */
export const PlanProblem = z.strictObject({
  path: z.string(),
  message: z.string(),
  /** Values that would mend it, as assignments of the field. */
  fixes: z.array(z.strictObject({ label: z.string(), path: z.string(), value: z.unknown() })),
});
export type PlanProblem = z.infer<typeof PlanProblem>;

export const PlannedFold = z.strictObject({
  sources: z.array(DatasetId),
  targets: z.array(DatasetId),
  /** Samples by dataset: of sources train and dev, of targets test. */
  counts: z.record(z.string(), z.strictObject({ train: z.int(), dev: z.int(), test: z.int() })),
});
export type PlannedFold = z.infer<typeof PlannedFold>;

/** What launching an experiment would do, and why it cannot. */
export const Plan = z.strictObject({
  head: ExperimentHead.nullable(),
  config: ExperimentConfig.nullable(),
  problems: z.array(PlanProblem),
  /** Settings that differ from the preset. */
  changes: z.array(z.strictObject({ path: z.string(), from: z.unknown(), to: z.unknown() })),
  parameters: z
    .strictObject({ backbone: z.int(), head: z.int(), total: z.int(), generator: z.int(), discriminator: z.int() })
    .nullable(),
  folds: z.array(PlannedFold),
  runs: z.int().nonnegative(),
  /** From the engine's measured speed; null before a bench or a run. */
  secondsPerRun: z.number().nullable(),
  bytesPerRun: z.number().nullable(),
  command: z.string(),
});
export type Plan = z.infer<typeof Plan>;

export const ExperimentSummary = z.strictObject({
  name: SlugName,
  preset: z.string(),
  /** The file cannot be read as an experiment: first problem. */
  problem: z.string().nullable(),
  savedAt: z.string(),
});
export type ExperimentSummary = z.infer<typeof ExperimentSummary>;

export const JobDetail = z.strictObject({
  summary: JobSummary,
  config: ExperimentConfig.nullable(),
  provenance: Provenance.nullable(),
  events: z.array(JobEvent),
  /** Epochs of stage 1 (or of the auxiliary head) whose generator is kept and can be looked at. */
  depthEpochs: z.array(z.int().positive()),
  /** Samples of the source dev sets shown while the run trains: three bona fide, three attacks. */
  pinned: z.array(SampleReference),
  folder: z.string(),
});
export type JobDetail = z.infer<typeof JobDetail>;

/** New points of one scalar; `reset` replaces what came before (first delivery, or a resumed run that goes back a few steps). */
export const ScalarChunk = z.strictObject({
  name: ScalarName,
  reset: z.boolean(),
  step: z.instanceof(Float64Array),
  seconds: z.instanceof(Float64Array),
  value: z.instanceof(Float64Array),
});
export type ScalarChunk = z.infer<typeof ScalarChunk>;

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

/** Pictures by id: never a path from the page. `frame` is the original, `thumb` and `crop` are small JPEGs. */
export const MediaRequest = z.strictObject({
  kind: z.enum(['thumb', 'crop', 'frame']),
  dataset: DatasetId,
  index: z.int().nonnegative(),
  /** Longest side in px for `thumb`. */
  size: z.int().min(16).max(1024),
});
export type MediaRequest = z.infer<typeof MediaRequest>;

export const SystemInfo = z.strictObject({
  version: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.number(),
  freeDiskBytes: z.number().nullable(),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

/** What changed in the open project, as a nudge to read again. */
export const ProjectChange = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('datasets') }),
  z.strictObject({ what: z.literal('experiments') }),
  z.strictObject({ what: z.literal('reports') }),
  z.strictObject({ what: z.literal('queue') }),
  z.strictObject({ what: z.literal('project') }),
]);
export type ProjectChange = z.infer<typeof ProjectChange>;

/** Everything the window asks of the workbench. */
export const workbenchContract = {
  'system.info': { in: Nothing, out: SystemInfo },

  'project.current': { in: Nothing, out: ProjectInfo.nullable() },
  'project.recent': { in: Nothing, out: z.array(RecentProject) },
  'project.create': {
    in: z.strictObject({ path: z.string().min(1), name: z.string().min(1).max(120) }),
    out: ProjectInfo,
  },
  /** Creates a project with the four synthetic domains and queues the job that draws and prepares them. */
  'project.createSample': {
    in: z.strictObject({ path: z.string().min(1), size: SampleSize }),
    out: z.strictObject({ project: ProjectInfo, job: JobId }),
  },
  'project.open': { in: z.strictObject({ path: z.string().min(1) }), out: ProjectInfo },
  'project.close': { in: Nothing, out: Nothing },
  'project.changes': { in: Nothing, item: ProjectChange },

  'datasets.list': { in: Nothing, out: z.array(DatasetSummary) },
  'datasets.import': { in: ImportRequest, out: z.strictObject({ dataset: Dataset, job: JobId.nullable() }) },
  'datasets.addSynthetic': { in: z.strictObject({ size: SampleSize }), out: z.strictObject({ job: JobId }) },
  'datasets.prepare': {
    in: z.strictObject({ datasets: z.array(DatasetId).min(1) }),
    out: z.strictObject({ job: JobId }),
  },
  'datasets.remove': { in: z.strictObject({ dataset: DatasetId }), out: Nothing },

  'samples.query': {
    in: z.strictObject({
      filter: SampleFilter,
      order: z.enum(['listed', 'shuffled']),
      offset: z.int().nonnegative(),
      limit: z.int().min(0).max(2000),
    }),
    out: SamplePage,
  },
  'samples.detail': { in: SampleReference, out: SampleDetail },
  /** Depth targets `[n, 32, 32]` of up to 500 samples; samples without one are zeros. */
  'samples.depthTargets': {
    in: z.strictObject({ samples: z.array(SampleReference).max(500) }),
    out: z.strictObject({ size: z.int(), maps: z.instanceof(Uint8Array) }),
  },
  'media.read': { in: MediaRequest, out: z.strictObject({ type: z.string(), bytes: z.instanceof(Uint8Array) }) },

  'experiments.list': { in: Nothing, out: z.array(ExperimentSummary) },
  'experiments.read': { in: z.strictObject({ name: SlugName }), out: z.strictObject({ text: z.string() }) },
  /** Writes YAML text as it stands, comments kept. */
  'experiments.save': { in: z.strictObject({ name: SlugName, text: z.string().max(100_000) }), out: Nothing },
  /** Sets one field in YAML text, keeping comments and order. */
  'experiments.edit': {
    in: z.strictObject({ text: z.string().max(100_000), path: z.string(), value: z.unknown() }),
    out: z.strictObject({ text: z.string() }),
  },
  'experiments.remove': { in: z.strictObject({ name: SlugName }), out: Nothing },
  'experiments.plan': { in: z.strictObject({ text: z.string().max(100_000), launch: LaunchOptions }), out: Plan },
  'experiments.launch': {
    in: z.strictObject({ name: SlugName, text: z.string().max(100_000), launch: LaunchOptions }),
    out: z.strictObject({ jobs: z.array(JobId) }),
  },

  'jobs.list': { in: Nothing, out: z.array(JobSummary) },
  /** First every job, then each that changes; at most 4 times a second. */
  'jobs.watch': { in: Nothing, item: z.array(JobSummary) },
  'jobs.detail': { in: z.strictObject({ job: JobId }), out: JobDetail },
  'jobs.scalars': { in: z.strictObject({ job: JobId }), item: z.array(ScalarChunk) },
  'jobs.log': { in: z.strictObject({ job: JobId }), item: z.strictObject({ lines: z.array(z.string()) }) },
  'jobs.control': {
    in: z.strictObject({ job: JobId, action: z.enum(['stop', 'kill', 'resume', 'retry', 'cancel', 'to-front']) }),
    out: z.strictObject({ job: JobId }),
  },
  'queue.pause': { in: z.strictObject({ paused: z.boolean() }), out: Nothing },
  'queue.state': { in: Nothing, out: z.strictObject({ paused: z.boolean(), order: z.array(JobId) }) },

  'depth.predict': {
    in: z.strictObject({ job: JobId, epoch: DepthEpoch, samples: z.array(SampleReference).min(1).max(64) }),
    out: z.array(DepthPrediction),
  },
  'depth.ranking': {
    in: z.strictObject({ job: JobId, epoch: DepthEpoch, dataset: DatasetId, set: SetName }),
    out: DepthRanking,
  },

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

  'reports.list': { in: Nothing, out: z.array(ReportDefinition) },
  'reports.save': { in: ReportDefinition, out: Nothing },
  'reports.remove': { in: z.strictObject({ name: SlugName }), out: Nothing },
  'reports.evaluate': { in: ReportDefinition, out: ReportData },
  /** The text of one format (HTML as source). */
  'reports.preview': {
    in: z.strictObject({ definition: ReportDefinition, format: ReportFormat }),
    out: z.strictObject({ text: z.string(), command: z.string() }),
  },
  'reports.export': {
    in: z.strictObject({
      definition: ReportDefinition,
      formats: z.array(ReportFormat).min(1),
      folder: z.string().min(1),
    }),
    out: z.strictObject({ files: z.array(z.string()) }),
  },

  'engines.list': { in: Nothing, out: z.array(EngineInfo) },
  'engines.bench': { in: Nothing, out: BenchReport },
} as const satisfies Contract;

export type WorkbenchContract = typeof workbenchContract;
