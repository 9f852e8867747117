import { z } from '@shared/zod';
import { ExperimentConfig } from '@shared/domain/experiment';
import { JobEvent, JobSummary, Provenance, ScalarName } from '@shared/domain/job';
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
  /** Puts a waiting job before another waiting one; null is the end. */
  'queue.move': { in: z.strictObject({ job: JobId, before: JobId.nullable() }), out: Nothing },
  'queue.pause': { in: z.strictObject({ paused: z.boolean() }), out: Nothing },
  'queue.state': { in: Nothing, out: z.strictObject({ paused: z.boolean(), order: z.array(JobId) }) },
} as const satisfies Contract;
