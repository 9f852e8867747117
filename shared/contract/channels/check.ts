import { z } from '@shared/zod';
import { JudgedCheck } from '@shared/domain/check';
import { DatasetId, JobId } from '@shared/domain/names';
import type { Contract } from '../peer';
import { Nothing, SampleReference } from './references';

/** Checking datasets: what a check finds, and what people say to it. */
export const checkChannels = {
  /** Queues a check of these datasets, or of all when none is named. */
  'check.start': {
    in: z.strictObject({ datasets: z.array(DatasetId) }),
    out: z.strictObject({ job: JobId }),
  },
  /** The last check of each dataset that has been checked; findings come with their first few items. */
  'check.list': { in: Nothing, out: z.array(JudgedCheck) },
  /** The items that a finding names, as the grid finds them. */
  'check.evidence': {
    in: z.strictObject({ dataset: DatasetId, finding: z.string() }),
    out: z.strictObject({ samples: z.array(SampleReference) }),
  },
  /** Lets a finding stand for a reason; null takes that back. */
  'check.acknowledge': {
    in: z.strictObject({ finding: z.string(), reason: z.string().trim().min(1).max(400).nullable() }),
    out: Nothing,
  },
} as const satisfies Contract;
