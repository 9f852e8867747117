import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { ListedItem, Listing } from './importer';
import { clipExtensions, pictureExtensions } from './media-kinds';

const bonaFideNames = new Set(['bona-fide', 'bonafide', 'bona_fide', 'live', 'real', 'genuine']);
const attackNames = new Set(['attack', 'attacks', 'spoof', 'fake']);
const setNames: ReadonlyMap<string, SetName> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['dev', 'dev'],
  ['devel', 'dev'],
  ['development', 'dev'],
  ['val', 'dev'],
  ['validation', 'dev'],
  ['test', 'test'],
  ['testing', 'test'],
  ['eval', 'test'],
  ['evaluation', 'test'],
]);

/** Whether a folder's name says the class of what lies in it. */
export function isClassFolder(name: string): boolean {
  const plain = name.toLowerCase();
  return bonaFideNames.has(plain) || attackNames.has(plain);
}

/** Attack type of images that lie directly in the attack folder. */
export const unspecifiedAttack = 'unspecified';

/**
 * A folder of photographs or clips by class: `[set/]bona-fide|live|real/[subject/]file` and
 * `[set/]attack|spoof|fake/[type/[subject/]]file`, where `set` is train, dev or test. Names are compared without case.
 * @throws AppError `invalid` when neither class folder is there, `not-found` when the folder is missing
 */
export async function listFolder(root: string): Promise<Listing> {
  const findings: Finding[] = [];
  const items: ListedItem[] = [];
  let classFolders = 0;

  for (const entry of await readFolder(root, root)) {
    if (!entry.isDirectory()) continue;
    const set = setNames.get(entry.name.toLowerCase()) ?? null;
    if (set === null) {
      classFolders += await listClass(entry.name, [entry.name], null);
      continue;
    }
    for (const inner of await readFolder(join(root, entry.name), root)) {
      if (inner.isDirectory()) classFolders += await listClass(inner.name, [entry.name, inner.name], set);
    }
  }

  if (classFolders === 0) {
    throw new AppError(
      'invalid',
      `${root}: no class folder found. Put photographs of real faces into "bona-fide" (or "live", "real") and attacks into "attack" (or "spoof", "fake"), with a folder an attack type inside.`,
    );
  }
  return { root, items, findings, oneSubjectPerImage: false };

  async function listClass(name: string, segments: readonly string[], set: SetName | null): Promise<number> {
    const lower = name.toLowerCase();
    const bonaFide = bonaFideNames.has(lower);
    if (!bonaFide && !attackNames.has(lower)) return 0;
    await walk(segments, (path, inner) => {
      const folders = inner.slice(0, -1);
      const attackType = bonaFide ? null : attackTypeName(folders[0] ?? unspecifiedAttack);
      const subject = (bonaFide ? folders[0] : folders[1]) ?? null;
      items.push({
        path,
        kind: isClip(path) ? 'video' : 'image',
        subject,
        session: null,
        device: null,
        videoId: isClip(path) ? path : null,
        frame: null,
        attackType,
        set,
        box: null,
        tags: {},
      });
    });
    return 1;
  }

  /** Visits every image below `segments` in name order; `inner` is the path below the class folder. */
  async function walk(
    segments: readonly string[],
    visit: (path: string, inner: readonly string[]) => void,
    depth = segments.length,
  ): Promise<void> {
    for (const entry of await readFolder(join(root, ...segments), root)) {
      if (entry.name.startsWith('.')) continue;
      const below = [...segments, entry.name];
      const path = below.join('/');
      if (entry.isDirectory()) {
        await walk(below, visit, depth);
      } else if (!entry.isFile()) {
        findings.push({ kind: 'not-a-file', severity: 'info', path, message: 'Not a regular file; skipped.' });
      } else if (!isMedia(entry.name)) {
        findings.push({
          kind: 'not-an-image',
          severity: 'info',
          path,
          message: 'Not a JPEG, PNG, WebP, AVI, MP4, MOV, WebM or HDF5 file; skipped.',
        });
      } else {
        visit(path, below.slice(depth));
      }
    }
  }
}

const isClip = (name: string) => clipExtensions.has(extname(name).toLowerCase());
const isMedia = (name: string) => isClip(name) || pictureExtensions.has(extname(name).toLowerCase());

/** A folder's name as attack type: lower case, blanks and commas to dashes. */
function attackTypeName(folder: string): string {
  return folder.toLowerCase().replace(/[\s,]+/g, '-');
}

/** The entries of a folder in name order, so that every machine lists the same. */
async function readFolder(folder: string, root: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new AppError('not-found', `${folder}: there is no such folder.`);
    if (code === 'ENOTDIR')
      throw new AppError('invalid', `${folder} is a file; name the folder that holds the class folders.`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError('permission', `${folder}: no permission to list it (below ${root}).`);
    throw error;
  }
}
