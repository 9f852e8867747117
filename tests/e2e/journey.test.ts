import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { z } from '@shared/zod';
import { root } from '../../build/aliases.mjs';
import { recompute } from '../checks/recompute.mjs';
import { Relief } from '../fixtures/relief';
import { layOutPhotographs } from './fixtures/photographs';
import { type Desktop, expect, launchDesktop, test } from './launch';

test.describe.configure({ mode: 'serial', timeout: 240_000 });

/** Made in the first hook: the file is also loaded by processes that only list its tests. */
let relief: Relief;
const pictures = join(root, 'test-results', 'views');
let desktop: Desktop;
let page: Page;
/** The training's job, once it is queued. */
let runId = '';

test.beforeAll(async () => {
  relief = new Relief();
  mkdirSync(pictures, { recursive: true });
  mkdirSync(relief.project);
  desktop = await launchDesktop({ home: relief.home });
  page = desktop.page;
});

test.afterAll(async () => {
  await desktop.close();
  relief.dispose();
});

test.afterEach(async ({}, testInfo) => {
  if (testInfo.status === testInfo.expectedStatus) return;
  await picture('failed');
  await testInfo.attach('window', { body: await page.screenshot(), contentType: 'image/png' });
  await testInfo.attach('log', { body: desktop.log(), contentType: 'text/plain' });
});

const picture = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
const goTo = (room: string) =>
  page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: room }).click();
const setting = (path: string) => page.locator(`[data-setting="${path}"]`);

async function setNumber(path: string, value: number): Promise<void> {
  const field = setting(path).getByRole('spinbutton');
  await field.fill(String(value));
  await field.press('Enter');
}

const chart = (title: string) => page.locator(`canvas[aria-label^="${title}:"]`);

/** Points behind a live chart; 0 before it is there. */
async function pointsOf(title: string): Promise<number> {
  if ((await chart(title).count()) === 0) return 0;
  return Number(await chart(title).getAttribute('data-points'));
}

test('creates a project from the first view', async () => {
  await expect(page.getByRole('heading', { name: 'Relief', level: 1 })).toBeVisible();
  await picture('first-run');
  await desktop.answerDialogs(relief.project);
  await page.getByRole('button', { name: 'New empty project…' }).click();
  await expect(page.getByRole('heading', { name: 'No datasets yet' })).toBeVisible();
  await picture('datasets-empty');
});

test('draws synthetic domains, stops, and takes what is drawn elsewhere', async () => {
  await page.getByRole('button', { name: 'Add synthetic domains' }).click();
  const notice = page.getByRole('status').filter({ hasText: 'synthetic domains R, C, M, O' });
  await expect(notice.getByText('Running')).toBeVisible({ timeout: 60_000 });
  await expect(notice.getByText(/[1-9]\d* %, /)).toBeVisible({ timeout: 60_000 });
  await picture('datasets-drawing');
  await notice.getByRole('button', { name: 'Stop' }).click();
  await expect(notice).toBeHidden({ timeout: 30_000 });

  // Four whole domains take minutes: two small ones come from a job that was started by hand.
  await relief.drawDomains([
    { domain: 'O', subjects: 20, images: 120 },
    { domain: 'M', subjects: 10, images: 40 },
  ]);
  await expect(page.getByRole('checkbox', { name: /^O / }).first()).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /^M / }).first()).toBeVisible();
});

test('imports real photographs', async () => {
  const photographs = layOutPhotographs(join(relief.folder, 'photographs'));
  if (photographs.attacks === 0)
    test.info().annotations.push({
      type: 'skipped',
      description: 'the real attacks: their folder does not stand beside the checkout; bona fide photographs only',
    });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await desktop.answerDialogs(photographs.folder);
  const dialog = page.getByRole('dialog', { name: 'Import dataset' });
  await dialog.getByRole('button', { name: 'Choose…' }).click();
  await expect(dialog.getByText(photographs.folder, { exact: true })).toBeVisible();
  await picture('datasets-import');
  await dialog.getByRole('button', { name: 'Import dataset' }).click();
  await expect(dialog).toBeHidden();
  const count = photographs.bonaFide + photographs.attacks;
  await expect(page.getByText(`Imported ${String(count)} photographs as photographs`, { exact: true })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'prepare photographs' })).toBeHidden({ timeout: 60_000 });
  await page.getByRole('radio', { name: 'Both' }).click();
  await page.getByRole('gridcell').first().click();
  await expect(page.getByText('sample1.jpg').first()).toBeVisible();
  await expect(page.getByText(/^Prepared [\d,]+ samples, not checked$/)).toBeVisible();
  await picture('datasets-photographs');
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await picture('datasets');
});

