import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import { systemCode } from '@workbench/project/file-errors';
import { isWithin } from '@workbench/project/within';

/** The files below a folder, by name only. */
export interface FileTree {
  /** Absolute. */
  readonly root: string;
  /** Relative to the root, forward slashes, in name order. */
  readonly paths: readonly string[];
  /** Links that were not followed, folders that could not be listed. */
  readonly findings: readonly Finding[];
  /** The walk ended at its bound; there is more. */
  readonly more: boolean;
}

export interface WalkBounds {
  readonly files: number;
  readonly depth: number;
}

/** More files than any dataset of the field has; deeper than any of them goes. */
export const wholeTree: WalkBounds = { files: 3_000_000, depth: 24 };

/** What file managers and archives leave behind; never said. */
const litter = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i;

/**
 * Lists all files below a folder; nothing is opened. Links are followed as long as they stay below the root, and each folder
 * is entered once, so a loop of links ends.
 * @throws AppError `not-found`, `permission`, or `invalid` when `root` is no folder or holds more files than the bound
 */
export async function listTree(root: string, bounds: WalkBounds = wholeTree): Promise<FileTree> {
  const paths: string[] = [];
  const findings: Finding[] = [];
  const realRoot = await realRootOf(root);
  const entered = new Set<string>([realRoot]);
  let more = false;

  const skip = (path: string, kind: string, message: string) => {
    findings.push({ kind, severity: 'warning', path, message });
  };
  const walk = async (below: string, depth: number): Promise<void> => {
    const inside: string[] = [];
    for (const entry of await entriesOf(join(root, below), below === '')) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (litter.test(path)) continue;
      const kind = entry.isSymbolicLink() ? await targetOf(path) : kindOf(entry);
      if (kind === 'file') {
        if (paths.length >= bounds.files) {
          more = true;
          return;
        }
        paths.push(path);
      } else if (kind === 'folder') inside.push(path);
      else if (kind === 'other') skip(path, 'not-a-file', `${path} is no regular file; skipped.`);
    }
    for (const path of inside) {
      if (more) return;
      if (depth >= bounds.depth) skip(path, 'too-deep', `${path} lies ${bounds.depth} folders deep; not looked into.`);
      else await walk(path, depth + 1);
    }
  };
  /** Where a link leads: a file, a folder that is new, or nowhere to go. */
  const targetOf = async (path: string): Promise<'file' | 'folder' | 'skipped'> => {
    try {
      const real = await realpath(join(root, path));
      if (!isWithin(realRoot, real)) {
        skip(path, 'link-outside', `${path} is a link that leads outside the folder; not followed.`);
        return 'skipped';
      }
      if ((await stat(real)).isFile()) return 'file';
      if (entered.has(real) || isWithin(real, join(realRoot, path))) {
        skip(path, 'link-loop', `${path} is a link to a folder that is looked into anyway; not followed.`);
        return 'skipped';
      }
      entered.add(real);
      return 'folder';
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      skip(path, 'link-broken', `${path} is a link that leads nowhere.`);
      return 'skipped';
    }
  };
  const entriesOf = async (folder: string, isRoot: boolean): Promise<Dirent[]> => {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      const path = folder.slice(root.length + 1);
      if (isRoot) throw new AppError('permission', `${folder}: no permission to list it.`, { path: folder });
      skip(path, 'no-permission', `${path} cannot be listed (${code}).`);
      return [];
    }
  };

  await walk('', 0);
  return { root, paths, findings, more };
}

async function realRootOf(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw new AppError('not-found', `${root}: there is no such folder.`, { path: root });
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError('permission', `${root}: no permission to list it.`, { path: root });
    if (code === 'ELOOP') throw new AppError('invalid', `${root} is a link that leads to itself.`, { path: root });
    throw error;
  }
  throw new AppError('invalid', `${root} is a file; name the folder of the dataset.`, { path: root });
}

function kindOf(entry: Dirent): 'file' | 'folder' | 'other' {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
}
