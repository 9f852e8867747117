import { EngineChoice, Reproducibility } from './engine';
import { z } from '@shared/zod';
import { DepthTarget } from './depth-target';
import { DatasetId, JobId, SlugName, Timestamp } from './names';
import { PreparationRecipe, SynthesisOptions } from './dataset';
import { RunMarks } from './run-marks';
import { SlurmPlace, SlurmSettings } from './slurm';

export const JobKind = z.enum(['prepare', 'train', 'check']);
export type JobKind = z.infer<typeof JobKind>;

/** `stalled` is never stored: it is what a reader calls a running job whose beat is old. */
export const JobState = z.enum([
  'queued',
  'starting',
  'running',
  'stopping',
  'stopped',
  'done',
  'failed',
  'crashed',
  'stalled',
]);
export type JobState = z.infer<typeof JobState>;

/** What a prepare job does for one dataset: draw it when it is synthetic and not drawn yet, then find faces and make shards. */
export const PrepareTask = z.strictObject({
  dataset: DatasetId,
  synthesis: SynthesisOptions.nullable(),
  recipe: PreparationRecipe,
});
export type PrepareTask = z.infer<typeof PrepareTask>;

const JobHead = {
  formatVersion: z.literal(1),
  id: JobId,
  number: z.int().positive(),
  /** What a person reads: `pretrain-gan O→RCM s1`. */
  name: z.string().min(1),
  createdAt: Timestamp,
  /** Runs launched together. */
  group: SlugName.nullable(),
  /** The job this one retries. */
  parent: JobId.nullable(),
};

/** `job.json`: written once when the job is queued. A training job's settings lie beside it in `config.json`. */
export const Job = z.discriminatedUnion('kind', [
  z.strictObject({
    ...JobHead,
    kind: z.literal('prepare'),
    tasks: z.array(PrepareTask).min(1),
    /** What computes the face models; `wasm` unless given, whose crops are the same bits on every host. */
    engine: EngineChoice.optional(),
  }),
  z.strictObject({
    ...JobHead,
    kind: z.literal('train'),
    experiment: SlugName,
    preset: SlugName,
    seed: z.int(),
    sources: z.array(DatasetId).min(1),
    targets: z.array(DatasetId),
    /** What tells it from other runs of its experiment in a grid, such as `stage1.l1Weight=10`. */
    variant: z.string().max(400).optional(),
    /** What Slurm is asked for; absent for a run on this machine. */
    slurm: SlurmSettings.optional(),
  }),
  z.strictObject({ ...JobHead, kind: z.literal('check'), datasets: z.array(DatasetId).min(1) }),
]);
export type Job = z.infer<typeof Job>;
export type TrainJob = Extract<Job, { kind: 'train' }>;
export type PrepareJob = Extract<Job, { kind: 'prepare' }>;
export type CheckJob = Extract<Job, { kind: 'check' }>;

/** Whether a job in this state has (or is being given) a process. */
export function isActive(state: JobState): boolean {
  return state === 'starting' || state === 'running' || state === 'stopping' || state === 'stalled';
}

