import { z } from '@shared/zod';
import { ExperimentConfig } from '@shared/domain/experiment';
import {
  CurveFormat,
  JobEvent,
  JobSummary,
  Provenance,
  PruneWish,
  RunDifference,
  ScalarName,
  StoredFile,
} from '@shared/domain/job';
import { JobId } from '@shared/domain/names';
import { RunMarksChange } from '@shared/domain/run-marks';
import type { Contract } from '../peer';
import { SampleReference, Nothing } from './references';

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

/** Jobs and the queue. */
export const jobsChannels = {
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
  /** Changes what is noted on jobs; gives them as they are then. */
  'jobs.mark': {
    in: z.strictObject({ jobs: z.array(JobId).min(1).max(1000), change: RunMarksChange }),
    out: z.array(JobSummary),
  },
  /** In what training runs differ: settings, and what they ran with. Values in the order of the jobs asked for. */
  'jobs.compare': {
    in: z.strictObject({ jobs: z.array(JobId).min(1).max(1000) }),
    out: z.strictObject({ settings: z.array(RunDifference), environment: z.array(RunDifference) }),
  },
  /** Checkpoints and kept epochs of a run with their sizes. */
  'jobs.stored': { in: z.strictObject({ job: JobId }), out: z.array(StoredFile) },
  /** Frees what nothing needs any more; `dryRun` only counts. */
  'jobs.prune': {
    in: z.strictObject({ job: JobId, wish: PruneWish, dryRun: z.boolean() }),
    out: z.strictObject({ bytes: z.number(), files: z.int() }),
  },
  /** Writes curves into a folder, for a table or for TensorBoard. */
  'jobs.export': {
    in: z.strictObject({ jobs: z.array(JobId).min(1).max(1000), format: CurveFormat, folder: z.string().min(1) }),
    out: z.strictObject({ files: z.array(z.string()) }),
  },
  /** Puts a waiting job before another waiting one; null is the end. */
  'queue.move': { in: z.strictObject({ job: JobId, before: JobId.nullable() }), out: Nothing },
  'queue.pause': { in: z.strictObject({ paused: z.boolean() }), out: Nothing },
  'queue.state': { in: Nothing, out: z.strictObject({ paused: z.boolean(), order: z.array(JobId) }) },
} as const satisfies Contract;
