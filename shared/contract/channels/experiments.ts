import { z } from '@shared/zod';
import { ExperimentConfig, ExperimentHead, LaunchOptions } from '@shared/domain/experiment';
import { DatasetId, JobId, SlugName } from '@shared/domain/names';
import { PreflightNews } from '@shared/domain/preflight';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** A problem that holds the Run button: at a field, or about the data. */
export const PlanProblem = z.strictObject({
  path: z.string(),
  message: z.string(),
  /** Values that would mend it, as assignments of the field. */
  fixes: z.array(
    z.strictObject({
      ...{ label: z.string(), path: z.string(), value: z.unknown() },
      /** A setting that is taken out as well. */
      removes: z.string().optional(),
    }),
  ),
});
export type PlanProblem = z.infer<typeof PlanProblem>;

export const PlannedFold = z.strictObject({
  sources: z.array(DatasetId),
  targets: z.array(DatasetId),
  /** Samples by dataset: of sources train and dev, of targets test. */
  counts: z.record(z.string(), z.strictObject({ train: z.int(), dev: z.int(), test: z.int() })),
  /** What its train sets share with the sets that judge it, a sentence each. */
  leaks: z.array(z.string()).optional(),
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
  /** The run that its settings were taken from, where it is still there, and in what they differ by now. */
  from: z
    .strictObject({
      job: JobId,
      name: z.string(),
      changes: z.array(z.strictObject({ path: z.string(), from: z.unknown(), to: z.unknown() })),
    })
    .optional(),
  /** Configurations that each fold and seed is run with: one, or one for each preset and point of a grid. */
  variants: z.array(z.strictObject({ experiment: SlugName, label: z.string().nullable() })).optional(),
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

/** A face of a training batch as it is stored and as it is augmented; pixels 0–255. */
export const BatchSample = z.strictObject({
  dataset: DatasetId,
  subject: z.string().nullable(),
  attackType: z.string().nullable(),
  /** What training takes it for: with permuted labels another's. */
  bonaFide: z.boolean(),
  /** `[size, size, 3]`. */
  stored: z.instanceof(Uint8Array),
  image: z.instanceof(Uint8Array),
  /** `[mapSize, mapSize]`, nearest 255. */
  storedMap: z.instanceof(Uint8Array),
  map: z.instanceof(Uint8Array),
});
export type BatchSample = z.infer<typeof BatchSample>;

/** Experiment files: reading, editing, planning and launching. */
export const experimentsChannels = {
  'experiments.list': { in: Nothing, out: z.array(ExperimentSummary) },
  'experiments.read': { in: z.strictObject({ name: SlugName }), out: z.strictObject({ text: z.string() }) },
  /** Writes YAML text as it stands, comments kept. */
  'experiments.save': { in: z.strictObject({ name: SlugName, text: z.string().max(100_000) }), out: Nothing },
  /** Sets one field in YAML text, keeping comments and order. */
  'experiments.edit': {
    in: z.strictObject({ text: z.string().max(100_000), path: z.string(), value: z.unknown() }),
    out: z.strictObject({ text: z.string() }),
  },
  /** Makes an experiment file of a run's settings, under a free name. */
  'experiments.clone': { in: z.strictObject({ job: JobId }), out: z.strictObject({ name: SlugName }) },
  'experiments.remove': { in: z.strictObject({ name: SlugName }), out: Nothing },
  'experiments.plan': { in: z.strictObject({ text: z.string().max(100_000), launch: LaunchOptions }), out: Plan },
  /** Tries a launch in a process like a job's: paths, disk, memory, a batch of each kind, a checkpoint; what it would take. */
  'experiments.preflight': {
    in: z.strictObject({ text: z.string().max(100_000), launch: LaunchOptions }),
    item: PreflightNews,
  },
  /** The first faces of a batch that the experiment trains on, RGB and depth augmented together. */
  'experiments.batch': {
    in: z.strictObject({
      text: z.string().max(100_000),
      ordinal: z.int().min(0).max(10_000),
      ofEach: z.int().min(1).max(16),
    }),
    out: z.strictObject({ size: z.int(), mapSize: z.int(), samples: z.array(BatchSample) }),
  },
  'experiments.launch': {
    in: z.strictObject({ name: SlugName, text: z.string().max(100_000), launch: LaunchOptions }),
    out: z.strictObject({ jobs: z.array(JobId) }),
  },
} as const satisfies Contract;
