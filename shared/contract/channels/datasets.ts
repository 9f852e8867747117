import { z } from '@shared/zod';
import { CountsBySet, Dataset, ImporterName } from '@shared/domain/dataset';
import { DatasetId, JobId, SlugName } from '@shared/domain/names';
import { SampleSize } from '@shared/domain/sample';
import type { Contract } from '../peer';
import { Nothing } from './references';

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

/** Importing, preparing and removing datasets. */
export const datasetsChannels = {
  'datasets.list': { in: Nothing, out: z.array(DatasetSummary) },
  'datasets.import': { in: ImportRequest, out: z.strictObject({ dataset: Dataset, job: JobId.nullable() }) },
  'datasets.addSynthetic': { in: z.strictObject({ size: SampleSize }), out: z.strictObject({ job: JobId }) },
  'datasets.prepare': {
    in: z.strictObject({ datasets: z.array(DatasetId).min(1) }),
    out: z.strictObject({ job: JobId }),
  },
  'datasets.remove': { in: z.strictObject({ dataset: DatasetId }), out: Nothing },
} as const satisfies Contract;
