import { readFile } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import { formatVersion } from '@shared/domain/names';
import { z } from '@shared/zod';
import { withFileErrors } from './file-errors';
import { refuseNewerFormat } from './files';

/** Brings a project folder from one format version to the next; must leave either version whole if it is cut off. */
export interface Migration {
  readonly from: number;
  readonly describe: string;
  migrate(folder: string): Promise<void>;
}

/** Format 1 is the first one; the next change adds its step here. */
export const migrations: readonly Migration[] = [];

const Versioned = z.looseObject({ formatVersion: z.int() });

/**
 * Looks at a project's format version before anything else is read.
 * @returns how many steps an older project must go; 0 when it is current
 * @throws AppError `unsupported` for a newer project (or an older one without a way), `invalid` for something else
 */
export async function checkFormat(projectFile: string, steps: readonly Migration[] = migrations): Promise<number> {
  const text = await withFileErrors('read project', projectFile, () => readFile(projectFile, 'utf8'));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('invalid', `${projectFile} is not valid JSON.`, { path: projectFile });
  }
  refuseNewerFormat(value, projectFile, 'project');
  const versioned = Versioned.safeParse(value);
  if (!versioned.success)
    throw new AppError('invalid', `${projectFile}, field formatVersion: missing or not a whole number.`, {
      path: projectFile,
      field: 'formatVersion',
    });
  const found = versioned.data.formatVersion;
  for (let version = found; version < formatVersion; version++) {
    if (!steps.some((step) => step.from === version))
      throw new AppError(
        'unsupported',
        `${projectFile}: format version ${String(found)} cannot be brought to version ${String(formatVersion)}.`,
        { path: projectFile, found, supported: formatVersion },
      );
  }
  return formatVersion - found;
}

/** Migrates step by step; the caller holds the lease. */
export async function migrate(
  folder: string,
  fromVersion: number,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  for (let version = fromVersion; version < formatVersion; version++) {
    const step = steps.find((candidate) => candidate.from === version);
    if (!step) throw new Error(`no migration from version ${String(version)}`);
    await step.migrate(folder);
  }
}