/** How far a job is; `steps` counts over all its phases, so that done / steps is the whole job's share. */
export const Progress = z.strictObject({
  /** `synthesis`, `faces`, `files`, `shortcuts`, `comparing`, `stage-1`, `stage-2`, `scores`. */
  phase: z.string(),
  done: z.number().nonnegative(),
  steps: z.number().positive(),
  epoch: z.int().nonnegative().nullable(),
  epochs: z.int().nonnegative().nullable(),
  imagesPerSecond: z.number().nonnegative().nullable(),
  /** Share of the time that training spends waiting for its data, smoothed. */
  dataWaiting: z.number().min(0).max(1).nullish(),
  secondsLeft: z.number().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;

/** `beat.json`: rewritten every two seconds by a thread of the job, so that a hung loop and a dead process tell apart. */
export const Beat = z.strictObject({
  host: z.string(),
  pid: z.int().positive(),
  /** Kernel start time of the process where known, so that a reused pid is not taken for the job. */
  processStart: z.string().nullable(),
  attempt: z.int().positive(),
  time: Timestamp,
  progress: Progress.nullable(),
  /** Resident memory in bytes, CPU seconds since start, engine heap in bytes, live tensors. */
  resources: z.strictObject({
    residentBytes: z.number(),
    cpuSeconds: z.number(),
    engineBytes: z.number().nullable(),
    tensors: z.number().nullable(),
  }),
});
export type Beat = z.infer<typeof Beat>;

/** `request.json`: a wish, polled by the job between steps. */
export const JobRequest = z.strictObject({ wish: z.enum(['stop', 'kill']), at: Timestamp });
export type JobRequest = z.infer<typeof JobRequest>;

/** A line of `events.jsonl`. */
export const JobEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('state'),
    at: Timestamp,
    state: JobState.exclude(['stalled']),
    message: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal('attempt'),
    at: Timestamp,
    attempt: z.int().positive(),
    fromStep: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('epoch'),
    at: Timestamp,
    stage: z.union([z.literal(1), z.literal(2)]),
    /** Counted within the stage, from 1. */
    epoch: z.int().positive(),
    /** Global step after this epoch, counted over both stages. */
    step: z.int().nonnegative(),
    values: z.record(z.string(), z.number().nullable()),
  }),
  z.strictObject({
    type: z.literal('checkpoint'),
    at: Timestamp,
    step: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    best: z.boolean(),
  }),
  z.strictObject({ type: z.literal('stage-reused'), at: Timestamp, key: z.string() }),
  z.strictObject({
    type: z.literal('finding'),
    at: Timestamp,
    severity: z.enum(['info', 'warning', 'error']),
    message: z.string(),
  }),
]);
export type JobEvent = z.infer<typeof JobEvent>;

/** Test sets after an epoch of stage 2, each at the source dev sets' EER threshold of that epoch. Fractions. */
export const EpochTest = z.strictObject({
  epoch: z.int().positive(),
  tests: z.array(
    z.strictObject({
      dataset: DatasetId,
      hter: z.number().nullable(),
      acer: z.number().nullable(),
      auc: z.number().nullable(),
    }),
  ),
});
export type EpochTest = z.infer<typeof EpochTest>;

/** `result.json` of a training job: written last, when everything else is on disk. */
export const TrainResult = z.strictObject({
  kind: z.literal('train'),
  /** Backbone and head: what runs at inference. */
  parameters: z.int().positive(),
  steps: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  epochs: z.strictObject({ stage1: z.int(), stage2: z.int(), best: z.int() }),
  /** Dev HTER at the dev EER threshold, last epoch; null when a class is missing. */
  devHter: z.number().nullable(),
  devAuc: z.number().nullable(),
  /** Score files written, relative to the job folder. */
  scores: z.array(
    z.strictObject({
      epoch: z.enum(['last', 'best']),
      dataset: DatasetId,
      set: z.enum(['dev', 'test']),
      path: z.string(),
      sha256: z.string(),
      rows: z.int(),
      /** Scores of erased people that are no longer in it. */
      erased: z.int().positive().optional(),
    }),
  ),
  /** Only with `evaluation.testEveryEpoch`. */
  epochTests: z.array(EpochTest).optional(),
  /** What the depth targets of its sources were made of; `mesh` where nothing is said. */
  depthTarget: DepthTarget.optional(),
  /** What its train sets share with the sets that judge it, and why a person let it run all the same. */
  waived: z.strictObject({ reason: z.string(), leaks: z.array(z.string()).min(1) }).optional(),
});
export type TrainResult = z.infer<typeof TrainResult>;

export const PrepareResult = z.strictObject({
  kind: z.literal('prepare'),
  seconds: z.number().nonnegative(),
  datasets: z.array(
    z.strictObject({ dataset: DatasetId, samples: z.int(), failures: z.int(), contentHash: z.string() }),
  ),
});
/** What the findings are is kept with the datasets (`check.json`). */
export const CheckResult = z.strictObject({
  kind: z.literal('check'),
  seconds: z.number().nonnegative(),
  datasets: z.array(z.strictObject({ dataset: DatasetId, errors: z.int(), warnings: z.int(), infos: z.int() })),
});
export const JobResult = z.discriminatedUnion('kind', [TrainResult, PrepareResult, CheckResult]);
export type JobResult = z.infer<typeof JobResult>;

