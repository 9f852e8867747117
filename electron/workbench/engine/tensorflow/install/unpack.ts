import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@shared/contract/errors';
import { fileError } from '@workbench/project/file-errors';
import { makeFolder } from '@workbench/project/folders';
import { isWithin } from '@workbench/project/within';
import type { FileSource } from './source';
import { damaged } from './wheel';

export interface UnpackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a package's file below a folder, and holds it to the SHA-256 that the package's RECORD gives.
 * @param origin the package, for messages
 * @throws AppError `invalid` where content and RECORD differ, `no-space`, `permission`, `cancelled`
 */
export async function unpackFile(
  source: FileSource,
  folder: string,
  origin: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (count: number) => void },
): Promise<UnpackedFile> {
  if (source.sha256 === null) throw damaged(origin, `its RECORD has no SHA-256 of ${source.path}`);
  const target = resolve(folder, source.path);
  if (!isWithin(resolve(folder), target)) throw damaged(origin, `it names a file outside itself, ${source.path}`);
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  try {
    await makeFolder(dirname(target));
    await pipeline(await source.open(), meter, createWriteStream(target), { signal });
    if (source.isExecutable) await chmod(target, 0o755);
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', 'The installation was stopped; nothing of it was kept.');
    const known = fileError(error, 'write', target);
    if (known instanceof AppError) throw known;
    throw damaged(origin, `${source.path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== source.sha256)
    throw damaged(origin, `${source.path} has SHA-256 ${sha256}, its RECORD says ${source.sha256}`);
  return { path: source.path, bytes, sha256 };
}

/** What files will take, unpacked. */
export function totalBytes(files: readonly FileSource[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