test('checks the datasets', async () => {
  await page.getByRole('button', { name: 'Check datasets' }).click();
  await expect(page.getByRole('progressbar', { name: 'Check of the datasets' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^Checked today/)).toBeVisible({ timeout: 90_000 });
  await page.getByRole('radio', { name: 'Shortcuts' }).click();
  await expect(page.getByRole('row').filter({ hasText: /^O0\.\d\d/ })).toBeVisible();
  await picture('datasets-shortcuts');
  await page.getByRole('radio', { name: 'Findings' }).click();
});

test('trains on domain O, sees charts move, stops and resumes', async () => {
  await goTo('Experiments');
  await picture('experiments-presets');
  await page.getByRole('listitem').filter({ hasText: 'pretrain-gan' }).getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'pretrain-gan', level: 1 })).toBeVisible();
  await expect(setting('data.sources').getByText('O', { exact: true })).toBeVisible();
  // Sixty epochs: more than can pass before Stop is pressed, and less than a minute in all.
  await setting('model.inputSize').getByRole('radio', { name: '64 px' }).click();
  await setNumber('model.width', 0.5);
  await setNumber('stage1.epochs', 30);
  await setNumber('stage2.epochs', 30);
  await expect(page.getByText(/^[34] changes$/)).toBeVisible();
  const queue = page.getByRole('button', { name: 'Queue 1 run' });
  await expect(queue).toBeEnabled();
  await picture('experiments');
  await queue.click();

  await goTo('Runs');
  const run = page.getByRole('treegrid', { name: 'Runs' }).getByRole('row').filter({ hasText: 'O→' });
  await run.click();
  runId = readdirSync(join(relief.project, 'jobs')).find((name) => name.includes('pretrain-gan')) ?? '';
  await expect.poll(() => pointsOf('Generator loss'), { timeout: 60_000 }).toBeGreaterThan(3);
  const before = { points: await pointsOf('Generator loss'), picture: await chart('Generator loss').screenshot() };
  await expect.poll(() => pointsOf('Generator loss')).toBeGreaterThan(before.points);
  expect((await chart('Generator loss').screenshot()).equals(before.picture)).toBe(false);
  await picture('runs-running');

  await page.getByRole('button', { name: 'Stop and save' }).click();
  const resume = page.getByRole('button', { name: 'Resume' });
  await expect(resume).toBeVisible({ timeout: 30_000 });
  await picture('runs-stopped');
  const atStop = await pointsOf('Generator loss');
  await resume.click();
  await expect.poll(() => pointsOf('Classifier loss'), { timeout: 60_000 }).toBeGreaterThan(0);
  expect(await pointsOf('Generator loss')).toBeGreaterThan(atStop);
  await picture('runs-resumed');
});

test('looks at depth', async () => {
  await page.getByRole('button', { name: 'Depth', exact: true }).click({ timeout: 90_000 });
  for (const pane of ['RGB', 'Target', 'Predicted', 'Signed error'])
    await expect(page.getByRole('figure', { name: new RegExp(`^${pane}`) })).toBeVisible();
  const measures = page.getByRole('region', { name: 'This sample' });
  await expect(measures.getByRole('row', { name: /Mean abs\. error/ })).toContainText(/0\.\d{3}/);
  const atLast = await measures.getByRole('row', { name: /Mean abs\. error/ }).textContent();
  await picture('depth');

  const epoch = page.getByRole('spinbutton', { name: 'Epoch' });
  await epoch.fill('1');
  await epoch.press('Enter');
  await expect(measures.getByRole('row', { name: /Mean abs\. error/ })).not.toHaveText(atLast ?? '');
  await picture('depth-first-epoch');
});

test('exports a LaTeX table whose numbers are those of the command', async () => {
  await goTo('Reports');
  await page.getByRole('button', { name: 'Make a report' }).click();
  const dialog = page.getByRole('dialog', { name: 'New report' });
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Journey');
  await dialog.getByRole('button', { name: 'Make report' }).click();
  await expect(page.getByRole('button', { name: /^\d+\.\d/ }).first()).toBeVisible({ timeout: 60_000 });
  await picture('reports');

  const exported = join(relief.folder, 'exported');
  mkdirSync(exported);
  await desktop.answerDialogs(exported);
  await page.getByRole('button', { name: 'Save LaTeX' }).click();
  await expect(page.getByText('1 file written', { exact: true })).toBeVisible();
  const latex = readFileSync(join(exported, 'journey.tex'), 'utf8');

  await page.getByRole('radio', { name: /^HTML/ }).click();
  await page.getByRole('button', { name: 'PDF', exact: true }).click();
  await expect(page.getByText('2 files written', { exact: true })).toBeVisible();
  const printed = readFileSync(join(exported, 'journey.pdf'), 'latin1');
  expect(printed.startsWith('%PDF-')).toBe(true);
  expect(printed).toContain('/FontFile');
  expect(readFileSync(join(exported, 'journey.html')).length).toBeLessThan(5e6);

  const evaluations = (await relief.json(Evaluated, ['evaluate', runId])).evaluations.sort((a, b) =>
    a.target < b.target ? -1 : 1,
  );
  const row = matrixRows(latex).find((cells) => cells[0] === 'pretrain-gan');
  expect(evaluations.map(({ target }) => target)).toEqual(['M', 'O', 'photographs']);
  const percent = (rate: number | null) => (rate === null ? '--' : `$${(100 * rate).toFixed(1)}$`);
  expect(row?.slice(3)).toEqual(evaluations.flatMap(({ test: { hter, acer } }) => [percent(hter), percent(acer)]));
  expect(row?.[3]).toMatch(/^\$\d+\.\d\$$/);

  const { folder } = await relief.json(Reported, ['report', 'journey', '--format', 'latex,json']);
  expect(readFileSync(join(folder, 'journey.tex'), 'utf8')).toBe(latex);
  const { differences, cells } = recompute(
    JSON.parse(readFileSync(join(folder, 'journey.json'), 'utf8')),
    relief.project,
  );
  expect(differences).toEqual([]);
  expect(cells).toBeGreaterThan(6);
});

