import { type FileHandle, open, realpath } from 'node:fs/promises';
import { extname, isAbsolute, relative, resolve, sep } from 'node:path';

/** What the page may consist of. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const largestFile = 64 * 1024 * 1024;

export type BundleFile =
  | { readonly status: 200; readonly type: string; readonly bytes: Uint8Array }
  | { readonly status: 400 | 403 | 404 | 413 | 415 };

/**
 * Reads the file that an `app://bundle/…` address names, if it lies inside the bundle's folder when all links are
 * followed. The file is opened once and what was opened is what is judged and read.
 * @param folder the built page
 * @param address as requested; the query is ignored
 */
export async function readBundleFile(folder: string, address: string): Promise<BundleFile> {
  const path = pathOf(address);
  if (path === null) return { status: 400 };
  const type = contentTypes[extname(path)];
  if (type === undefined) return { status: 415 };
  const root = await realpath(folder);
  let target: string;
  try {
    target = await realpath(resolve(root, `.${path}`));
  } catch {
    return { status: isInside(root, resolve(root, `.${path}`)) ? 404 : 403 };
  }
  if (!isInside(root, target)) return { status: 403 };
  let file: FileHandle | undefined;
  try {
    file = await open(target, 'r');
    const { size } = await file.stat();
    if (size > largestFile) return { status: 413 };
    return { status: 200, type, bytes: await file.readFile() };
  } catch {
    return { status: 404 };
  } finally {
    await file?.close();
  }
}

/** The decoded path with its leading slash; null for a foreign host or a path that cannot be one. */
function pathOf(address: string): string | null {
  try {
    const { host, pathname } = new URL(address);
    const path = decodeURIComponent(pathname);
    if (host !== 'bundle' || path.includes('\0') || path.includes('\\')) return null;
    return path === '/' || path === '' ? '/index.html' : path;
  } catch {
    return null;
  }
}

function isInside(root: string, target: string): boolean {
  const way = relative(root, target);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
