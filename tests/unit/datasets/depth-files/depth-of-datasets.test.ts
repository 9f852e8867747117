import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRecipe } from '@shared/domain/dataset';
import { importDataset } from '@workbench/datasets/import-dataset';
import type { Layout } from '@workbench/datasets/importers/layout';
import { casiaSurf } from '@workbench/datasets/importers/layouts/casia-surf';
import { threeDMad } from '@workbench/datasets/importers/layouts/three-d-mad';
import { wmca } from '@workbench/datasets/importers/layouts/wmca';
import { readLayout } from '@workbench/datasets/importers/read-layout';
import { OwnDepth } from '@workbench/datasets/depth-files/own-depth';
import { prepareDataset } from '@workbench/datasets/prepare';
import { openPrepared } from '@workbench/datasets/store';
import { readImageSize } from '@workbench/images/decode';
import { createProject, type Project } from '@workbench/project/project';
import { colourType, writePng } from '../../images/png-writer';

const photographs = join(dirname(createRequire(__filename).resolve('@vladmandic/face-api/package.json')), 'demo');
const depthsOf = (layout: Layout, paths: readonly string[]) =>
  readLayout(layout, { root: '/data/set', paths, findings: [], more: false }, []).items.map(({ path, depth }) => [
    path,
    depth,
  ]);

describe('datasets that bring a sensor’s depth', () => {
  it('CASIA-SURF: beside the colour picture, whatever the case, and only where it is there', () => {
    expect(
      depthsOf(casiaSurf, [
        'Training/real_part/CLKJ_AS0005/01_enm_b.rssdk/color/00000014.jpg',
        'Training/real_part/CLKJ_AS0005/01_enm_b.rssdk/Depth/00000014.jpg',
        'Training/fake_part/CLKJ_AS0005/01_enm_b.rssdk/color/00000020.jpg',
      ]),
    ).toEqual([
      [
        'Training/real_part/CLKJ_AS0005/01_enm_b.rssdk/color/00000014.jpg',
        {
          path: 'Training/real_part/CLKJ_AS0005/01_enm_b.rssdk/Depth/00000014.jpg',
          format: 'picture',
          nearest: 'as-mesh',
        },
      ],
      ['Training/fake_part/CLKJ_AS0005/01_enm_b.rssdk/color/00000020.jpg', undefined],
    ]);
  });

  it('WMCA and 3DMAD: in the recording itself, distances from the sensor', () => {
    const inside = (path: string) => [[path, { path, format: 'recording', nearest: 'low' }]];
    expect(depthsOf(wmca, ['2018-02-20/001_01_001_0_00.hdf5'])).toEqual(inside('2018-02-20/001_01_001_0_00.hdf5'));
    expect(depthsOf(threeDMad, ['session01/01_01_01.hdf5'])).toEqual(inside('session01/01_01_01.hdf5'));
  });
});

describe('a list that names depth files', () => {
  let folder: string;
  let project: Project;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relief-own-depth-'));
    project = await createProject(join(folder, 'project'), 'test');
    await copyFile(join(photographs, 'sample1.jpg'), join(folder, 'face.jpg'));
    const { width, height } = await readImageSize(join(folder, 'face.jpg'));
    // A sensor of a quarter of the picture's size that sees a slope: 500 mm at the left, farther to the right.
    const [w, h] = [Math.round(width / 4), Math.round(height / 4)];
    const samples = Array.from({ length: w * h }, (_, pixel) => 500 + (pixel % w));
    await writeFile(
      join(folder, 'slope.png'),
      writePng({ width: w, height: h, depth: 16, colourType: colourType.grey, samples }),
    );
    await writeFile(join(folder, 'list.csv'), 'path,attack_type,subject,depth\nface.jpg,,a,slope.png\n');
    await importDataset(project, { path: join(folder, 'list.csv'), importer: 'csv', name: 'measured' });
  });
  afterAll(async () => {
    await project.close();
    await rm(folder, { recursive: true });
  });

  it('gives its faces targets of that depth, and predictions something to be measured against', async () => {
    const recipe = { ...defaultRecipe, depthTarget: 'imported' } as const;
    await prepareDataset(project, 'measured', recipe, { threads: 1 });
    await prepareDataset(project, 'measured', defaultRecipe, { threads: 1 });
    const data = await openPrepared(project, 'measured', recipe);
    expect(data.failed).toEqual([]);
    for (const { row } of data.samples) {
      const map = data.depth(row);
      expect(Math.max(...map)).toBe(255);
      // Along the middle of the face the slope runs one way, from near to far or the other way as the mesh tells.
      const steps = Array.from({ length: 12 }, (_, x) => (map[16 * 32 + 11 + x] ?? 0) - (map[16 * 32 + 10 + x] ?? 0));
      expect(Math.abs(steps.reduce((sum, step) => sum + Math.sign(step), 0))).toBeGreaterThan(8);
    }
    data.close();
    const byMesh = await openPrepared(project, 'measured');
    const own = await OwnDepth.of(project, byMesh);
    expect(own?.kind).toBe('measured');
    for (const record of byMesh.samples) {
      const map = await own?.map(record);
      expect(Math.max(...(map ?? []))).toBe(1);
      expect(map?.[0]).toBe(0);
    }
    await own?.close();
    byMesh.close();
  });

  it('is refused where it names something else, and by line', async () => {
    await writeFile(join(folder, 'bad.csv'), 'path,attack_type,depth\nface.jpg,,notes.txt\n');
    await expect(
      importDataset(project, { path: join(folder, 'bad.csv'), importer: 'csv', name: 'bad' }),
    ).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('bad.csv:2: column "depth"') as string,
    });
  });
});
