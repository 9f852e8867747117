import { join } from 'node:path';
import { defaultRecipe, PreparationRecipe } from '@shared/domain/dataset';
import { readJsonIfPresent, removeFile, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { recipeHash } from './prepared-files';

/** Where a dataset's own recipe lies; without it the default one holds. */
export const recipeFile = (project: Pick<Project, 'datasetFolder'>, dataset: string): string =>
  join(project.datasetFolder(dataset), 'recipe.json');

/** The recipe by which a dataset is prepared, browsed, trained on and scored. */
export async function readRecipe(project: Pick<Project, 'datasetFolder'>, dataset: string): Promise<PreparationRecipe> {
  return (await readJsonIfPresent(recipeFile(project, dataset), PreparationRecipe, 'recipe')) ?? defaultRecipe;
}

export async function writeRecipe(project: Project, dataset: string, recipe: PreparationRecipe): Promise<void> {
  project.assertWritable();
  if (recipeHash(recipe) === recipeHash(defaultRecipe)) await removeFile(recipeFile(project, dataset));
  else await writeJson(recipeFile(project, dataset), PreparationRecipe.parse(recipe));
}
