import { z } from '@shared/zod';
import { DatasetId, JobId, SlugName } from './names';
import { TableDesign, TableMeasure } from './table-design';

/** A number ready to print, with what it was printed from. */
export const PrintedRate = z.strictObject({
  /** Per cent, fixed digits: `19.6`. */
  text: z.string(),
  /** What follows it: `0.9` after ±, or `18.1–21.0` as an interval; null for nothing. */
  spread: z.string().nullable(),
  /** The mean as a fraction, at full precision. */
  value: z.number(),
  sd: z.number().nullable(),
  /** 95 % interval as fractions where the design asks for one. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** 0 where it was not measured here. */
  n: z.int().nonnegative(),
  rank: z.enum(['best', 'second']).nullable(),
});
export type PrintedRate = z.infer<typeof PrintedRate>;

export const PrintedCell = z.strictObject({
  /** One entry a measure of the design. */
  rates: z.array(PrintedRate.nullable()),
  sameDomain: z.boolean(),
  /** Runs behind the cell. */
  n: z.int().nonnegative(),
  /** Test samples behind each run's number; null for a mean over targets. */
  samples: z.strictObject({ bonaFide: z.int(), attacks: z.int() }).nullable(),
  runs: z.array(JobId),
});
export type PrintedCell = z.infer<typeof PrintedCell>;

export const PrintedRow = z.strictObject({
  system: z.string(),
  /** The name the table prints. */
  label: z.string(),
  note: z.string(),
  origin: z.enum(['run', 'floor', 'foreign', 'published', 'typed']),
  /** Where numbers come from that are no runs': a file, a paper, a person. */
  made: z.string(),
  /** Where its threshold came from, in words, when the report's policy is not what made it. */
  threshold: z.string().optional(),
  /** What it was trained on; null in a row over all sources. */
  sources: z.array(DatasetId).nullable(),
  parameters: z.int().nullable(),
  floor: z.boolean(),
  /** False: not all of its runs are there, so it is shown grey and left out of the ranking. */
  complete: z.boolean(),
  /** Fewest runs over the row's cells; 0 when none ran. */
  n: z.int().nonnegative(),
  /** One entry a column; null = not run. */
  cells: z.array(PrintedCell.nullable()),
});
export type PrintedRow = z.infer<typeof PrintedRow>;

/** A table before it becomes LaTeX, Markdown, a sheet or a page: numbers are printed here, once, so all formats agree. */
export const PrintedTable = z.strictObject({
  id: SlugName,
  title: z.string(),
  /** The whole LaTeX label. */
  label: z.string(),
  measures: z.array(TableMeasure),
  /** Which standard deviation stands after ±. */
  spread: z.enum(['sample', 'population']),
  columns: z.array(z.strictObject({ label: z.string(), target: DatasetId.nullable() })),
  rows: z.array(PrintedRow),
  /** What has to stand below it whatever its design says, such as a waived leak. */
  remarks: z.array(z.string()).optional(),
  design: TableDesign,
});
export type PrintedTable = z.infer<typeof PrintedTable>;
