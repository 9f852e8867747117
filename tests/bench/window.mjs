import { unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { _electron } from '@playwright/test';
import { root } from '../../build/aliases.mjs';
import { findElectron } from '../../build/electron-binary.mjs';
import { startVirtualDisplay } from '../../build/virtual-display.mjs';
import { mainThreadFrames } from './main-thread.mjs';

/**
 * Does work that needs a screen, on a virtual one where there is none.
 * @template T
 * @param {() => Promise<T>} work
 */
export async function withDisplay(work) {
  const display =
    process.platform === 'linux' && process.env.DISPLAY === undefined ? await startVirtualDisplay() : undefined;
  if (display) process.env.DISPLAY = display.display;
  try {
    return await work();
  } finally {
    display?.stop();
  }
}

/**
 * The built application, 1440 × 900.
 * @param {string} home the person's data folder
 */
export async function launchWindow(home) {
  const electron = findElectron();
  if (!electron) throw new Error('Electron is missing; run "npm run setup".');
  if (electron.isFallback) process.env.ELECTRON_OVERRIDE_DIST_PATH = dirname(electron.executable);
  const app = await _electron.launch({
    cwd: root,
    args: [root],
    env: { ...process.env, RELIEF_HOME: home, RELIEF_NODE: process.execPath },
  });
  const page = await app.firstWindow();
  await page.waitForLoadState('load');
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900);
  });
  return { app, page };
}

/**
 * Traces the page's main thread while something is done in it.
 * @param {import('@playwright/test').ElectronApplication} app
 * @param {import('@playwright/test').Page} page
 * @param {() => Promise<void>} work
 * @returns its work in each frame, ms
 */
export async function traceFrames(app, page, work) {
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ['toplevel', 'blink.user_timing'] }),
  );
  await page.evaluate(() => {
    const mark = () => {
      performance.mark('bench-frame');
      if (!Reflect.has(window, 'benchIsOver')) requestAnimationFrame(mark);
    };
    Reflect.deleteProperty(window, 'benchIsOver');
    requestAnimationFrame(mark);
  });
  await work();
  await page.evaluate(() => {
    Reflect.set(window, 'benchIsOver', true);
  });
  const { file, pid } = await app.evaluate(async ({ BrowserWindow, contentTracing }) => ({
    file: await contentTracing.stopRecording(),
    pid: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  }));
  const frames = mainThreadFrames(file, pid);
  unlinkSync(file);
  return frames;
}

/**
 * Prints each result beside its bound.
 * @param {readonly { name: string, value: number, bound: number, unit?: string, atLeast?: boolean }[]} results milliseconds unless they say otherwise
 * @returns 1 when a bound does not hold
 */
export function report(results) {
  const holds = ({ value, bound, atLeast = false }) => (atLeast ? value >= bound : value <= bound);
  for (const result of results) {
    const { name, value, bound, unit = 'ms', atLeast = false } = result;
    const digits = bound < 2 ? 2 : bound < 100 ? 1 : 0;
    const words = `${value.toFixed(digits)} ${unit} (${atLeast ? 'at least' : 'bound'} ${String(bound)} ${unit})`;
    console.log(`${holds(result) ? 'ok  ' : 'OVER'} ${name}: ${words}`);
  }
  return results.every(holds) ? 0 : 1;
}
