import { z } from '@shared/zod';
import { CountsBySet, Dataset, ImporterName, Licence } from '@shared/domain/dataset';
import { ImportPreview, SourceCandidate } from '@shared/domain/import-preview';
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

/** Which column of a foreign CSV list holds what; a label column comes with the values that mean bona fide. */
export const ColumnMapping = z.strictObject({
  path: z.string().optional(),
  label: z.strictObject({ column: z.string(), bonaFide: z.array(z.string()).min(1) }).optional(),
  attackType: z.string().optional(),
  subject: z.string().optional(),
  session: z.string().optional(),
  device: z.string().optional(),
  set: z.string().optional(),
  video: z.string().optional(),
  frame: z.string().optional(),
});
export type ColumnMapping = z.infer<typeof ColumnMapping>;

export const ImportRequest = z.strictObject({
  /** A folder, or the file of a list. */
  path: z.string().min(1),
  importer: ImporterName.exclude(['synthetic']),
  name: SlugName.optional(),
  /** Lists: the folder that their paths are relative to; the list's own unless given. */
  root: z.string().min(1).optional(),
  columns: ColumnMapping.optional(),
  /** Prepare (find faces, make shards) right after. */
  prepare: z.boolean(),
});

export type ImportRequest = z.infer<typeof ImportRequest>;

/** Importing, preparing and removing datasets. */
export const datasetsChannels = {
  /** How a folder or list could be imported, the likeliest first. */
  'datasets.recognise': {
    in: z.strictObject({ path: z.string().min(1) }),
    out: z.strictObject({ candidates: z.array(SourceCandidate) }),
  },
  /** What an import would take in; writes nothing. */
  'datasets.preview': { in: ImportRequest.omit({ name: true, prepare: true }), out: ImportPreview },
  'datasets.list': { in: Nothing, out: z.array(DatasetSummary) },
  'datasets.import': { in: ImportRequest, out: z.strictObject({ dataset: Dataset, job: JobId.nullable() }) },
  'datasets.addSynthetic': { in: z.strictObject({ size: SampleSize }), out: z.strictObject({ job: JobId }) },
  'datasets.prepare': {
    in: z.strictObject({ datasets: z.array(DatasetId).min(1) }),
    out: z.strictObject({ job: JobId }),
  },
  'datasets.noteLicence': { in: z.strictObject({ dataset: DatasetId, licence: Licence }), out: Nothing },
  'datasets.remove': { in: z.strictObject({ dataset: DatasetId }), out: Nothing },
} as const satisfies Contract;
