// `npm run bench:browser`: the sample browser on 200,000 samples, in the real window: how long indexing, opening, a jump to the
// end and a facet take, and how much the page's main thread works in each frame while the grid scrolls. The project is made
// once and kept in .cache/bench-browser. Ends with 1 when a bound does not hold.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { _electron } from '@playwright/test';
import { root } from '../../build/aliases.mjs';
import { findElectron } from '../../build/electron-binary.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';
import { runScript } from '../../build/script.mjs';
import { setup } from '../../build/setup.mjs';
import { startVirtualDisplay } from '../../build/virtual-display.mjs';
import { mainThreadFrames, quantile } from './main-thread.mjs';

const samples = Number(process.env.SAMPLES ?? 200_000);
const folder = join(root, '.cache', `bench-browser-${String(samples)}`);
const project = join(folder, 'project');
const home = join(folder, 'home');
const bounds = { index: 60_000, open: 2000, end: 1000, facet: 300, frame: 8 };
const repeats = 5;
const scrollMs = 4000;

await runScript(async () => {
  await setup({ window: true, tests: true });
  await ensureProject();
  const display =
    process.platform === 'linux' && process.env.DISPLAY === undefined ? await startVirtualDisplay() : undefined;
  if (display) process.env.DISPLAY = display.display;
  try {
    return report([measureIndex(), ...(await measureWindow())]);
  } finally {
    display?.stop();
  }
});

async function ensureProject() {
  const stamp = join(folder, 'complete');
  if (existsSync(stamp)) return;
  rmSync(folder, { recursive: true, force: true });
  console.log(`writing a project of ${String(samples)} samples …`);
  const code = await runTypeScript('tests/bench/browser-project.ts', [project, String(samples)]);
  if (code !== 0) throw new Error('the project was not written');
  writeFileSync(stamp, '');
}

/** `relief index` from nothing: what is kept of the project outside it is thrown away first. */
function measureIndex() {
  rmSync(join(home, 'cache'), { recursive: true, force: true });
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'cli.cjs'), 'index', '--project', project],
    {
      env: { ...process.env, RELIEF_HOME: home },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return { name: 'index', value: performance.now() - started, bound: bounds.index };
}

async function measureWindow() {
  const { app, page } = await launch();
  try {
    const results = [{ name: 'open, to the first pictures', value: await measureOpen(app, page), bound: bounds.open }];
    results.push({ name: 'jump to the end', value: await measureEnd(page), bound: bounds.end });
    results.push({ name: 'facet click, to the new counts', value: await measureFacet(page), bound: bounds.facet });
    for (const [name, speed] of [
      ['scrolling by wheel', 80],
      ['scrolling fast', 900],
    ]) {
      const frames = await measureScroll(app, page, speed);
      const words = (share) => `${String(Math.round(100 * share))} %`;
      for (const share of [0.5, 0.95])
        results.push({
          name: `${name}, work a frame, ${words(share)} of ${String(frames.length)} frames`,
          value: quantile(frames, share),
          bound: bounds.frame,
        });
    }
    return results;
  } finally {
    await app.close();
  }
}

async function launch() {
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

/** From the click that opens the project until the grid shows its count and a picture. */
async function measureOpen(app, page) {
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, project);
  const button = page.getByRole('button', { name: /^Open/ }).first();
  await button.waitFor();
  const started = performance.now();
  await button.click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role=gridcell] img')].some((img) => img.complete && img.naturalWidth > 0),
  );
  return performance.now() - started;
}

/** The key End, until the last tile stands there with its picture. */
async function measureEnd(page) {
  const grid = page.getByRole('grid', { name: 'Samples' });
  const times = [];
  for (let turn = 0; turn < repeats; turn++) {
    await grid.focus();
    await page.keyboard.press('Home');
    await page.waitForTimeout(400);
    const started = performance.now();
    await page.keyboard.press('End');
    await page.waitForFunction((last) => {
      const img = document.querySelector(`[role=gridcell][id$="-${last}"] img`);
      return img instanceof HTMLImageElement && img.complete && img.naturalWidth > 0;
    }, samples - 1);
    times.push(performance.now() - started);
  }
  await page.keyboard.press('Home');
  return quantile(times, 0.5);
}

/** A click on a value of a facet, until the count of samples is another one. Timed in the page. */
async function measureFacet(page) {
  const times = [];
  for (let turn = 0; turn < 2 * repeats; turn++) {
    times.push(
      await page.evaluate(async (place) => {
        const total = document.querySelector('.total b');
        const boxes = [...document.querySelectorAll('.facet [role=checkbox]')];
        const box = boxes[place];
        if (!total || !(box instanceof HTMLElement)) throw new Error('no facet');
        const before = total.textContent;
        const started = performance.now();
        box.click();
        while (total.textContent === before) await new Promise((resolve) => requestAnimationFrame(resolve));
        return performance.now() - started;
      }, 3),
    );
    await page.waitForTimeout(200);
  }
  return quantile(times, 0.5);
}

/**
 * Turns the wheel sixty times a second over the grid while the main thread is traced.
 * @param {number} speed pixels a turn
 * @returns its work in each frame, ms
 */
async function measureScroll(app, page, speed) {
  const grid = page.getByRole('grid', { name: 'Samples' });
  await grid.evaluate((element) => {
    element.scrollTop = 0;
  });
  await grid.hover();
  await page.waitForTimeout(800);
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
  const ends = performance.now() + scrollMs;
  while (performance.now() < ends) {
    await page.mouse.wheel(0, speed);
    await new Promise((resolve) => setTimeout(resolve, 1000 / 60));
  }
  await page.evaluate(() => {
    Reflect.set(window, 'benchIsOver', true);
  });
  const scrolled = await grid.evaluate((element) => element.scrollTop);
  if (scrolled < speed * 20) throw new Error(`the grid scrolled ${String(scrolled)} pixels only`);
  const { file, pid } = await app.evaluate(async ({ BrowserWindow, contentTracing }) => ({
    file: await contentTracing.stopRecording(),
    pid: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  }));
  const frames = mainThreadFrames(file, pid);
  unlinkSync(file);
  return frames;
}

function report(results) {
  for (const { name, value, bound } of results) {
    const unit = bound < 100 ? value.toFixed(1) : Math.round(value).toString();
    console.log(`${value <= bound ? 'ok  ' : 'OVER'} ${name}: ${unit} ms (bound ${String(bound)} ms)`);
  }
  return results.every(({ value, bound }) => value <= bound) ? 0 : 1;
}
