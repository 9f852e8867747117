import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type CountsBySet, Dataset, type PreparationRecipe, ShardInfo } from '@shared/domain/dataset';
import { isBonaFide, MediaItem } from '@shared/domain/media-item';
import { setNames } from '@shared/domain/names';
import { readJson, readLines, writeFileAtomic, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { readMarks } from './marks';
import { recipeHash, shardInfoName } from './prepared-files';
import { type PreparedData, readPrepared, withoutItems } from './prepared-data';
import { readRecipe } from './recipe';

/** Where a dataset's own file lies. */
export const datasetFile = (project: Project, id: string) => join(project.datasetFolder(id), 'dataset.json');
const itemsFile = (project: Project, id: string) => join(project.datasetFolder(id), 'items.jsonl');

/** Ids of the project's datasets in name order. */
export async function listDatasetIds(project: Project): Promise<string[]> {
  const folder = join(project.folder, 'datasets');
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'dataset.json')))
    .map((entry) => entry.name)
    .sort();
}

export async function datasetExists(project: Project, id: string): Promise<boolean> {
  return Promise.resolve(existsSync(datasetFile(project, id)));
}

/** @throws AppError `not-found` naming the datasets that are there */
export async function readDataset(project: Project, id: string): Promise<Dataset> {
  if (!existsSync(datasetFile(project, id))) {
    const known = await listDatasetIds(project);
    throw new AppError(
      'not-found',
      `There is no dataset "${id}" in ${project.folder}${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.`,
      { dataset: id },
    );
  }
  return readJson(datasetFile(project, id), Dataset, `dataset ${id}`);
}

export async function readItems(project: Project, id: string): Promise<MediaItem[]> {
  return readLines(itemsFile(project, id), MediaItem);
}

/** Writes items first, then the dataset's own file, whose being there makes the dataset exist. */
export async function writeDataset(project: Project, dataset: Dataset, items: readonly MediaItem[]): Promise<void> {
  await writeFileAtomic(itemsFile(project, dataset.id), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  await writeJson(datasetFile(project, dataset.id), Dataset.parse(dataset));
}

/** Moves a dataset's folder (lists, crops, drawn images; never imported originals) to the project's trash. */
export async function removeDataset(project: Project, id: string): Promise<void> {
  await readDataset(project, id);
  const trash = join(project.folder, 'trash');
  await writeFileAtomic(join(trash, '.keep'), '');
  await rename(project.datasetFolder(id), join(trash, `dataset-${id}-${String(Date.now())}`));
}

/** Folder that the paths of a dataset's items are relative to. */
export function datasetRoot(project: Project, dataset: Dataset): string {
  return dataset.origin.kind === 'synthetic' ? join(project.datasetFolder(dataset.id), 'media') : dataset.origin.root;
}

/**
 * The crops and depth targets of a dataset by its own recipe, without what a person left out of it.
 * @throws AppError `not-found` when it has not been prepared with this recipe
 */
export async function openPrepared(project: Project, id: string, recipe?: PreparationRecipe): Promise<PreparedData> {
  const dataset = await readDataset(project, id);
  const folder = await preparedFolder(project, id, recipe ?? (await readRecipe(project, id)));
  const data = await readPrepared(folder, dataset, await readItems(project, id));
  return withoutItems(data, (await readMarks(project, id)).excluded);
}

/**
 * What a dataset's crops and depth targets are, without reading them.
 * @throws AppError `not-found` when it has not been prepared with this recipe
 */
export async function readPreparedInfo(project: Project, id: string, recipe?: PreparationRecipe): Promise<ShardInfo> {
  const folder = await preparedFolder(project, id, recipe ?? (await readRecipe(project, id)));
  return readJson(join(folder, shardInfoName), ShardInfo, `prepared faces of dataset ${id}`);
}

async function preparedFolder(project: Project, id: string, recipe: PreparationRecipe): Promise<string> {
  const folder = project.preparedFolder(id, recipeHash(recipe));
  if (existsSync(folder)) return folder;
  await readDataset(project, id); // A dataset that is not there is told as such.
  throw new AppError('not-found', `Dataset ${id} is not prepared yet. Run "relief prepare ${id}".`, { dataset: id });
}

/** Counts of every set that has items. */
export function countSets(items: readonly Pick<MediaItem, 'set' | 'attackType'>[]): CountsBySet {
  const counts: CountsBySet = {};
  for (const set of setNames) {
    const inSet = items.filter((item) => item.set === set);
    if (inSet.length === 0) continue;
    const bonaFide = inSet.filter(isBonaFide).length;
    counts[set] = { bonaFide, attack: inSet.length - bonaFide };
  }
  return counts;
}
