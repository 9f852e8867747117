import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { writeFileAtomic } from '@workbench/project/files';
import type { NamedArrays } from './networks/network';
import { encodeSafetensors } from './safetensors';

/** Where a training job keeps what it makes, below its folder. */

export const checkpointsFolder = (jobFolder: string) => join(jobFolder, 'checkpoints');
export const epochsFolder = (jobFolder: string) => join(jobFolder, 'epochs');

/** Networks that give depth at an epoch of the stage that trains depth, counted from 1. */
export function epochFile(jobFolder: string, epoch: number): string {
  return join(epochsFolder(jobFolder), `${String(epoch).padStart(4, '0')}.safetensors`);
}

/** Score file of a dataset's set, relative to the job folder. */
export function scoreFile(epoch: 'last' | 'best', dataset: string, set: 'dev' | 'test'): string {
  return `scores/${epoch}/${dataset}.${set}.csv`;
}

/**
 * A run's folder that has gone while it trains (its disk was pulled out, its share lost) must not be made anew at the old place
 * by whatever is written next: it would stand in the way of the real one.
 * @throws AppError `not-found`
 */
export function assertRunFolder(jobFolder: string): void {
  if (!existsSync(join(jobFolder, 'config.json')))
    throw new AppError('not-found', `${jobFolder} is gone: its disk or share is not there any more.`, {
      path: jobFolder,
    });
}

export async function writeEpochFile(jobFolder: string, epoch: number, weights: NamedArrays): Promise<void> {
  assertRunFolder(jobFolder);
  await writeFileAtomic(epochFile(jobFolder, epoch), encodeSafetensors(weights, { epoch: String(epoch) }));
}

/** Epochs with a file, ascending; empty when there is none. */
export async function storedEpochs(jobFolder: string): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(epochsFolder(jobFolder));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => /^(\d+)\.safetensors$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

export function sha256(contents: string | Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}
