import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Licence } from '@shared/domain/dataset';
import { faceRule } from '@shared/domain/licence';
import { importDataset } from '@workbench/datasets/import-dataset';
import { checkFacesMayLeave, noteLicence } from '@workbench/datasets/privacy/licences';
import { readDataset } from '@workbench/datasets/store';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';

let folder: string;
let project: Project;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-licence-'));
  project = await createProject(join(folder, 'project'), 'test');
  await writeFile(join(folder, 'a.png'), await encodePng(createImage(8, 8)));
  await writeFile(join(folder, 'list.csv'), 'path,attack_type\na.png,\n');
  await importDataset(project, { path: join(folder, 'list.csv'), importer: 'csv', name: 'own' });
});
afterAll(async () => {
  await project.close();
  await rm(folder, { recursive: true });
});

const licence = (use: Licence['use'], consent: Licence['consent'], name = 'EULA'): Licence => ({ name, use, consent });

describe('faces of a dataset', () => {
  it('leave where neither its licence nor its people forbid it, with what is known said beside them', () => {
    const rule = (given: Licence | undefined, synthetic = false) =>
      faceRule({ id: 'X', synthetic, ...(given ? { licence: given } : {}) });
    expect(rule(undefined)).toEqual({ mayLeave: true, note: 'Licence of X not noted.' });
    expect(rule(licence('free', 'given', 'CC BY'))).toEqual({ mayLeave: true, note: 'X: CC BY.' });
    expect(rule(licence('research', 'unknown'))).toEqual({ mayLeave: true, note: 'X: EULA (research only).' });
    expect(rule(licence('no-publication', 'given')).mayLeave).toBe(false);
    expect(rule(licence('free', 'not-given')).mayLeave).toBe(false);
    expect(rule(licence('no-publication', 'not-given'), true)).toEqual({ mayLeave: true, note: null });
  });

  it('are held back by what was noted with the dataset, until it is noted anew', async () => {
    expect(await checkFacesMayLeave(project, ['own', 'own'])).toEqual(['Licence of own not noted.']);
    const before = await readDataset(project, 'own');
    await noteLicence(project, 'own', licence('no-publication', 'given'));
    expect(await readDataset(project, 'own')).toEqual({ ...before, licence: licence('no-publication', 'given') });
    await expect(checkFacesMayLeave(project, ['own'])).rejects.toMatchObject({
      code: 'permission',
      message: expect.stringContaining('the licence of own allows no publication of faces') as string,
      data: { dataset: 'own' },
    });
    await noteLicence(project, 'own', licence('free', 'given'));
    expect(await checkFacesMayLeave(project, ['own'])).toEqual(['own: EULA.']);
    await expect(noteLicence(project, 'nowhere', licence('free', 'given'))).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
