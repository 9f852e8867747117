import type { ComparisonRow, ReportDefinition, TypedRow } from '@shared/domain/report';
import { AppError } from '@shared/contract/errors';
import { type PublishedRow, type PublishedTable, publishedTables } from '@shared/domain/published-tables';

/**
 * Rows of a report that were not measured here, in the definition's order: published ones, then those typed by hand. A
 * published column stands under the dataset that the definition names for it, else under the dataset of equal id, else under
 * its own name.
 * @param datasets ids of the report's datasets
 * @throws AppError `not-found` for an unknown row, naming the table's rows
 */
export function comparisonRows(
  { published, typed }: Pick<ReportDefinition, 'published' | 'typed'>,
  datasets: readonly string[],
): ComparisonRow[] {
  const rows = (published?.rows ?? []).map((id) => publishedRow(id, published?.columns ?? {}, datasets));
  return [...rows, ...(typed ?? []).map(typedRow)];
}

function publishedRow(
  id: string,
  columns: Readonly<Record<string, string>>,
  datasets: readonly string[],
): ComparisonRow {
  const { table, row } = findPublished(id);
  return {
    id,
    name: row.name,
    year: row.year,
    kind: 'published',
    source: table.source,
    note: row.note,
    threshold: row.threshold ?? table.threshold,
    cells: table.columns.flatMap((column) => {
      const value = row.values[column.id];
      if (!value) return [];
      const same = datasets.find((dataset) => dataset.toLowerCase() === column.id.toLowerCase());
      return {
        target: columns[column.id] ?? same ?? column.id,
        column: column.label,
        hter: fraction(value.hter),
        acer: fraction(value.acer),
        acerSd: fraction(value.acerSd),
        auc: fraction(value.auc),
      };
    }),
  };
}

function typedRow({ id, name, source, cells }: TypedRow): ComparisonRow {
  return {
    id,
    name,
    year: null,
    kind: 'typed',
    source,
    note: '',
    threshold: null,
    cells: cells.map(({ target, hter, acer, auc }) => ({ target, column: target, hter, acer, acerSd: null, auc })),
  };
}

function findPublished(id: string): { table: PublishedTable; row: PublishedRow } {
  for (const table of publishedTables) {
    const row = table.rows.find((one) => one.id === id);
    if (row) return { table, row };
  }
  const known = publishedTables.flatMap(({ rows }) => rows.map((row) => row.id));
  throw new AppError('not-found', `There is no published row "${id}"; there are ${known.join(', ')}.`, { row: id });
}

/** Per cent as printed to a fraction: the double nearest to the decimal, which a division would miss. */
function fraction(perCent: number | undefined): number | null {
  return perCent === undefined ? null : Number(`${String(perCent)}e-2`);
}
