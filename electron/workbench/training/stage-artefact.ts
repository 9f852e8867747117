import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { z } from '@shared/zod';
import type { Engine } from '@workbench/engine/engine';
import { readJsonIfPresent, writeFileAtomic, writeJson } from '@workbench/project/files';
import { EpochRecord, readTensors } from './checkpoint';
import type { NamedArrays } from './networks/network';
import { assertRunFolder, epochsFolder, sha256 } from './run-files';
import { encodeSafetensors } from './safetensors';

/** `stage.json`: what a stage-1 artefact was trained from and how it went. Written last but one, renamed whole. */
const StageArtefact = z.strictObject({
  formatVersion: z.literal(1),
  key: z.string(),
  steps: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  history: z.array(EpochRecord),
});
export type StageArtefact = z.infer<typeof StageArtefact>;

/**
 * Names the outcome of stage 1 by all that decides it: its part of the configuration, the data, the seed, and the engine's
 * build and threads, which decide the last bits.
 */
export function stageKey(config: ExperimentConfig, data: string, engine: Engine): string {
  const decides = {
    model: config.model,
    stage1: { ...config.stage1, enabled: true },
    train: config.train,
    augmentation: config.augmentation,
    permuteLabels: config.data.permuteLabels,
    data,
    engine: [engine.name, engine.build, engine.threads],
  };
  return sha256(JSON.stringify(decides)).slice(0, 24);
}

/** Takes a finished stage 1 over into a job: its epochs are copied, so that a job folder stands by itself. */
export async function reuseStage(
  folder: string,
  jobFolder: string,
): Promise<{ artefact: StageArtefact; generator: NamedArrays } | undefined> {
  const artefact = await readJsonIfPresent(join(folder, 'stage.json'), StageArtefact, 'stage-1 artefact');
  if (!artefact) return undefined;
  const generator = await readTensors(join(folder, 'generator.safetensors'));
  if (await exists(epochsFolder(folder))) await cp(epochsFolder(folder), epochsFolder(jobFolder), { recursive: true });
  return { artefact, generator };
}

/** Leaves a finished stage 1 to other runs. A run that was faster with the same key has left the same thing: it stays. */
export async function storeStage(
  folder: string,
  jobFolder: string,
  artefact: StageArtefact,
  generator: NamedArrays,
): Promise<void> {
  if (await exists(join(folder, 'stage.json'))) return;
  assertRunFolder(jobFolder);
  const temporary = `${folder}.writing-${process.pid}`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await writeFileAtomic(join(temporary, 'generator.safetensors'), encodeSafetensors(generator));
  if (await exists(epochsFolder(jobFolder)))
    await cp(epochsFolder(jobFolder), epochsFolder(temporary), { recursive: true });
  await writeJson(join(temporary, 'stage.json'), artefact);
  await mkdir(dirname(folder), { recursive: true });
  try {
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(join(folder, 'stage.json')))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
