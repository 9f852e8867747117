import { parse } from 'csv-parse/sync';
import { AppError } from '@shared/contract/errors';

/** One record of a CSV file. */
export interface CsvRow {
  readonly values: readonly string[];
  /** Its last line in the file, from 1. */
  readonly line: number;
}

export interface CsvTable {
  /** Column names in lower case, without blanks around them; each stands once. */
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * Reads CSV with a header line (RFC 4180, a byte order mark and empty lines allowed).
 * @param path for messages
 * @param needs what the header must hold, for the message about an empty file
 * @throws AppError `invalid` naming file and line
 */
export function parseCsv(text: string, path: string, needs: string): CsvTable {
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: false,
      onRecord: (record: string[], context: { lines: number }) => {
        rows.push({ values: record, line: context.lines });
        return null;
      },
    });
  } catch (error) {
    throw new AppError('invalid', `${path}: ${error instanceof Error ? error.message : String(error)}`, { path });
  }
  const [first, ...rest] = rows;
  if (!first)
    throw new AppError('invalid', `${path}: the file is empty; it needs a header line with ${needs}.`, { path });
  const header = first.values.map((name) => name.trim().toLowerCase());
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AppError('invalid', `${path}:1: column "${twice}" stands there twice.`, { path, line: 1, column: twice });
  return { header, rows: rest };
}
