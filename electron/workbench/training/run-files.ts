import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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

export async function writeEpochFile(jobFolder: string, epoch: number, weights: NamedArrays): Promise<void> {
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