/** `provenance.json`: what ran, where, on what. */
export const Provenance = z.strictObject({
  relief: z.string(),
  node: z.string(),
  platform: z.string(),
  host: z.string(),
  cpu: z.string(),
  engine: z
    .strictObject({
      ...{ name: z.string(), build: z.string(), threads: z.int(), device: z.string() },
      /** What `compute.reproducible` promised, where it was asked. */
      reproducibility: Reproducibility.nullish(),
    })
    .nullable(),
  seed: z.int().nullable(),
  data: z.array(z.strictObject({ dataset: DatasetId, contentHash: z.string() })),
  configHash: z.string().nullable(),
  command: z.string(),
  /** The source that Relief ran from; absent in a packaged Relief, which is told by its version. */
  code: z
    .strictObject({
      commit: z.string(),
      /** Files changed since it, at most fifty named. */
      changed: z.array(z.string()),
      /** SHA-256 of the change; null without one. */
      diffHash: z.string().nullable(),
    })
    .optional(),
});
export type Provenance = z.infer<typeof Provenance>;

/** In what runs differ: a setting or a fact of where and with what they ran, with one value for each run. */
export const RunDifference = z.strictObject({ path: z.string(), values: z.array(z.unknown()) });
export type RunDifference = z.infer<typeof RunDifference>;

/** What lies in a run's folder for going on or looking back. */
export const StoredFile = z.strictObject({
  kind: z.enum(['checkpoint', 'epoch']),
  /** Global step of a checkpoint, number of an epoch. */
  at: z.int().nonnegative(),
  roles: z.array(z.enum(['last', 'best'])),
  bytes: z.int().nonnegative(),
  /** Of these, what only going on training needs: the optimizer's moments. */
  momentBytes: z.int().nonnegative(),
});
export type StoredFile = z.infer<typeof StoredFile>;

/** What is to be pruned of a run; weights of the last and the best checkpoint and the newest epoch always stay. */
export const PruneWish = z.strictObject({
  /** Which epochs' generators stay besides the newest: every so many, or none. Null touches none. */
  keepEvery: z.int().min(0).max(1000).nullable(),
  /** Optimizer moments that nothing will go on from. */
  moments: z.boolean(),
});
export type PruneWish = z.infer<typeof PruneWish>;

export const CurveFormat = z.enum(['csv', 'tensorboard']);
export type CurveFormat = z.infer<typeof CurveFormat>;

/** What lists show of a job. */
export const JobSummary = z.strictObject({
  job: Job,
  state: JobState,
  /** Why it failed, crashed or waits. */
  message: z.string().nullable(),
  progress: Progress.nullable(),
  attempt: z.int().nonnegative(),
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  result: JobResult.nullable(),
  /** The newest beat, with the resources of the process; null before the first. */
  beat: Beat.nullable().optional(),
  /** Where Slurm has it; absent for a run that was not handed to it. */
  slurm: SlurmPlace.optional(),
  /** What a person has noted on it; absent for nothing. */
  marks: RunMarks.optional(),
});
export type JobSummary = z.infer<typeof JobSummary>;

/** Scalars a training job logs, `scalars/<name>.f64`: triples (step, seconds since the run's first start, value). */
export const scalarNames = [
  'generator-loss',
  'discriminator-loss',
  'depth-l1',
  'classifier-loss',
  'dev-hter',
  'dev-auc',
  'dev-depth-hter',
  'learning-rate',
  'images-per-second',
  'data-waiting',
  'cpu-cores',
  'memory',
  'engine-memory',
] as const;
export const ScalarName = z.enum(scalarNames);
export type ScalarName = z.infer<typeof ScalarName>;

/** What people read in place of a scalar's name, and whether the value is a rate in [0, 1] that is shown in per cent. */
export const scalarWords: Readonly<Record<ScalarName, { readonly title: string; readonly rate: boolean }>> = {
  'generator-loss': { title: 'Generator loss', rate: false },
  'discriminator-loss': { title: 'Discriminator loss', rate: false },
  'depth-l1': { title: 'Depth L1', rate: false },
  'classifier-loss': { title: 'Classifier loss', rate: false },
  'dev-hter': { title: 'Dev HTER', rate: true },
  'dev-auc': { title: 'Dev AUC', rate: false },
  'dev-depth-hter': { title: 'Dev HTER by depth', rate: true },
  'learning-rate': { title: 'Learning rate', rate: false },
  'images-per-second': { title: 'Images per second', rate: false },
  'data-waiting': { title: 'Waiting for data', rate: true },
  'cpu-cores': { title: 'CPU cores in use', rate: false },
  memory: { title: 'Memory, GB', rate: false },
  'engine-memory': { title: 'Engine memory, GB', rate: false },
};
