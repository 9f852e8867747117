import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { z } from '@shared/zod';
import { systemCode, withFileErrors } from './file-errors';
import { makeFolder } from './folders';

const newline = 0x0a;

/**
 * Appends one value as a line of JSON. A tail that a crash has torn off is closed first, so that it never swallows the
 * new line.
 * @throws AppError `no-space`, `permission` naming the file
 */
export async function appendLine(path: string, value: unknown): Promise<void> {
  await withFileErrors('write', path, async () => {
    await makeFolder(dirname(path));
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      const torn = size > 0 && last[0] !== newline;
      await file.appendFile(`${torn ? '\n' : ''}${JSON.stringify(value)}\n`);
    } finally {
      await file.close();
    }
  });
}

export interface LineOptions {
  /**
   * `last` (default): only a last line without its line feed may be torn, anything else that is not JSON is an error.
   * `any`: for append-only logs, where a torn line may be followed by what a later attempt wrote.
   */
  readonly torn?: 'last' | 'any';
}

/**
 * Reads a file of JSON lines through a schema; a missing file has no lines. A torn last line (a crash in the middle of
 * an append) is left out.
 * @throws AppError `invalid` naming file, line and field
 */
export async function readLines<S extends z.ZodType>(
  path: string,
  schema: S,
  { torn = 'last' }: LineOptions = {},
): Promise<z.output<S>[]> {
  const text = await withFileErrors('read', path, async () => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return '';
      throw error;
    }
  });
  return parseLines(text, schema, path, { torn });
}

/** {@link readLines} on text that is already read; `path` is for messages. */
export function parseLines<S extends z.ZodType>(
  text: string,
  schema: S,
  path: string,
  { torn = 'last' }: LineOptions = {},
): z.output<S>[] {
  const values: z.output<S>[] = [];
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const isOpenEnd = index === lines.length - 1;
    const json = parseLine(line);
    if (json === undefined) {
      if (isOpenEnd || torn === 'any') return;
      throw new AppError('invalid', `${path}:${String(index + 1)}: not a line of JSON.`, { path, line: index + 1 });
    }
    const parsed = schema.safeParse(json.value);
    if (parsed.success) {
      values.push(parsed.data);
      return;
    }
    if (isOpenEnd) return;
    const issue = parsed.error.issues[0];
    const field = issue?.path.map(String).join('.') ?? '';
    throw new AppError(
      'invalid',
      `${path}:${String(index + 1)}${field === '' ? '' : `, field ${field}`}: ${issue?.message ?? 'unexpected form'}.`,
      { path, line: index + 1, field },
    );
  });
  return values;
}

function parseLine(line: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) as unknown };
  } catch {
    return undefined; // Torn or not JSON; the caller knows which of the two it may be.
  }
}
