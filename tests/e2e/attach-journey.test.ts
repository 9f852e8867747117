import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Beat } from '@shared/domain/job';
import { Relief } from '../fixtures/relief';
import { type Desktop, expect, launchDesktop, test } from './launch';

/** Made in the first hook: the file is also loaded by processes that only list its tests. */
let relief: Relief;

/** Long enough to outlive the window by far. */
const experiment = `name: outlives
preset: scratch
data:
  sources: [O]
model:
  width: 0.25
  inputSize: 64
stage2:
  epochs: 400
train:
  batchSize: 8
`;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  relief = new Relief();
  await relief.createTinyProject(['O']);
  writeFileSync(join(relief.project, 'experiments', 'outlives.yaml'), experiment);
});

test.afterAll(() => {
  relief.dispose();
});

/** The project is known from its making, so that it opens without a dialog. */
async function openProject({ page }: Desktop): Promise<void> {
  await page.getByRole('button', { name: 'project', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Runs' })).toBeVisible();
}

const goTo = (page: Page, room: string) =>
  page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: room }).click();

async function pointsOf(page: Page): Promise<number> {
  const chart = page.locator('canvas[aria-label^="Classifier loss:"]');
  return (await chart.count()) === 0 ? 0 : Number(await chart.getAttribute('data-points'));
}

async function showRun(page: Page): Promise<void> {
  await goTo(page, 'Runs');
  await page.getByRole('treegrid', { name: 'Runs' }).getByRole('row').filter({ hasText: 'O→' }).click();
}

function jobFolder(): string {
  const jobs = join(relief.project, 'jobs');
  return join(jobs, readdirSync(jobs).find((name) => name.includes('outlives')) ?? 'none');
}

const beatOf = () => Beat.parse(JSON.parse(readFileSync(join(jobFolder(), 'beat.json'), 'utf8')));

/** Where the job says that it stopped. */
function stepsDone(): number {
  const events = readFileSync(join(jobFolder(), 'events.jsonl'), 'utf8');
  return Number(/Saved at step (\d+)/.exec(events)?.[1]);
}

const isAlive = (pid: number) => existsSync(`/proc/${String(pid)}`);

test('a job goes on when the application is killed, and reopening attaches without a gap', async () => {
  test.setTimeout(180_000);
  const first = await launchDesktop({ home: relief.home });
  await openProject(first);
  await goTo(first.page, 'Experiments');
  await first.page.getByRole('button', { name: 'outlives' }).first().click();
  await first.page.getByRole('button', { name: 'Queue 1 run' }).click();
  await showRun(first.page);
  await expect.poll(() => pointsOf(first.page), { timeout: 60_000 }).toBeGreaterThan(10);

  const { pid } = beatOf();
  const application = first.app.process();
  const gone = new Promise((resolve) => application.once('exit', resolve));
  application.kill('SIGKILL');
  await gone;

  const seen = beatOf().progress?.done ?? 0;
  await expect.poll(() => beatOf().progress?.done ?? 0, { timeout: 30_000 }).toBeGreaterThan(seen);
  expect(isAlive(pid), 'the job’s own process').toBe(true);

  const second = await launchDesktop({ home: relief.home });
  try {
    await openProject(second);
    await expect(second.page.getByText('read only')).toHaveCount(0);
    await showRun(second.page);
    await expect.poll(() => pointsOf(second.page)).toBeGreaterThan(seen);
    const attached = await pointsOf(second.page);
    await expect.poll(() => pointsOf(second.page)).toBeGreaterThan(attached);
    expect(beatOf().pid, 'the same process all along').toBe(pid);
    await second.page.getByRole('button', { name: 'Stop and save' }).click();
    await expect(second.page.getByRole('button', { name: 'Resume' })).toBeVisible({ timeout: 30_000 });
    // Without a gap: one point for each step that was done, before, without and after a window.
    await expect.poll(() => pointsOf(second.page)).toBe(stepsDone());
    expect(second.pageErrors).toEqual([]);
  } finally {
    await second.close();
  }
});
