import { z } from '@shared/zod';
import { DatasetId, SlugName } from './names';

/** What a cell of a table may print; names as in {@link import('./rates').Rates}, per cent in print. */
export const TableMeasure = z.enum([
  'hter',
  'acer',
  'auc',
  'apcer-max',
  'apcer-pooled',
  'bpcer',
  'eer',
  'min-hter',
  'bpcer10',
  'bpcer20',
  'bpcer100',
  'tpr-at-fpr-10',
  'tpr-at-fpr-1',
]);
export type TableMeasure = z.infer<typeof TableMeasure>;

/** Which runs a row of systems counts: all on targets they were not trained on, or only one kind of training. */
export const TableRuns = z.enum(['across', 'leave-one-out', 'single-source', 'within']);
export type TableRuns = z.infer<typeof TableRuns>;

/** Columns between a row's name and its numbers. */
export const TableHead = z.enum(['note', 'parameters', 'n']);
export type TableHead = z.infer<typeof TableHead>;

/**
 * One table of a report as a person laid it out. Everything but the numbers: these are made from the evaluations each time.
 */
export const TableDesign = z.strictObject({
  /** End of the LaTeX label: `tab:<report>-<id>`. */
  id: SlugName,
  title: z.string().min(1).max(80),
  /** A row for each system, or for each system and combination of sources. */
  rows: z.enum(['systems', 'sources']),
  runs: TableRuns.default('across'),
  measures: z.array(TableMeasure).min(1).max(4),
  /** Targets in order; empty = every dataset that was tested on. */
  columns: z.array(DatasetId).default([]),
  columnNames: z.enum(['arrow', 'plain']).default('arrow'),
  /** Adds the mean over targets, each counting the same; only for a row of systems. */
  mean: z.boolean().default(true),
  /** Systems in order, with the name they go by; empty = all in the report's order, under their own names. */
  systems: z.array(z.strictObject({ system: z.string().min(1), label: z.string().max(120).optional() })).default([]),
  heads: z.array(TableHead).default(['note', 'n']),
  /** Rows of other papers and rows typed by hand, where the report has some. */
  comparison: z.boolean().default(true),
  /** Lets these rows be best or second too. */
  rankComparison: z.boolean().default(false),
  bold: z.boolean().default(true),
  underline: z.boolean().default(true),
  /** Digits after the point of a per cent value; the report's own where nothing is said. */
  decimals: z.int().min(0).max(4).optional(),
  spread: z.enum(['sd', 'interval', 'none']).default('sd'),
  /** In place of the caption that says how the numbers are made. */
  caption: z.string().max(2000).optional(),
  /** The whole LaTeX label, in place of the report's with the table's id. */
  label: z
    .string()
    .max(80)
    .regex(/^[A-Za-z0-9:._/-]+$/, 'a label has letters, digits and ":._/-"')
    .optional(),
  /** Printed under the table. */
  notes: z.string().max(2000).default(''),
});
export type TableDesign = z.infer<typeof TableDesign>;

/** The tables of a report that nobody has designed: systems over the targets they have not seen, and train × test. */
export const defaultTables: readonly TableDesign[] = [
  tableDesign({ id: 'ablation', title: 'Ablation', rows: 'systems', measures: ['hter', 'acer'] }),
  tableDesign({ id: 'matrix', title: 'Train × test', rows: 'sources', measures: ['hter', 'acer'] }),
];

/** A design with the defaults filled in. */
export function tableDesign(part: z.input<typeof TableDesign>): TableDesign {
  return TableDesign.parse(part);
}
