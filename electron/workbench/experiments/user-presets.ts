import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { UserPreset } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { SlugName } from '@shared/domain/names';
import { diffConfigs, findPreset, presetConfig } from '@shared/domain/settings';
import { withFileErrors } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { describeProblem, editHeadText, readExperimentText } from './yaml-text';

const extension = '.yaml';

/** Names of the presets that the project's people have saved, sorted. */
export function userPresetNames(project: Project): string[] {
  const folder = dirname(project.presetFile('any'));
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .map((name) => basename(name, extension))
    .filter((name) => SlugName.safeParse(name).success)
    .sort();
}

/** Each with the shipped preset it stands on and what it changes; one that cannot be read, with its first problem. */
export async function listUserPresets(project: Project): Promise<UserPreset[]> {
  return Promise.all(
    userPresetNames(project).map(async (name): Promise<UserPreset> => {
      const read = readExperimentText(await readUserPreset(project, name));
      const [problem] = read.ok ? [] : read.problems;
      if (!read.ok)
        return {
          ...{ name, base: '', changes: [] },
          problem: problem ? describeProblem(`${name}${extension}`, problem) : 'It cannot be read.',
        };
      const { head, config } = read.experiment;
      const base = findPreset(head.preset);
      const changes = base ? diffConfigs(presetConfig(base), config).map(({ path, to }) => ({ path, to })) : [];
      return { name, base: head.preset, changes, problem: null };
    }),
  );
}

/** The text of a saved preset. @throws AppError `not-found` naming what there is */
export async function readUserPreset(project: Project, name: string): Promise<string> {
  const path = project.presetFile(name);
  if (!existsSync(path)) {
    const known = userPresetNames(project);
    throw new AppError(
      'not-found',
      `There is no preset "${name}" in this project${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.`,
    );
  }
  return withFileErrors('read', path, () => readFile(path, 'utf8'));
}

/**
 * Saves an experiment's settings as a preset of the project, comments kept. A saved one of that name is replaced.
 * @throws AppError `invalid` when the text is no valid experiment, or the name one that Relief ships
 */
export async function saveUserPreset(project: Project, name: string, text: string): Promise<void> {
  project.assertWritable();
  if (findPreset(name)) throw new AppError('invalid', `"${name}" is a preset that Relief ships; choose another name.`);
  const read = readExperimentText(text);
  const [problem] = read.ok ? [] : read.problems;
  if (problem) throw new AppError('invalid', describeProblem(name, problem));
  const path = project.presetFile(name);
  await withFileErrors('create', path, () => mkdir(dirname(path), { recursive: true }));
  // What it was cloned from is the experiment's history, not the preset's.
  await writeFileAtomic(path, editHeadText(text, { name, from: undefined }));
}

/** Moves a saved preset to the project's trash. Experiments that were made from it have its settings and stay. */
export async function removeUserPreset(project: Project, name: string): Promise<void> {
  project.assertWritable();
  await readUserPreset(project, name);
  const trash = join(project.folder, 'trash');
  const path = project.presetFile(name);
  await withFileErrors('remove', path, async () => {
    await mkdir(trash, { recursive: true });
    await rename(path, join(trash, `preset-${name}-${Date.now()}${extension}`));
  });
}

/** The text of a new experiment with a saved preset's settings. */
export async function experimentFromUserPreset(project: Project, preset: string, name: string): Promise<string> {
  return editHeadText(await readUserPreset(project, preset), { name });
}
