import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRecipe, type PreparationRecipe } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { prepareDataset } from '@workbench/datasets/prepare';
import { recipeHash } from '@workbench/datasets/prepared-files';
import { openPrepared } from '@workbench/datasets/store';
import { createProject, type Project } from '@workbench/project/project';
import { ffmpeg } from '../../fixtures/clips';
import { writeListedDataset } from '../../fixtures/listed-dataset';
import { mediaItem } from '../../fixtures/media-item';

const photograph = join(
  dirname(createRequire(__filename).resolve('@vladmandic/face-api/package.json')),
  'demo',
  'sample4.jpg',
);

let folder: string;
let media: string;
let project: Project;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-clips-'));
  media = join(folder, 'media');
  await mkdir(media);
  project = await createProject(join(folder, 'project'), 'test');
  // A face from frame 8 on; black before.
  const face = ['-loop', '1', '-i', photograph, '-t', '1.2', '-r', '25'];
  const view = "scale=480:-2,drawbox=t=fill:c=black:enable='lt(n,8)'";
  ffmpeg(...face, '-vf', view, '-c:v', 'mpeg4', '-q:v', '3', join(media, 'live.avi'));
  ffmpeg(...face, '-vf', view, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', join(media, 'print.mp4'));
  await writeFile(join(media, 'broken.avi'), 'RIFF1234AVI and nothing');
  await copyFile(photograph, join(media, 'not-a-clip.mov'));
});
afterAll(async () => {
  await project.close();
  await rm(folder, { recursive: true, force: true });
});

const item = (path: string, attackType: string | null, more: Partial<MediaItem> = {}) =>
  mediaItem('clips', path, { id: path, kind: 'video', attackType, ...more });
const makeDataset = (id: string, items: readonly MediaItem[]) => writeListedDataset(project, id, media, items);

const withRule = (frames: PreparationRecipe['frames']): PreparationRecipe => ({ ...defaultRecipe, frames });

describe('preparation of clips', () => {
  it('takes the frames of the rule, stands in the next one with a face, and names what cannot be read', async () => {
    await makeDataset('clips', [
      item('live.avi', null),
      item('print.mp4', 'print'),
      item('broken.avi', null),
      item('not-a-clip.mov', null),
      item('gone.mp4', null),
    ]);
    const recipe = withRule({ kind: 'list', frames: [6, 12, 29] });
    const info = await prepareDataset(project, 'clips', recipe, { threads: 1 });
    expect(info).toMatchObject({ recipe: { frames: { kind: 'list', frames: [6, 12, 29] } } });
    expect(info.videoDecoder).toBeTruthy();

    const data = await openPrepared(project, 'clips', recipe);
    const rows = data.samples.map(({ item: shown, sample }) => [shown.videoId, shown.frame, sample.wantedFrame]);
    expect(rows).toEqual([
      ['live.avi', 8, 6],
      ['live.avi', 12, undefined],
      ['live.avi', 29, undefined],
      ['print.mp4', 8, 6],
      ['print.mp4', 12, undefined],
      ['print.mp4', 29, undefined],
    ]);
    expect(data.samples.map(({ row }) => Math.max(...data.depth(row)) > 200)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(data.failed.map(({ item: { path }, reason }) => [path, reason])).toEqual([
      ['broken.avi', 'corrupt'],
      ['not-a-clip.mov', 'not-a-video'],
      ['gone.mp4', 'missing'],
    ]);
  });

  it('says of a frame without a face, and without a later one that has, that there is none', async () => {
    await makeDataset('dark', [item('live.avi', null)]);
    const recipe = withRule({ kind: 'list', frames: [2, 5] });
    const info = await prepareDataset(project, 'dark', recipe, { threads: 1 });
    expect(info).toMatchObject({ samples: 1, failures: 1 }); // 5 finds frame 8; 2 may only look as far as 4.
    const data = await openPrepared(project, 'dark', recipe);
    expect(data.failed).toMatchObject([{ item: { videoId: 'live.avi', frame: 2 }, reason: 'no-face' }]);
  });

  it('cuts by given eyes where the dataset has them, both classes alike', async () => {
    const line = '290,110,330,112';
    await writeFile(
      join(media, 'eyes.txt'),
      Array.from({ length: 30 }, (_, frame) => `${String(frame)},${line}\n`).join(''),
    );
    const track = { path: 'eyes.txt', format: 'eyes' } as const;
    await makeDataset('tracked', [item('print.mp4', 'print', { track }), item('live.avi', 'print', { track })]);
    const recipe = withRule({ kind: 'list', frames: [10] });
    await prepareDataset(project, 'tracked', recipe, { threads: 1 });
    const data = await openPrepared(project, 'tracked', recipe);
    const regions = data.samples.map(({ sample }) => sample.region);
    expect(regions[0]).toEqual(regions[1]);
    expect(data.samples.map(({ sample }) => sample.detectorScore)).toEqual([null, null]);
    expect(regions[0]?.rotation).toBeCloseTo(Math.atan2(2, 40), 5);
  });

  it('gives the same bytes again', async () => {
    const recipe = withRule({ kind: 'list', frames: [6, 12, 29] });
    const place = project.preparedFolder('clips', recipeHash(recipe));
    const read = async () =>
      Promise.all(
        (await readdir(place)).sort().map(async (name) => [name, await readFile(join(place, name), 'base64')]),
      );
    const before = await read();
    await rm(place, { recursive: true });
    await prepareDataset(project, 'clips', recipe, { threads: 2 });
    expect(await read()).toEqual(before);
  });
});
