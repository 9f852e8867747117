import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isWithin } from '@workbench/project/within';

/** Leading folders of an absolute path that are tried away. */
const mostFolders = 24;

/**
 * Turns the paths that a list holds into paths below a root. Absolute paths of another machine are laid over the root: the
 * leading folders that do not exist here are dropped, the same number for every line once it is known.
 */
export class ListPaths {
  private readonly realRoot: string;
  private dropped: number | null = null;

  constructor(private readonly root: string) {
    this.realRoot = existsSync(root) ? realpathSync(root) : root;
  }

  /** How many leading folders of absolute paths are dropped; null when none had to be. */
  get droppedFolders(): number | null {
    return this.dropped;
  }

  /** @returns the path below the root in forward slashes, or why it is refused */
  read(text: string): { readonly path: string } | { readonly why: string } {
    if (text === '') return { why: 'is empty' };
    if (text.length > 4096) return { why: 'is longer than any path' };
    if (text.includes('\0')) return { why: 'holds a zero byte' };
    const normal = text.replaceAll('\\', '/');
    if (normal.split('/').includes('..') && !isWithin(this.root, resolve(this.root, normal)))
      return { why: `"${text}" lies outside the folder of this file` };
    const inside =
      isAbsolute(normal) || /^[A-Za-z]:\//.test(normal)
        ? this.rebased(normal)
        : relative(this.root, resolve(this.root, normal));
    if (inside === null || inside === '') return { why: `"${text}" lies outside the folder of this file` };
    if (!isWithin(this.root, resolve(this.root, inside)))
      return { why: `"${text}" lies outside the folder of this file` };
    const place = join(this.root, inside);
    if (existsSync(place) && !isWithin(this.realRoot, realpathSync(place)))
      return { why: `"${text}" is a link that leads outside the folder of this file` };
    return { path: inside.split(sep).join('/') };
  }

  private rebased(absolute: string): string | null {
    if (isWithin(this.root, absolute)) return relative(this.root, absolute);
    const parts = absolute.split('/').filter((part) => part !== '');
    const at = (drop: number) => parts.slice(drop).join('/');
    if (this.dropped !== null && existsSync(join(this.root, at(this.dropped)))) return at(this.dropped);
    for (let drop = 1; drop < Math.min(parts.length, mostFolders); drop++) {
      if (!existsSync(join(this.root, at(drop)))) continue;
      this.dropped ??= drop;
      return at(drop);
    }
    return this.dropped === null ? null : at(Math.min(this.dropped, parts.length - 1));
  }
}
