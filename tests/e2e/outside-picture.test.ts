import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { z } from '@shared/zod';
import { root } from '../../build/aliases.mjs';
import { ffmpegProgram } from '../fixtures/clips';
import { Relief } from '../fixtures/relief';
import { type Desktop, expect, launchDesktop, test } from './launch';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

/** Made in the first hook: the file is also loaded by processes that only list its tests. */
let relief: Relief;
let desktop: Desktop;
let page: Page;
let run = '';

const demo = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');
const photograph = join(demo, 'sample2.jpg');
const pictures = join(root, 'test-results', 'views');

const experiment = `name: looks
preset: pretrain-gan
data:
  sources: [O]
model:
  width: 0.25
  inputSize: 64
stage1:
  epochs: 1
stage2:
  epochs: 1
train:
  batchSize: 8
`;
const Launched = z.object({ jobs: z.array(z.object({ id: z.string() })).min(1) });
const Predicted = z.object({ predictions: z.array(z.object({ score: z.number(), meanDepth: z.number() })) });

test.beforeAll(async () => {
  test.setTimeout(120_000);
  mkdirSync(pictures, { recursive: true });
  relief = new Relief();
  await relief.createTinyProject(['O']);
  writeFileSync(join(relief.project, 'experiments', 'looks.yaml'), experiment);
  const launched = await relief.run(['train', 'looks', '--project', relief.project, '--json'], { seconds: 90 });
  run = Launched.parse(JSON.parse(launched.stdout)).jobs[0]?.id ?? '';
  // A camera made of one photograph: Chromium plays a file of plain frames as its fake device.
  const camera = join(relief.folder, 'camera.y4m');
  const still = ['-v', 'error', '-y', '-loop', '1', '-i', join(demo, 'sample4.jpg')];
  // As near as faces are to a webcam.
  const fill = 'crop=480:360:850:120,scale=640:480';
  execFileSync(ffmpegProgram, [...still, '-vf', fill, '-frames:v', '10', '-pix_fmt', 'yuv420p', camera]);
  execFileSync(ffmpegProgram, [...still, '-t', '2', '-r', '5', '-vf', fill, '-c:v', 'libvpx', clip()]);
  desktop = await launchDesktop({
    home: relief.home,
    switches: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`],
  });
  page = desktop.page;
  await page.getByRole('button', { name: 'project', exact: true }).click();
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Depth' }).click();
  await page.getByRole('button', { name: 'Look at any picture, clip or camera' }).click();
});

test.afterAll(async () => {
  await desktop.close();
  relief.dispose();
});

test.afterEach(async ({}, testInfo) => {
  if (testInfo.status === testInfo.expectedStatus) return;
  await testInfo.attach('window', { body: await page.screenshot(), contentType: 'image/png' });
  await testInfo.attach('log', { body: desktop.log(), contentType: 'text/plain' });
});

const clip = () => join(relief.folder, 'clip.webm');
const choose = (path: string) => page.getByLabel('Picture or clip').setInputFiles(path);
const score = () => page.locator('[data-score]');
const facts = () => page.getByRole('region', { name: 'Scores of this face' });

test('shows a photograph as the command sees it: four panes and a score for each face', async () => {
  await choose(photograph);
  for (const name of ['Target depth, unknown label', 'Signed error'])
    await expect(page.getByRole('img', { name })).toBeVisible();
  await page.screenshot({ path: join(pictures, 'depth-outside.png') });
  const output = join(relief.folder, 'maps');
  const answer = await relief.run(
    ['depth', photograph, '--run', run, '--output', output, '--project', relief.project, '--json'],
    { seconds: 60 },
  );
  const { predictions } = Predicted.parse(JSON.parse(answer.stdout));
  expect(predictions.length).toBeGreaterThan(0);
  await expect(page.getByRole('button', { name: /^Face \d/ })).toHaveCount(predictions.length);
  for (const [index, { score: expected, meanDepth }] of predictions.entries()) {
    await page.getByRole('button', { name: `Face ${String(index + 1)},` }).click();
    await expect(score()).toHaveText(expected.toFixed(3));
    await expect(facts()).toContainText(meanDepth.toFixed(3));
  }
});

test('shows maps as surfaces whose probe reads what the flat maps hold', async () => {
  const [target, predicted] = [page.getByRole('img', { name: /^Target depth/ }), page.locator('canvas.surface')];
  const box = await target.boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.5, (box?.y ?? 0) + (box?.height ?? 0) * 0.55);
  await page.getByRole('button', { name: 'Show as surfaces' }).click();
  await expect(predicted).toHaveCount(2);
  const probe = page.getByRole('region', { name: 'Probe' });
  for (const [index, name] of ['Target', 'Predicted'].entries()) {
    const stored = Number(await predicted.nth(index).getAttribute('data-probe'));
    await expect(probe.locator('div', { has: page.getByText(name, { exact: true }) }).last()).toContainText(
      stored.toFixed(3),
    );
  }
  await page.getByRole('application', { name: /^Predicted relief/ }).press('ArrowLeft');
  await page.screenshot({ path: join(pictures, 'depth-relief.png') });
  await page.getByRole('button', { name: 'Show as surfaces' }).click();
});

test('says what is wrong with a file that is no picture, and with a picture without a face', async () => {
  const notes = join(relief.folder, 'notes.txt');
  writeFileSync(notes, 'not a picture');
  await choose(notes);
  await expect(page.getByText('notes.txt is neither a JPEG, PNG or WebP picture nor a clip.')).toBeVisible();
  const cut = join(relief.folder, 'cut.jpg');
  writeFileSync(cut, readFileSync(photograph).subarray(0, 5000));
  await choose(cut);
  await expect(page.getByText('cut.jpg is cut short')).toBeVisible();
  const plain = join(relief.folder, 'plain.png');
  execFileSync(ffmpegProgram, ['-v', 'error', '-f', 'lavfi', '-i', 'color=gray:s=320x240', '-frames:v', '1', plain]);
  await choose(plain);
  await expect(page.getByRole('heading', { name: 'No face to look at' })).toBeVisible();
});

test('plays a clip through the run and scrubs it', async () => {
  await choose(clip());
  await expect(score()).toHaveText(/^0\.\d{3}$/);
  await page.getByRole('slider', { name: 'Time' }).press('End');
  await expect(page.getByText('0:02.0 / 0:02.0')).toBeVisible();
  await page.screenshot({ path: join(pictures, 'depth-clip.png') });
  await page.getByRole('button', { name: 'Play the clip' }).click();
  await expect(page.getByRole('button', { name: 'Pause the clip' })).toBeVisible();
});

test('asks before it uses the camera, and shows its faces live', async () => {
  const answerCamera = (response: number) =>
    desktop.app.evaluate(({ dialog }, button) => {
      dialog.showMessageBox = () => Promise.resolve({ response: button, checkboxChecked: false });
    }, response);
  await answerCamera(1);
  await page.getByRole('button', { name: 'Camera' }).click();
  await expect(page.getByText('The camera was not allowed. Press Camera again to be asked again.')).toBeVisible();
  await answerCamera(0);
  await page.getByRole('button', { name: 'Camera' }).click();
  await expect(page.getByLabel('Camera', { exact: true }).and(page.locator('video'))).toBeVisible();
  await expect(score()).toHaveText(/^0\.\d{3}$/);
  await page.screenshot({ path: join(pictures, 'depth-camera.png') });
  await page.getByRole('button', { name: 'Let go of the picture' }).click();
  await expect(page.getByRole('heading', { name: 'Drop a photograph or a clip' })).toBeVisible();
  await page.screenshot({ path: join(pictures, 'depth-outside-empty.png') });
  expect(desktop.pageErrors).toEqual([]);
});
