import { z } from '@shared/zod';
import { DatasetId, Timestamp } from './names';

/** Something that goes with a subject: what it is, where it lies, how much of it. */
export const ErasurePart = z.strictObject({
  what: z.enum([
    'items',
    'samples',
    'unfinished',
    'fingerprints',
    'check',
    'marks',
    'lists',
    'views',
    'scores',
    'logs',
    'thumbnails',
    'index',
    'trash',
  ]),
  /** Relative to the project, or a place of this machine in words. */
  where: z.string(),
  /** Items, rows, lines or files; as `what` has it. */
  count: z.int().nonnegative(),
});
export type ErasurePart = z.infer<typeof ErasurePart>;

/** What erasing a subject would take away, and what it cannot. */
export const ErasurePlan = z.strictObject({
  dataset: DatasetId,
  subject: z.string(),
  items: z.int().nonnegative(),
  parts: z.array(ErasurePart),
  /** What stays or has to be done by hand, in sentences. */
  stays: z.array(z.string()),
});
export type ErasurePlan = z.infer<typeof ErasurePlan>;

/** A line of `erasures.jsonl`: that a subject was erased, without saying who. */
export const Erasure = z.strictObject({
  at: Timestamp,
  dataset: DatasetId,
  /** SHA-256 of dataset and subject, so that an import leaves the subject out without naming anybody here. */
  subject: z.string(),
  items: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  scores: z.int().nonnegative(),
  files: z.int().nonnegative(),
});
export type Erasure = z.infer<typeof Erasure>;

const units: Readonly<Record<ErasurePart['what'], readonly [one: string, many: string]>> = {
  items: ['item of the list', 'items of the list'],
  samples: ['crop with its depth target', 'crops with their depth targets'],
  unfinished: ['unfinished preparation', 'unfinished preparations'],
  fingerprints: ['fingerprint', 'fingerprints'],
  check: ['check, to be made again', 'checks, to be made again'],
  marks: ['mark', 'marks'],
  lists: ['file name in a protocol', 'file names in a protocol'],
  views: ['sample of a saved view', 'samples of saved views'],
  scores: ['score', 'scores'],
  logs: ['line of a log that names a file', 'lines of logs that name files'],
  thumbnails: ['thumbnail', 'thumbnails'],
  index: ['line of the index', 'lines of the index'],
  trash: ['removed copy of the dataset', 'removed copies of the dataset'],
};

/** `40 crops with their depth targets`. */
export function erasureWords({ what, count }: Pick<ErasurePart, 'what' | 'count'>): string {
  return `${count} ${units[what][count === 1 ? 0 : 1]}`;
}
