import { AppError } from '@shared/contract/errors';
import { Dataset, type Licence } from '@shared/domain/dataset';
import { faceRule } from '@shared/domain/licence';
import { writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { datasetFile, readDataset } from '../store';

/** Notes what a dataset's terms and its people allow. @throws AppError `not-found`, `conflict` when the project is read only */
export async function noteLicence(project: Project, id: string, licence: Licence): Promise<Dataset> {
  project.assertWritable();
  const dataset = Dataset.parse({ ...(await readDataset(project, id)), licence });
  await writeJson(datasetFile(project, id), dataset);
  return dataset;
}

/**
 * Checks that faces of datasets may leave the project.
 * @returns what has to be said beside them
 * @throws AppError `permission` naming the dataset whose terms or people forbid it
 */
export async function checkFacesMayLeave(project: Project, ids: readonly string[]): Promise<string[]> {
  const notes: string[] = [];
  for (const id of new Set(ids)) {
    const rule = faceRule(await readDataset(project, id));
    if (!rule.mayLeave)
      throw new AppError(
        'permission',
        `Faces cannot be saved: ${rule.why}. Blur them, or correct the note with "relief licence".`,
        {
          dataset: id,
        },
      );
    if (rule.note !== null) notes.push(rule.note);
  }
  return notes;
}
