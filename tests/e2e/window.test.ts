import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/aliases.mjs';
import { findElectron } from '../../build/electron-binary.mjs';
import { expect, launchDesktop, test } from './launch';

test('opens on the first-run screen, without an error or a refusal of its own policy', async ({ desktop }) => {
  const { page, pageErrors } = desktop;
  await page.reload(); // What the first load reports may come before anyone listens.
  await expect(page.getByRole('button', { name: 'Create sample project' })).toBeVisible();
  await expect(page.getByText('ready to train')).toBeVisible();
  expect(pageErrors).toEqual([]);
});

test('speaks to the workbench again after it was killed', async ({ desktop }) => {
  const { app, page } = desktop;
  const workbenchPid = () =>
    app.evaluate((electron) => {
      const metrics = electron.app.getAppMetrics();
      return metrics.find(({ name }) => name === 'relief-workbench')?.pid ?? null;
    });
  await expect(page.getByText('ready to train')).toBeVisible();
  const first = await workbenchPid();
  if (first === null) throw new Error('no workbench process');

  process.kill(first, 'SIGKILL');
  await expect.poll(async () => ![null, first].includes(await workbenchPid())).toBe(true);

  expect(desktop.log()).toContain('ended unexpectedly (killed');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText('ready to train')).toBeVisible();
});

test.describe('from start to start', () => {
  let home: string;

  test.beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'relief-home-'));
  });

  test.afterEach(() => {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  test('opens the window where it was', async () => {
    const place = { x: 120, y: 90, width: 1180, height: 760 };
    const first = await launchDesktop({ home });
    await first.app.evaluate(({ BrowserWindow }, bounds) => {
      BrowserWindow.getAllWindows()[0]?.setBounds(bounds);
    }, place);
    await first.close();

    const second = await launchDesktop({ home });
    const bounds = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    await second.close();
    expect(bounds).toMatchObject({ width: place.width, height: place.height });
  });

  test('keeps to one window: a second start ends and leaves the first open', async () => {
    const first = await launchDesktop({ home });
    const electron = findElectron();
    if (!electron) throw new Error('Electron is missing');
    const second = spawn(electron.executable, ['--no-sandbox', root], {
      env: { ...process.env, RELIEF_HOME: home },
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => second.on('exit', resolve));
    expect(code).toBe(0);
    const count = await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    expect(count).toBe(1);
    await first.close();
  });
});