test('makes a methods × targets table in under ten clicks, saved in six formats', async () => {
  const saved = join(relief.folder, 'six-formats');
  mkdirSync(saved);
  await desktop.answerDialogs(saved);
  let clicks = 0;
  const click = async (role: 'link' | 'button' | 'radio' | 'menuitem', name: string) => {
    await page.getByRole(role, { name, exact: true }).click();
    clicks++;
  };
  await goTo('Datasets');
  await click('link', 'Reports');
  await page.getByRole('row', { name: /Journey/ }).click();
  clicks++;
  await click('radio', 'Tables');
  await click('button', 'New table');
  await click('menuitem', 'Methods × targets, HTER');
  await expect(page.getByRole('table', { name: 'Methods by target' })).toBeVisible();
  await click('button', 'All');
  await expect(page.getByText('7 files written', { exact: true })).toBeVisible();
  expect(clicks).toBeLessThan(10);
  expect(readdirSync(saved).sort()).toEqual(
    ['-evaluations.csv', '.csv', '.html', '.json', '.md', '.tex', '.xlsx'].map((end) => `journey${end}`),
  );
  const latex = readFileSync(join(saved, 'journey.tex'), 'utf8');
  const [best] = /\\mathbf\{[^}]+\}/.exec(latex) ?? [];
  expect(best).toBeDefined();
  expect(latex).toContain('Mean');
});

test('goes through the views of a report by keyboard alone', async () => {
  const focus = async (wanted: Locator) => {
    for (let tabs = 0; tabs < 80; tabs++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return wanted;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${String(wanted)}`);
  };
  // A radio follows the focus only while the key is down.
  const pressLikeAFinger = (key: string) => page.keyboard.press(key, { delay: 60 });
  await page.keyboard.press('Escape');
  await focus(page.getByRole('radio', { name: 'Tables' }));
  for (const [key, view, shown] of [
    ['ArrowLeft', 'Audit', 'Threshold policies'],
    ['ArrowLeft', 'Errors', 'Confusion'],
    ['ArrowLeft', 'Overview', 'Ablation'],
  ] as const) {
    await pressLikeAFinger(key);
    await expect(page.getByRole('radio', { name: view, exact: true })).toBeChecked();
    await expect(page.getByRole('heading', { name: shown })).toBeVisible();
  }
  const slider = await focus(page.getByRole('slider', { name: 'Threshold' }));
  const before = await slider.getAttribute('aria-valuetext');
  await page.keyboard.press('PageUp');
  await expect(slider).not.toHaveAttribute('aria-valuetext', before ?? '');
  await expect(page.getByText('fixed, by hand').first()).toBeVisible();
  const formats = page.getByRole('radiogroup', { name: 'Format' });
  await focus(formats.getByRole('radio', { checked: true }));
  const format = await formats.getByRole('radio', { checked: true }).textContent();
  await pressLikeAFinger('ArrowDown');
  await expect(formats.getByRole('radio', { checked: true })).not.toHaveText(format ?? '');
});

test('shows every room in both themes without an error', async () => {
  await goTo('Settings');
  for (const theme of ['Dark', 'Light']) {
    await goTo('Settings');
    await page.getByRole('radio', { name: theme }).click();
    for (const room of ['Datasets', 'Experiments', 'Runs', 'Depth', 'Reports', 'Engine', 'Settings']) {
      await goTo(room);
      await page.waitForTimeout(700); // Pictures are for people: let images come in.
      await picture(`${room.toLowerCase()}-${theme.toLowerCase()}`);
    }
  }
  expect(desktop.pageErrors).toEqual([]);
});

const Evaluated = z.looseObject({
  evaluations: z.array(
    z.looseObject({
      target: z.string(),
      test: z.looseObject({ hter: z.number().nullable(), acer: z.number().nullable() }),
    }),
  ),
});
const Reported = z.looseObject({ folder: z.string() });

/** Cells of the train × test table in a LaTeX file. */
function matrixRows(latex: string): string[][] {
  const table = latex.slice(latex.indexOf('-matrix}'));
  const body = table.slice(table.indexOf('\\midrule'), table.indexOf('\\bottomrule'));
  return body
    .split('\n')
    .filter((line) => line.endsWith('\\\\'))
    .map((line) => line.replace(/ *\\\\$/, '').split(' & '));
}
