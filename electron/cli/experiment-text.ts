import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import { presets } from '@shared/domain/presets';
import { findPreset } from '@shared/domain/settings';
import { experimentNames, newExperimentText, readExperiment } from '@workbench/experiments/store';
import { experimentFromUserPreset, userPresetNames } from '@workbench/experiments/user-presets';
import { withFileErrors } from '@workbench/project/file-errors';
import type { Project } from '@workbench/project/project';

/** A file, else an experiment of the project, else a preset. */
export async function findExperimentText(project: Project, given: string): Promise<string> {
  if (/\.ya?ml$/i.test(given) || given.includes('/')) {
    if (!existsSync(given) && experimentNames(project).includes(given.replace(/\.ya?ml$/i, '')))
      return readExperiment(project, given.replace(/\.ya?ml$/i, ''));
    return withFileErrors('read', given, () => readFile(given, 'utf8'));
  }
  if (experimentNames(project).includes(given)) return readExperiment(project, given);
  if (findPreset(given)) return newExperimentText(given, given);
  if (userPresetNames(project).includes(given)) return experimentFromUserPreset(project, given, given);
  const known = [...experimentNames(project), ...presets.map(({ name }) => name), ...userPresetNames(project)];
  throw new AppError('not-found', `"${given}" is no experiment and no preset; there are ${known.join(', ')}.`);
}
