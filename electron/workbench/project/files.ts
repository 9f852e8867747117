import { open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { formatVersion } from '@shared/domain/names';
import { z } from '@shared/zod';
import { systemCode, withFileErrors } from './file-errors';
import { makeFolder } from './folders';

export interface WriteOptions {
  /** Waits until the bytes are on the disk (fsync). On by default; off for what is rewritten every few seconds. */
  readonly durable?: boolean;
}

let writes = 0;

/**
 * Writes a file so that every reader sees the old bytes or the new ones, never a part: temporary file, fsync, rename.
 * @throws AppError `no-space`, `permission` naming the file; the old file is kept then
 */
export async function writeFileAtomic(
  path: string,
  contents: string | Uint8Array,
  { durable = true }: WriteOptions = {},
): Promise<void> {
  await withFileErrors('write', path, async () => {
    const temporary = `${path}.${String(process.pid)}-${String(writes++)}.tmp`;
    try {
      await makeFolder(dirname(path));
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(contents);
        if (durable) await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await removeQuietly(temporary);
      throw error;
    }
    if (durable) await syncFolder(dirname(path));
  });
}

/** What stopped the writing may stop the tidying up, too; the first error is the one to tell. */
async function removeQuietly(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

/** Makes a rename survive a power cut. Not every system lets a folder be opened; the rename is atomic all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

/** Writes a value as indented JSON, whole or not at all. */
export async function writeJson(path: string, value: unknown, options: WriteOptions = {}): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, options);
}

/**
 * Reads a JSON file through its schema.
 * @param what what the file is, for messages: `project`, `dataset`…
 * @throws AppError `not-found`, `permission`; `invalid` naming file and field; `unsupported` for a newer format
 */
export async function readJson<S extends z.ZodType>(path: string, schema: S, what = 'file'): Promise<z.output<S>> {
  const text = await withFileErrors(`read ${what}`, path, () => readFile(path, 'utf8'));
  return parseJson(text, schema, path, what);
}

/** As {@link readJson}, or undefined when there is no such file. */
export async function readJsonIfPresent<S extends z.ZodType>(
  path: string,
  schema: S,
  what = 'file',
): Promise<z.output<S> | undefined> {
  try {
    return await readJson(path, schema, what);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** JSON text through a schema; errors name `path` and the field. */
export function parseJson<S extends z.ZodType>(text: string, schema: S, path: string, what = 'file'): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `${path} is not valid JSON: ${error instanceof Error ? error.message : ''}`, {
      path,
    });
  }
  refuseNewerFormat(value, path, what);
  return checkedValue(value, schema, path);
}

const Versioned = z.looseObject({ formatVersion: z.number() });

/** @throws AppError `unsupported` naming the file and both versions when the value was written by a newer Relief */
export function refuseNewerFormat(value: unknown, path: string, what: string): void {
  const versioned = Versioned.safeParse(value);
  if (!versioned.success || versioned.data.formatVersion <= formatVersion) return;
  const found = String(versioned.data.formatVersion);
  throw new AppError(
    'unsupported',
    `${path}: this ${what} has format version ${found}; this Relief reads up to version ${String(formatVersion)}. Open it with a newer Relief.`,
    { path, found: versioned.data.formatVersion, supported: formatVersion },
  );
}

function checkedValue<S extends z.ZodType>(value: unknown, schema: S, place: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const where = field === '' ? place : `${place}, field ${field}`;
  throw new AppError('invalid', `${where}: ${issue?.message ?? 'does not have the expected form'}.`, {
    path: place,
    field,
  });
}

/** Removes a file; one that is not there is fine. */
export async function removeFile(path: string): Promise<void> {
  await withFileErrors('remove', path, async () => {
    try {
      await unlink(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  });
}

export { appendLine, readLines, type LineOptions } from './lines';
