import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { z } from '@shared/zod';
import type { OptimizerState } from '@workbench/engine/engine';
import { readJson, readJsonIfPresent, writeFileAtomic, writeJson } from '@workbench/project/files';
import { BatchState, StoredRandom } from './batch-plan';
import type { NamedArrays } from './networks/network';
import { decodeSafetensors, encodeSafetensors } from './safetensors';

/** The best epoch of stage 2 on the source dev sets so far. */
export const BestEpoch = z.strictObject({
  epoch: z.int().positive(),
  step: z.int().nonnegative(),
  hter: z.number().nullable(),
  auc: z.number().nullable(),
});
export type BestEpoch = z.infer<typeof BestEpoch>;

/** A finished epoch and what it measured. */
export const EpochRecord = z.strictObject({
  stage: z.union([z.literal(1), z.literal(2)]),
  epoch: z.int().positive(),
  step: z.int().nonnegative(),
  values: z.record(z.string(), z.number().nullable()),
});
export type EpochRecord = z.infer<typeof EpochRecord>;

/** `state.json` of a checkpoint: all that decides the run's future besides weights and moments. */
export const TrainingState = z.strictObject({
  formatVersion: z.literal(1),
  stage: z.union([z.literal(1), z.literal(2)]),
  /** Steps done in this stage; the learning rate follows from it. */
  stageStep: z.int().nonnegative(),
  /** Steps done over both stages. */
  step: z.int().nonnegative(),
  /** What comes next. */
  batches: BatchState,
  dropout: StoredRandom.nullable(),
  optimizerSteps: z.record(z.string(), z.int().nonnegative()),
  /** Sums of the present epoch's losses so far. */
  epochSums: z.record(z.string(), z.number()),
  best: BestEpoch.nullable(),
  history: z.array(EpochRecord),
  /** Training time of all attempts. */
  seconds: z.number().nonnegative(),
});
export type TrainingState = z.infer<typeof TrainingState>;

export interface Checkpoint {
  readonly state: TrainingState;
  readonly weights: NamedArrays;
  /** Moments by optimizer. */
  readonly optimizers: Readonly<Record<string, OptimizerState>>;
}

export type PointerName = 'last' | 'best';

const Pointer = z.strictObject({ folder: z.string().regex(/^\d{6,}$/), step: z.int().nonnegative() });

const weightsFile = 'weights.safetensors';
export const momentsFile = 'moments.safetensors';
const stateFile = 'state.json';

const folderName = (step: number) => String(step).padStart(6, '0');

/**
 * Writes a checkpoint whole: into a temporary folder, which then gets its name; only after that do pointers move, each by
 * a rename, and checkpoints that no pointer names are removed. A kill at any moment leaves a readable last checkpoint.
 * @returns its size in bytes
 */
export async function writeCheckpoint(
  checkpoints: string,
  checkpoint: Checkpoint,
  pointers: readonly PointerName[],
): Promise<number> {
  const name = folderName(checkpoint.state.step);
  const target = join(checkpoints, name);
  const temporary = join(checkpoints, `.writing-${name}`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const moments: NamedArrays = new Map(
    Object.entries(checkpoint.optimizers).flatMap(([optimizer, state]) =>
      Object.entries(state.moments).map(([moment, held]) => [`${optimizer}/${moment}`, held] as const),
    ),
  );
  const weightBytes = encodeSafetensors(checkpoint.weights);
  const momentBytes = encodeSafetensors(moments);
  await writeFileAtomic(join(temporary, weightsFile), weightBytes);
  await writeFileAtomic(join(temporary, momentsFile), momentBytes);
  await writeJson(join(temporary, stateFile), checkpoint.state);
  await rm(target, { recursive: true, force: true });
  await rename(temporary, target);
  for (const pointer of pointers)
    await writeJson(join(checkpoints, `${pointer}.json`), { folder: name, step: checkpoint.state.step });
  await removeUnnamed(checkpoints);
  return weightBytes.length + momentBytes.length;
}

/**
 * The checkpoint a pointer names, or undefined when there is none yet.
 * @throws AppError `invalid` naming the file that is broken
 */
export async function readCheckpoint(checkpoints: string, pointer: PointerName): Promise<Checkpoint | undefined> {
  const folder = await checkpointFolder(checkpoints, pointer);
  if (folder === undefined) return undefined;
  const state = await readJson(join(folder, stateFile), TrainingState, 'checkpoint');
  const weights = await readTensors(join(folder, weightsFile));
  const moments = await readTensors(join(folder, momentsFile));
  const optimizers = Object.fromEntries(
    Object.entries(state.optimizerSteps).map(([optimizer, step]) => [
      optimizer,
      { step, moments: momentsOf(moments, `${optimizer}/`) },
    ]),
  );
  return { state, weights, optimizers };
}

/** Weights only, for prediction; undefined when there is no such checkpoint. */
export async function readCheckpointWeights(
  checkpoints: string,
  pointer: PointerName,
): Promise<NamedArrays | undefined> {
  const folder = await checkpointFolder(checkpoints, pointer);
  return folder === undefined ? undefined : readTensors(join(folder, weightsFile));
}

async function checkpointFolder(checkpoints: string, pointer: PointerName): Promise<string | undefined> {
  const held = await readJsonIfPresent(join(checkpoints, `${pointer}.json`), Pointer, `${pointer} checkpoint`);
  return held === undefined ? undefined : join(checkpoints, held.folder);
}

/** @throws AppError `not-found`, `invalid` naming the file */
export async function readTensors(path: string): Promise<NamedArrays> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new AppError('not-found', `${path} cannot be read: ${error instanceof Error ? error.message : ''}`, { path });
  }
  return decodeSafetensors(bytes, path).tensors;
}

function momentsOf(moments: NamedArrays, prefix: string) {
  const held: Record<string, OptimizerState['moments'][string]> = {};
  for (const [name, { shape, values }] of moments)
    if (name.startsWith(prefix)) held[name.slice(prefix.length)] = { shape: [...shape], values };
  return held;
}

/** Which folders the pointers name. */
export async function checkpointPointers(checkpoints: string): Promise<{ role: PointerName; folder: string }[]> {
  const held = await Promise.all(
    (['last', 'best'] as const).map(async (role) => {
      const pointer = await readJsonIfPresent(join(checkpoints, `${role}.json`), Pointer, `${role} checkpoint`);
      return pointer ? [{ role, folder: pointer.folder }] : [];
    }),
  );
  return held.flat();
}

async function removeUnnamed(checkpoints: string): Promise<void> {
  const named = new Set<string>();
  for (const pointer of ['last', 'best'] as const) {
    const held = await readJsonIfPresent(join(checkpoints, `${pointer}.json`), Pointer, `${pointer} checkpoint`);
    if (held) named.add(held.folder);
  }
  for (const entry of await readdir(checkpoints)) {
    if (!/^(\d{6,}|\.writing-\d+)$/.test(entry) || named.has(entry)) continue;
    const path = join(checkpoints, entry);
    if ((await stat(path)).isDirectory()) await rm(path, { recursive: true, force: true });
  }
}
