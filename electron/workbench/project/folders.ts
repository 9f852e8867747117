import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { systemCode } from './file-errors';

/**
 * Makes a folder and what is missing above it. Node's own recursive `mkdir` never comes back where the system makes
 * nothing in a folder that is there (`/proc`, the root of an automounter): it takes the ENOENT for a missing parent.
 * @throws AppError `permission` in such a place; else what the file system says
 */
export async function makeFolder(path: string): Promise<void> {
  const above = dirname(path);
  if (existsSync(path) || above === path) return;
  await makeFolder(above);
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return; // Another process was quicker.
    if (code !== 'ENOENT') throw error;
    throw new AppError('permission', `Cannot create ${path}: the system makes no folder in ${above}.`, { path });
  }
}

/** Removes the temporary files that a killed process left in a folder; for when nobody else writes there. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
}
