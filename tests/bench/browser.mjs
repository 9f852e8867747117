// `npm run bench:browser`: the sample browser on 200,000 samples, in the real window: how long indexing, opening, a jump to the
// end and a facet take, and how much the page's main thread works in each frame while the grid scrolls. The project is made
// once and kept in .cache/bench-browser. Ends with 1 when a bound does not hold.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/aliases.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';
import { runScript } from '../../build/script.mjs';
import { setup } from '../../build/setup.mjs';
import { quantile } from './main-thread.mjs';
import { launchWindow, report, traceFrames, withDisplay } from './window.mjs';

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
  return withDisplay(async () => report([measureIndex(), ...(await measureWindow())]));
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
  const { app, page } = await launchWindow(home);
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
  const frames = await traceFrames(app, page, async () => {
    const ends = performance.now() + scrollMs;
    while (performance.now() < ends) {
      await page.mouse.wheel(0, speed);
      await new Promise((resolve) => setTimeout(resolve, 1000 / 60));
    }
  });
  const scrolled = await grid.evaluate((element) => element.scrollTop);
  if (scrolled < speed * 20) throw new Error(`the grid scrolled ${String(scrolled)} pixels only`);
  return frames;
}
