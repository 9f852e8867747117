import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** One run, from test to test. */
test.describe.configure({ mode: 'serial' });

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

/** What main was asked to show that no test can see: questions with their answer, notifications, the taskbar's bar. */
async function watchMain({ app }: Desktop): Promise<void> {
  await app.evaluate(({ BrowserWindow, dialog, Notification }) => {
    const seen = { questions: Array.of<string>(), notices: Array.of<string>(), bars: Array.of<number>(), answer: 2 };
    Object.assign(globalThis, { seen });
    Object.assign(dialog, {
      showMessageBox: (_window: unknown, { message, detail }: { message: string; detail: string }) => {
        seen.questions.push(`${message} ${detail}`);
        return Promise.resolve({ response: seen.answer, checkboxChecked: false });
      },
    });
    Object.assign(Notification, { isSupported: () => true });
    Notification.prototype.show = function (this: Electron.Notification) {
      seen.notices.push(this.title);
    };
    const { setProgressBar } = BrowserWindow.prototype;
    BrowserWindow.prototype.setProgressBar = function (this: Electron.BrowserWindow, share: number) {
      seen.bars.push(share);
      setProgressBar.call(this, share);
    };
  });
}
interface Seen {
  readonly questions: string[];
  readonly notices: string[];
  readonly bars: number[];
  answer: number;
}
const seenOf = ({ app }: Desktop) => app.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
const answerWith = ({ app }: Desktop, answer: number) =>
  app.evaluate((_electron, given) => {
    (globalThis as unknown as { seen: Seen }).seen.answer = given;
  }, answer);
const [keep, stop] = [0, 1];

/** Waits for the end of the application, and gives its exit code. */
function endOf({ app }: Desktop): Promise<number | null> {
  const child = app.process();
  return child.exitCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve(child.exitCode);
}
const quit = (desktop: Desktop) =>
  desktop.app.evaluate(({ app }) => {
    setTimeout(() => {
      app.quit();
    }, 0);
  });
const closeWindow = (desktop: Desktop) =>
  desktop.app.evaluate(({ BrowserWindow }) => {
    setTimeout(() => BrowserWindow.getAllWindows()[0]?.close(), 0);
  });

/** The taskbar shows how far the job is. */
async function untilItKnowsTheJob(desktop: Desktop): Promise<void> {
  await expect.poll(async () => (await seenOf(desktop)).bars.some((share) => share > 0)).toBe(true);
}

async function resume(desktop: Desktop): Promise<void> {
  await openProject(desktop);
  await showRun(desktop.page);
  await desktop.page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => isAlive(beatOf().pid) && (beatOf().progress?.done ?? 0) > 0, { timeout: 60_000 }).toBe(true);
}

test('quitting asks; closing the window does not, and without a tray the application ends while the job goes on', async () => {
  test.setTimeout(180_000);
  const first = await launchDesktop({ home: relief.home });
  await watchMain(first);
  await resume(first);
  await untilItKnowsTheJob(first);
  const { pid } = beatOf();
  await quit(first);
  await expect.poll(async () => (await seenOf(first)).questions.length).toBe(1);
  expect((await seenOf(first)).questions[0]).toMatch(/A job is running.*outlives O→O s1: \d+ %/s);
  expect(await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  const ended = endOf(first);
  await closeWindow(first);
  expect(await ended).toBe(0);
  expect(isAlive(pid)).toBe(true);

  const second = await launchDesktop({ home: relief.home });
  await watchMain(second);
  await openProject(second);
  await untilItKnowsTheJob(second);
  await answerWith(second, keep);
  const secondEnded = endOf(second);
  await quit(second);
  expect(await secondEnded).toBe(0);
  expect(isAlive(pid)).toBe(true);

  const third = await launchDesktop({ home: relief.home });
  await watchMain(third);
  await openProject(third);
  await untilItKnowsTheJob(third);
  await answerWith(third, stop);
  const thirdEnded = endOf(third);
  await quit(third);
  expect(await thirdEnded).toBe(0);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(readFileSync(join(jobFolder(), 'events.jsonl'), 'utf8').trim().split('\n').at(-1)).toMatch(
    /"stopped".*Saved at/,
  );
  expect(JSON.parse(readFileSync(join(relief.project, 'queue.json'), 'utf8'))).toMatchObject({ paused: true });
});

test('with a tray the closed window can be shown again, and the end of the job is told', async () => {
  test.setTimeout(180_000);
  // The session bus as a desktop with a tray answers it.
  const programs = join(relief.folder, 'programs');
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, 'dbus-send'), '#!/bin/sh\necho "   boolean true"\n');
  chmodSync(join(programs, 'dbus-send'), 0o755);
  await relief.run(['queue', 'go-on', '--project', relief.project]);
  const desktop = await launchDesktop({
    home: relief.home,
    environment: { PATH: `${programs}:${process.env['PATH'] ?? ''}`, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
  });
  await watchMain(desktop);
  await resume(desktop);
  await closeWindow(desktop);
  await expect.poll(() => desktop.app.windows().length).toBe(0);
  await expect.poll(async () => (await seenOf(desktop)).notices).toEqual(['Training goes on']);
  const { pid } = beatOf();
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(async () => (await seenOf(desktop)).notices, { timeout: 30_000 })
    .toEqual(['Training goes on', 'outlives O→O s1 crashed']);
  const shown = desktop.app.waitForEvent('window');
  await desktop.app.evaluate(({ app }) => {
    app.emit('activate');
  });
  await expect((await shown).getByRole('navigation', { name: 'Rooms' })).toBeVisible();
  const ended = endOf(desktop);
  await closeWindow(desktop);
  expect(await ended).toBe(0);
});
