import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { MediaItem } from '@shared/domain/media-item';
import { AppError } from '@shared/contract/errors';
import { systemCode } from '@workbench/project/file-errors';
import type { Project } from '@workbench/project/project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { datasetRoot, readDataset } from '../store';
import { type FingerprintRequest, readFingerprint } from './fingerprint-messages';
import { Fingerprints } from './fingerprints';

/** Files whose size and time are asked for at once. */
const parallelStats = 32;
/** A check that is killed goes on from here. */
const saveEvery = 20_000;
const tellEveryMs = 300;

export interface TakeOptions {
  /** Worker threads; 0 = all cores. */
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Fingerprints of a dataset's items, and why some of their files cannot be read, by the item's position. */
export interface TakenFingerprints {
  readonly prints: Fingerprints;
  readonly problems: ReadonlyMap<number, string>;
}

/**
 * Brings a dataset's fingerprints up to date: files that are new or have changed are read, in parallel and in bounded memory.
 * Originals are only read.
 * @throws AppError `cancelled` after a stop (what is read is kept)
 */
export async function takeFingerprints(
  project: Project,
  dataset: string,
  items: readonly MediaItem[],
  { threads = 0, signal, onProgress }: TakeOptions = {},
): Promise<TakenFingerprints> {
  const root = datasetRoot(project, await readDataset(project, dataset));
  const prints = await Fingerprints.load(
    project,
    dataset,
    items.map(({ id }) => id),
  );
  const wanted = await staleOnes(prints, items, root, signal);
  const problems = new Map<number, string>();
  onProgress?.(items.length - wanted.length, items.length);
  if (wanted.length === 0) return { prints, problems };
  const workers = Math.min(threads > 0 ? threads : availableParallelism(), wanted.length);
  const pool = new WorkerPool('fingerprint-worker.cjs', workers);
  let [done, told] = [0, Date.now()];
  try {
    for await (const reply of pool.stream({ tasks: wanted, hear: readFingerprint, signal }, 4 * workers)) {
      const { index, message, ...print } = reply;
      prints.set(index, { ...print, kind: items[index]?.kind ?? 'image' });
      if (message !== null) problems.set(index, message);
      done++;
      if (done % saveEvery === 0) await prints.save(project, dataset);
      if (Date.now() - told > tellEveryMs) {
        told = Date.now();
        onProgress?.(items.length - wanted.length + done, items.length);
      }
    }
  } catch (error) {
    if (signal?.aborted === true) {
      await prints.save(project, dataset);
      throw new AppError('cancelled', `The check of ${dataset} was stopped; it goes on from here.`);
    }
    throw error;
  } finally {
    await pool.close();
  }
  await prints.save(project, dataset);
  onProgress?.(items.length, items.length);
  return { prints, problems };
}

/** Items whose file has no record, another one than the record says, or could not be read: it is looked at again. */
async function staleOnes(
  prints: Fingerprints,
  items: readonly MediaItem[],
  root: string,
  signal: AbortSignal | undefined,
): Promise<FingerprintRequest[]> {
  const stale: FingerprintRequest[] = [];
  let next = 0;
  const look = async () => {
    for (let index = next++; index < items.length; index = next++) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'The check was stopped.');
      const item = items[index];
      if (!item) return;
      const path = join(root, item.path);
      const now = await statOf(path);
      if (now && prints.verdict(index) === 'good' && prints.isFresh(index, now.size, now.mtimeMs)) continue;
      stale.push({ index, path, name: item.path, kind: item.kind });
    }
  };
  await Promise.all(Array.from({ length: parallelStats }, look));
  return stale.sort((a, b) => a.index - b.index);
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}
