import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '@shared/contract/errors';
import { fileError } from '@workbench/project/file-errors';
import { readRecord, type RecordLine } from './record';
import type { FileSource, SourcePackage } from './source';
import { type WheelName, parseWheelName } from './wheel-name';

/** The largest RECORD and METADATA that are read into memory. */
const largestText = 64 * 2 ** 20;

/**
 * Opens a wheel: a zip whose RECORD names every file with its size and SHA-256.
 * @throws AppError `invalid` for a file that is not a whole wheel, `not-found` where there is none
 */
export async function openWheel(path: string): Promise<SourcePackage & { readonly name: WheelName }> {
  const name = parseWheelName(basename(path));
  if (!name)
    throw new AppError('invalid', `${path} is not named as a wheel is (name-version-python-abi-platform.whl).`, {
      path,
    });
  const zip = await openZip(path);
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const information = [...entries.keys()].find((file) => /^[^/]+\.dist-info\/RECORD$/.test(file))?.split('/')[0];
    if (information === undefined) throw damaged(path, 'it holds no RECORD');
    const text = async (file: string): Promise<string> => {
      const entry = entries.get(`${information}/${file}`);
      if (!entry || entry.uncompressedSize > largestText) throw damaged(path, `it holds no readable ${file}`);
      return textOf(await zip.openReadStreamPromise(entry));
    };
    const record = readRecord(await text('RECORD'));
    const files = [...entries.values()]
      .filter(({ fileName }) => !fileName.endsWith('/') && fileName !== `${information}/RECORD`)
      .map((entry) => fileOf(zip, path, entry, record));
    return {
      name,
      origin: path,
      distribution: name.distribution,
      version: name.version,
      files,
      metadata: await text('METADATA'),
      close() {
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error instanceof AppError ? error : damaged(path, messageOf(error));
  }
}

function fileOf(zip: ZipFile, path: string, entry: Entry, record: ReadonlyMap<string, RecordLine>): FileSource {
  const line = record.get(entry.fileName);
  return {
    path: entry.fileName,
    bytes: entry.uncompressedSize,
    sha256: line?.sha256 ?? null,
    isExecutable: ((entry.externalFileAttributes >>> 16) & 0o111) !== 0,
    async open() {
      if (line !== undefined && line.bytes !== entry.uncompressedSize)
        throw damaged(
          path,
          `${entry.fileName} has ${entry.uncompressedSize} bytes, its RECORD says ${String(line.bytes)}`,
        );
      return zip.openReadStreamPromise(entry);
    },
  };
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, lazyEntries: true });
  } catch (error) {
    const known = fileError(error, 'open', path);
    throw known instanceof AppError ? known : damaged(path, messageOf(error));
  }
}

/** What to say of a wheel that is not whole. */
export function damaged(path: string, reason: string): AppError {
  return new AppError('invalid', `${path} is damaged: ${reason}. Fetch it again.`, { path });
}

/** SHA-256 of a stream, in hexadecimal. */
export async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(bufferOf(chunk));
  return hash.digest('hex');
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(bufferOf(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function bufferOf(chunk: unknown): Buffer {
  if (!Buffer.isBuffer(chunk)) throw new Error('expected bytes');
  return chunk;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
