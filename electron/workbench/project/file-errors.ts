import { AppError, type ErrorCode } from '@shared/contract/errors';

const codes: Readonly<Record<string, { code: ErrorCode; says: string }>> = {
  ENOSPC: { code: 'no-space', says: 'the disk is full' },
  EDQUOT: { code: 'no-space', says: 'the disk quota is used up' },
  EACCES: { code: 'permission', says: 'permission denied' },
  EPERM: { code: 'permission', says: 'permission denied' },
  EROFS: { code: 'permission', says: 'the file system is read-only' },
  ENOENT: { code: 'not-found', says: 'no such file or folder' },
  ENOTDIR: { code: 'invalid', says: 'a part of the path is not a folder' },
  EISDIR: { code: 'invalid', says: 'this is a folder, not a file' },
  EEXIST: { code: 'conflict', says: 'it exists already' },
  EIO: { code: 'not-found', says: 'the disk does not answer' },
  ENODEV: { code: 'not-found', says: 'the disk is not there' },
  ENXIO: { code: 'not-found', says: 'the disk is not there' },
  ESTALE: { code: 'not-found', says: 'the network share is gone' },
  ENOTCONN: { code: 'not-found', says: 'the network share is gone' },
  EHOSTDOWN: { code: 'not-found', says: 'the network share is gone' },
  ENAMETOOLONG: { code: 'invalid', says: 'the name is too long' },
  EMFILE: { code: 'internal', says: 'too many open files' },
};

/** The operating system's code of a file error (`ENOENT`…), or undefined for any other value. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * A file error as a person should read it: what was tried, on which file, and why it failed. Errors that are not the
 * file system's come back as they are.
 * @param action what was tried, such as `read` or `write`
 */
export function fileError(error: unknown, action: string, path: string): unknown {
  if (error instanceof AppError) return error;
  const known = codes[systemCode(error) ?? ''];
  if (!known) return error;
  return new AppError(known.code, `Cannot ${action} ${path}: ${known.says}.`, { path });
}

/** Runs file work; what the file system refuses becomes an {@link AppError} naming the file. */
export async function withFileErrors<T>(action: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, action, path);
  }
}
