import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentSummary } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { SlugName } from '@shared/domain/names';
import { defaultPreset, presets } from '@shared/domain/presets';
import { withFileErrors } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { describeProblem, readExperimentText } from './yaml-text';

const extension = '.yaml';

/** Names of the project's experiment files, sorted. */
export function experimentNames(project: Pick<Project, 'folder'>): string[] {
  const folder = join(project.folder, 'experiments');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .filter((name) => SlugName.safeParse(name).success)
    .sort();
}

/** What lists show of each experiment file; one that cannot be read is shown with its first problem. */
export async function listExperiments(project: Project): Promise<ExperimentSummary[]> {
  return Promise.all(
    experimentNames(project).map(async (name) => {
      const path = project.experimentFile(name);
      const read = readExperimentText(await readExperiment(project, name));
      const problem = read.ok ? undefined : read.problems[0];
      return {
        name,
        preset: read.ok ? read.experiment.head.preset : '',
        problem: problem ? describeProblem(`${name}${extension}`, problem) : null,
        savedAt: statSync(path).mtime.toISOString(),
      };
    }),
  );
}

/** The text of an experiment file. @throws AppError `not-found` naming what there is */
export async function readExperiment(project: Project, name: string): Promise<string> {
  const path = project.experimentFile(name);
  if (!existsSync(path)) {
    const known = experimentNames(project);
    throw new AppError(
      'not-found',
      `There is no experiment "${name}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.`,
      { experiment: name },
    );
  }
  return withFileErrors('read', path, () => readFile(path, 'utf8'));
}

/** Writes the text as it stands, valid or not: it is the person's file. */
export async function saveExperiment(project: Project, name: string, text: string): Promise<void> {
  project.assertWritable();
  await writeFileAtomic(project.experimentFile(name), text);
}

/** Moves an experiment file to the project's trash. */
export async function removeExperiment(project: Project, name: string): Promise<void> {
  project.assertWritable();
  await readExperiment(project, name);
  const trash = join(project.folder, 'trash');
  const path = project.experimentFile(name);
  await withFileErrors('remove', path, async () => {
    await mkdir(trash, { recursive: true });
    await rename(path, join(trash, `${name}-${Date.now()}${extension}`));
  });
}

/** A new experiment file: the preset by name, so that what it changes is all that stands in it. */
export function newExperimentText(
  name: string,
  preset: string = defaultPreset,
  sources: readonly string[] = [],
): string {
  const summary = presets.find((known) => known.name === preset)?.summary ?? '';
  const data = sources.length > 0 ? `\ndata:\n  sources: [${sources.join(', ')}]\n` : '';
  return `name: ${name}\npreset: ${preset} # ${summary}\n${data}`;
}
