import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultRecipe, type SynthesisOptions } from '@shared/domain/dataset';
import { prepareDataset } from '@workbench/datasets/prepare';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { openPrepared } from '@workbench/datasets/store';
import { drawSyntheticDataset } from '@workbench/datasets/synthetic-dataset';
import { createProject, openProject } from '@workbench/project/project';

/** The one source that the check trains on: 60 subjects, of which 30 train, 12 dev, 18 test; 324 test images. */
export const learningOptions: SynthesisOptions = {
  domain: 'O',
  subjects: 60,
  bonaFideImages: 540,
  strength: 3,
  seed: 7,
};

/** The source, drawn and prepared once and kept in `folder`. */
export async function learningData(folder: string, log: (line: string) => void): Promise<PreparedData> {
  const project = existsSync(join(folder, 'project.json'))
    ? await openProject(folder, { role: 'command' })
    : await createProject(folder, 'learning check');
  try {
    log('drawing and preparing domain O (kept for next time) …');
    await drawSyntheticDataset(project, 'O', learningOptions, { threads: 2 });
    await prepareDataset(project, 'O', defaultRecipe, { threads: 2 });
    return await openPrepared(project, 'O');
  } finally {
    await project.close();
  }
}
