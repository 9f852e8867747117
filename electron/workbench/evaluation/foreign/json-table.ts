import { AppError } from '@shared/contract/errors';
import { z } from '@shared/zod';

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Cells = z.array(Cell);
const Entry = z.record(z.string(), z.unknown());

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly values: readonly string[]; readonly line: number }[];
}

/**
 * The shapes in which scores are kept as JSON: a list of objects or of lists, an object of columns
 * (`{"scores": […], "labels": […]}`), or an object by id whose values are a score, a list or an object.
 * @throws AppError `invalid` naming the file and the entry
 */
export function jsonTable(content: string, name: string): Table {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new AppError('invalid', `${name} is not valid JSON: ${error instanceof Error ? error.message : ''}`, {
      path: name,
    });
  }
  const list = z.array(z.unknown()).safeParse(value);
  if (list.success) return fromEntries(list.data, name);
  const object = Entry.safeParse(value);
  if (!object.success) throw shapeError(name, 1);
  const columns = z.record(z.string(), Cells).safeParse(value);
  const lengths = columns.success ? Object.values(columns.data).map(({ length }) => length) : [];
  const isTable = lengths.length > 1 && (lengths[0] ?? 0) > 4 && lengths.every((length) => length === lengths[0]);
  if (columns.success && isTable) return fromColumns(columns.data);
  return fromIds(Object.entries(object.data), name);
}

function fromEntries(entries: readonly unknown[], name: string): Table {
  const lists = z.array(Cells).safeParse(entries);
  if (lists.success) {
    const width = Math.max(0, ...lists.data.map(({ length }) => length));
    return {
      columns: Array.from({ length: width }, (_, index) => String(index + 1)),
      rows: lists.data.map((cells, index) => ({ values: cells.map(textOf), line: index + 1 })),
    };
  }
  return tableOf(
    entries.map((entry, index) => entryOf(entry, name, index + 1)),
    [],
  );
}

function fromColumns(columns: Readonly<Record<string, readonly z.infer<typeof Cell>[]>>): Table {
  const names = Object.keys(columns);
  const length = columns[names[0] ?? '']?.length ?? 0;
  return {
    columns: names,
    rows: Array.from({ length }, (_, index) => ({
      values: names.map((column) => textOf(columns[column]?.[index] ?? null)),
      line: index + 1,
    })),
  };
}

function fromIds(entries: readonly (readonly [id: string, value: unknown])[], name: string): Table {
  const rows = entries.map(([id, value], index) => {
    const cell = Cell.safeParse(value);
    if (cell.success) return { id, score: textOf(cell.data) };
    const cells = Cells.safeParse(value);
    if (cells.success) return { id, ...Object.fromEntries(cells.data.map((one, at) => [String(at + 1), textOf(one)])) };
    return { id, ...entryOf(value, name, index + 1) };
  });
  return tableOf(rows, ['id']);
}

function entryOf(value: unknown, name: string, line: number): Record<string, string> {
  const entry = Entry.safeParse(value);
  if (!entry.success) throw shapeError(name, line);
  const cells: Record<string, string> = {};
  for (const [key, inner] of Object.entries(entry.data)) {
    const cell = Cell.safeParse(inner);
    if (cell.success) cells[key] = textOf(cell.data);
  }
  return cells;
}

function tableOf(rows: readonly Readonly<Record<string, string>>[], first: readonly string[]): Table {
  const columns = [...new Set([...first, ...rows.flatMap((row) => Object.keys(row))])];
  return {
    columns,
    rows: rows.map((row, index) => ({ values: columns.map((column) => row[column] ?? ''), line: index + 1 })),
  };
}

function textOf(cell: z.infer<typeof Cell>): string {
  return cell === null ? '' : String(cell);
}

function shapeError(name: string, entry: number): AppError {
  return new AppError(
    'invalid',
    `${name}, entry ${String(entry)}: expected scores as a list of objects, a list of lists, or an object by file or video id.`,
    { path: name, line: entry },
  );
}
