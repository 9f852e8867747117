import { z } from '@shared/zod';
import { CountsBySet, ExpectedCount, Finding, ImporterName } from './dataset';

/** What a source looks like: how it could be imported, and why. */
export const SourceCandidate = z.strictObject({
  importer: ImporterName.exclude(['synthetic']),
  title: z.string(),
  /** What to name to the importer: the source itself, or a list in it. */
  path: z.string(),
  /** Why it looks like that, as a sentence. */
  why: z.string(),
  /** Share of the media files that it explains; for lists, of the rows that were looked at. */
  share: z.number().min(0).max(1),
});
export type SourceCandidate = z.infer<typeof SourceCandidate>;

/** A column of a list: some of its values, and how many different ones there are among the rows. */
export const ListColumn = z.strictObject({ name: z.string(), values: z.array(z.string()), distinct: z.int() });
export type ListColumn = z.infer<typeof ListColumn>;

/** What an import would take in, before anything is written; files themselves are not opened. */
export const ImportPreview = z.strictObject({
  /** Why it could not be read as asked; null when it can. */
  problem: z.string().nullable(),
  items: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  attackTypes: z.array(z.string()),
  /** As the import divides it: where the source names no sets, by subject. */
  counts: CountsBySet,
  /** Whether the source names the sets itself. */
  split: z.enum(['given', 'carved']),
  expected: z.array(ExpectedCount),
  polarity: z.string().nullable(),
  protocols: z.array(z.string()),
  /** The first of them, the worst on top. */
  findings: z.array(Finding),
  findingCounts: z.strictObject({ error: z.int(), warning: z.int(), info: z.int() }),
  /** Some items, spread over the list. */
  examples: z.array(
    z.strictObject({
      path: z.string(),
      subject: z.string().nullable(),
      set: z.string().nullable(),
      attackType: z.string().nullable(),
    }),
  ),
  /** The columns of a CSV list, for choosing which one holds what. */
  columns: z.array(ListColumn).nullable(),
});
export type ImportPreview = z.infer<typeof ImportPreview>;
