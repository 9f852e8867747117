import { parse } from 'csv-parse/sync';
import { AppError } from '@shared/contract/errors';
import type { ForeignFormat } from '@shared/domain/foreign-scores';
import { jsonTable } from './json-table';

/** A score file as a table of texts, whatever its layout. Columns without a name are called by their number, from 1. */
export interface ForeignTable {
  readonly format: ForeignFormat;
  readonly columns: readonly string[];
  readonly rows: readonly ForeignRow[];
}

export interface ForeignRow {
  readonly values: readonly string[];
  /** Line of the file, or number of the entry in JSON, from 1. */
  readonly line: number;
}

/** What bob's old text files call bona fide: the claimed identity is the real one. */
export const bobBonaFide = 'bona fide';

/**
 * Reads a score file of another code: CSV with or without a header (commas, semicolons or tabs), text with columns between
 * blanks, bob's four and five columns, or JSON.
 * @param name for messages
 * @throws AppError `invalid` naming the file and the line
 */
export function parseForeign(text: string, name: string, wanted?: ForeignFormat): ForeignTable {
  const content = text.replace(/^\uFEFF/, '');
  const first = content.split(/\r?\n/).find((line) => line.trim() !== '');
  if (first === undefined) throw new AppError('invalid', `${name}: the file is empty.`, { path: name });
  if (wanted === 'json' || (wanted === undefined && /^\s*[[{]/.test(content))) {
    return { format: 'json', ...jsonTable(content, name) };
  }
  const delimiter = [',', ';', '\t'].find((one) => first.includes(one));
  if (wanted === 'csv' || wanted === 'bob' || (wanted === undefined && delimiter !== undefined)) {
    if (delimiter !== undefined) return delimited(content, name, delimiter, wanted);
    if (wanted === 'csv' && !isNumber(first)) return delimited(content, name, ',', wanted);
  }
  return spaced(content, name, wanted);
}

function delimited(content: string, name: string, delimiter: string, wanted?: ForeignFormat): ForeignTable {
  const records: ForeignRow[] = [];
  try {
    parse(content, {
      delimiter,
      skip_empty_lines: true,
      trim: true,
      onRecord: (record: string[], context: { lines: number }) => {
        records.push({ values: record, line: context.lines });
        return null;
      },
    });
  } catch (error) {
    throw new AppError('invalid', `${name}: ${error instanceof Error ? error.message : String(error)}`, { path: name });
  }
  const [first] = records;
  const hasHeader = first !== undefined && !first.values.some(isNumber);
  const columns = hasHeader ? first.values : (first?.values ?? []).map((_, index) => String(index + 1));
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined)
    throw new AppError('invalid', `${name}:1: column "${twice}" stands there twice.`, { path: name, line: 1 });
  const lower = columns.map((column) => column.toLowerCase());
  const isBob = lower.includes('is_bonafide') || lower.includes('video_key');
  return { format: wanted ?? (isBob ? 'bob' : 'csv'), columns, rows: hasHeader ? records.slice(1) : records };
}

/** Columns between blanks. bob's `claimed real path score` gets a label column of its own. */
function spaced(content: string, name: string, wanted?: ForeignFormat): ForeignTable {
  const rows = content
    .split(/\r?\n/)
    .map((line, index) => ({ values: line.trim().split(/\s+/), line: index + 1 }))
    .filter(({ values }) => values[0] !== '' && !values[0]?.startsWith('#'));
  const width = rows[0]?.values.length ?? 0;
  const odd = rows.find(({ values }) => values.length !== width);
  if (odd)
    throw new AppError(
      'invalid',
      `${name}:${String(odd.line)}: ${String(odd.values.length)} columns where the first line has ${String(width)}.`,
      { path: name, line: odd.line },
    );
  if (wanted === 'bob' || (wanted === undefined && looksLikeBob(rows, width))) return bobTable(rows, width);
  return { format: 'score-label', columns: Array.from({ length: width }, (_, index) => String(index + 1)), rows };
}

function looksLikeBob(rows: readonly ForeignRow[], width: number): boolean {
  if (width !== 4 && width !== 5) return false;
  return rows.slice(0, 50).every(({ values }) => {
    const [path, score] = values.slice(-2);
    return path !== undefined && !isNumber(path) && score !== undefined && isScore(score);
  });
}

/** `claimed real path score`, or `claimed model real path score`: bona fide where claimed and real are the same. */
function bobTable(rows: readonly ForeignRow[], width: number): ForeignTable {
  const real = width === 5 ? 2 : 1;
  return {
    format: 'bob',
    columns: ['file', 'label', 'score'],
    rows: rows.map(({ values, line }) => ({
      values: [
        values[width - 2] ?? '',
        values[0] === values[real] ? bobBonaFide : (values[real] ?? ''),
        values[width - 1] ?? '',
      ],
      line,
    })),
  };
}

/** A finite number. */
export function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** What may stand in a score column: a number, or nothing (no face). */
export function isScore(text: string): boolean {
  return isNumber(text) || /^(nan|none|null|na|)$/i.test(text.trim());
}
