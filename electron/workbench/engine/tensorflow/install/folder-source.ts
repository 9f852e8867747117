import { createReadStream } from 'node:fs';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { systemCode, withFileErrors } from '@workbench/project/file-errors';
import { readRecord } from './record';
import type { FileSource, SourcePackage } from './source';
import { normalizedName } from './wheel-name';

/** What is taken of a folder of installed packages. */
const packages = /^(tensorflow(_cpu)?|nvidia_.+)$/;

/**
 * TensorFlow and CUDA's packages as they lie unpacked in a folder (`site-packages` of an environment, or an unpacked wheel):
 * what their RECORDs name.
 * @throws AppError `not-found`, `permission`; `invalid` where no such package lies there
 */
export async function openInstalled(folder: string): Promise<SourcePackage[]> {
  const names = await withFileErrors('read', folder, () => readdir(folder));
  const found: SourcePackage[] = [];
  for (const name of names.sort()) {
    const [, distribution = '', version = ''] = /^(.+)-([^-]+)\.dist-info$/.exec(name) ?? [];
    if (packages.test(normalizedName(distribution)))
      found.push(await openPackage(folder, name, normalizedName(distribution), version));
  }
  return found;
}

async function openPackage(
  folder: string,
  information: string,
  distribution: string,
  version: string,
): Promise<SourcePackage> {
  const text = (file: string): Promise<string> =>
    withFileErrors('read', join(folder, information, file), () => readFile(join(folder, information, file), 'utf8'));
  const record = readRecord(await text('RECORD'));
  const files: FileSource[] = [];
  for (const [path, { sha256, bytes }] of record) {
    // What is not hashed was made on the spot, and what leads out of the folder is no library.
    if (sha256 === null || bytes === null || path.split('/').includes('..') || path.startsWith('/')) continue;
    files.push(fileOf(folder, path, sha256, bytes));
  }
  return { origin: folder, distribution, version, files, metadata: await text('METADATA'), close: () => undefined };
}

function fileOf(folder: string, path: string, sha256: string, bytes: number): FileSource {
  const place = join(folder, path);
  return {
    ...{ path, bytes, sha256, isExecutable: path.includes('/bin/') },
    async open() {
      const { size } = await withFileErrors('read', place, () => stat(place));
      if (size !== bytes)
        throw new AppError('invalid', `${place} has ${size} bytes, its RECORD says ${bytes}: it is damaged.`, {
          path: place,
        });
      return createReadStream(place, { highWaterMark: 2 ** 20 });
    },
  };
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (systemCode(error) !== undefined) return false;
    throw error;
  }
}
