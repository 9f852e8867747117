import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { isWithin } from '@workbench/project/within';

/** Which paths a client may name. */
export interface Grants {
  /** @throws AppError `permission` when a person has not chosen this folder (or one above it) */
  check(path: string): void;
}

/** For clients who are the person themselves: the command line. */
export const everythingGranted: Grants = { check: () => undefined };

/**
 * Folders that a person chose in a native dialog, as main reports them. The window's page can name any path it likes;
 * only what lies below one of these (after links are followed) is opened, imported from or exported to.
 */
export class GrantedFolders implements Grants {
  private readonly folders = new Set<string>();

  add(folders: readonly string[]): void {
    for (const folder of folders) this.folders.add(realOf(resolve(folder)));
  }

  check(path: string): void {
    const real = realOf(resolve(path));
    for (const folder of this.folders) if (isWithin(folder, real)) return;
    throw new AppError('permission', `${path} has not been opened to Relief; choose it in the dialog.`, { path });
  }
}

/** A path with links followed as far as it exists: what is to be made yet has a real folder above it. */
function realOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : join(realOf(above), basename(path));
}
