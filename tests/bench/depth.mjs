// `npm run bench:depth`: the depth room in the real window, with eight runs of 200 kept epochs and eight pinned samples. How much
// the page's main thread works in each frame while all epochs are scrubbed over the 64 maps, whether every epoch can be
// reached by slider and by typing, and how long a dropped photograph takes from drop to maps. The project is made once and
// kept in .cache/bench-depth. Ends with 1 when a bound does not hold.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../../build/aliases.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';
import { runScript } from '../../build/script.mjs';
import { setup } from '../../build/setup.mjs';
import { quantile } from './main-thread.mjs';
import { sleep, trainBeside } from './training-beside.mjs';
import { launchWindow, report, traceFrames, withDisplay } from './window.mjs';

const epochs = 200;
const pins = 8;
const runs = 8;
const folder = join(root, '.cache', `bench-depth-${String(epochs)}`);
const bounds = { frame: 8, photograph: 300, kept: 0.5 };
const photographs = [1, 2, 3, 4, 5, 6].map((number) =>
  join(
    dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
    'demo',
    `sample${String(number)}.jpg`,
  ),
);

await runScript(async () => {
  await setup({ window: true, tests: true });
  await ensureProject();
  return withDisplay(async () => report(await measureWindow()));
});

async function ensureProject() {
  const stamp = join(folder, 'complete');
  if (existsSync(stamp)) return;
  rmSync(folder, { recursive: true, force: true });
  console.log(`training a run of ${String(epochs)} epochs …`);
  const code = await runTypeScript('tests/bench/depth-project.ts', [folder, String(epochs)]);
  if (code !== 0) throw new Error('the project was not written');
  writeFileSync(stamp, '');
}

async function measureWindow() {
  const { app, page } = await launchWindow(join(folder, 'home'));
  try {
    await page.getByRole('button', { name: 'project', exact: true }).click();
    await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Depth' }).click();
    await pinSamples(page);
    await addRuns(page);
    const scrubbing = await measureScrubbing(app, page);
    await reachEveryEpoch(page);
    const photographed = await measurePhotographs(page);
    return [...scrubbing, ...photographed, await measureShare(page)];
  } finally {
    await app.close();
  }
}

async function pinSamples(page) {
  for (let pin = 0; pin < pins; pin++) {
    const button = page.getByRole('button', { name: /^(Pin|Unpin) the sample above$/ });
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
    await page.getByRole('button', { name: 'Next sample' }).click();
    await page.waitForTimeout(150);
  }
  await page.getByText(`${String(pins)} pinned, epoch`).waitFor();
}

/** Every run, with its row of targets above them all. */
async function addRuns(page) {
  for (let run = 1; run < runs; run++) {
    await page.locator('.compare').getByRole('button', { name: 'Run', exact: true }).click();
    const entry = page.getByRole('menuitem').first();
    if ((await entry.count()) === 0) {
      await page.keyboard.press('Escape');
      break;
    }
    await entry.click();
  }
  await page.waitForFunction((count) => document.querySelectorAll('.compare canvas').length >= count, runs + 1, {
    timeout: 60_000,
  });
}

/**
 * The slider from the first epoch to the last, a step a frame, twice: the first time maps are predicted as they come, then,
 * after every epoch was rested on, all are known.
 */
async function measureScrubbing(app, page) {
  const slider = page.getByRole('slider', { name: 'Epoch' });
  const results = [];
  for (const turn of ['first time', 'again']) {
    if (turn === 'again') await restOnEveryEpoch(page, slider);
    await slider.press('Home');
    await page.waitForTimeout(3000);
    const frames = await traceFrames(app, page, async () => {
      for (let step = 1; step < epochs; step++) {
        // The keyboard alone: looking the slider up each time would be work of this script in the page.
        await page.keyboard.press('ArrowRight');
        await page.waitForTimeout(16);
      }
    });
    for (const share of [0.5, 0.95])
      results.push({
        name: `scrubbing ${String(runs * pins)} maps, ${turn}: work a frame, ${String(100 * share)} % of ${String(frames.length)} frames`,
        value: quantile(frames, share),
        bound: bounds.frame,
      });
  }
  return results;
}

async function restOnEveryEpoch(page, slider) {
  await slider.press('Home');
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await page
      .locator('.compare')
      .getByText(`${String(pins)} pinned, epoch ${String(epoch)}`, { exact: true })
      .waitFor();
    await slider.press('ArrowRight');
  }
}

async function reachEveryEpoch(page) {
  const slider = page.getByRole('slider', { name: 'Epoch' });
  const shown = () => slider.getAttribute('aria-valuetext');
  await slider.press('Home');
  for (let epoch = 1; epoch <= epochs; epoch++) {
    if ((await shown()) !== `epoch ${String(epoch)}`)
      throw new Error(`the slider shows ${String(await shown())}, not epoch ${String(epoch)}`);
    await slider.press('ArrowRight');
  }
  const field = page.getByRole('spinbutton', { name: 'Epoch' });
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await field.fill(String(epoch));
    await field.press('Enter');
    if ((await shown()) !== `epoch ${String(epoch)}`) throw new Error(`epoch ${String(epoch)} cannot be typed`);
  }
  console.log(`ok   ${String(epochs)} of ${String(epochs)} epochs reached by slider and by typing`);
}

/**
 * How much of its speed a training in another process keeps while maps are predicted without a pause: alone and beside the
 * window in turns, medians. Two processes want every core, so half is a fair share.
 */
async function measureShare(page) {
  await page.getByRole('button', { name: 'Samples' }).click();
  const slider = page.getByRole('slider', { name: 'Epoch' });
  await slider.press('Home');
  const training = await trainBeside(join(folder, 'project'), join(folder, 'training'), 'epochs', [
    ...['stage1.epochs=500', 'compute.keepEpochs=none'],
  ]);
  const [alone, beside] = [[], []];
  try {
    for (let turn = 0; turn < 5; turn++) {
      alone.push(await training.rateWhile(() => sleep(4000)));
      beside.push(await training.rateWhile(() => scrubOn(page, 4000)));
    }
  } finally {
    training.stop();
  }
  const kept = quantile(beside, 0.5) / quantile(alone, 0.5);
  return { name: 'a training beside it keeps of its speed', value: kept, bound: bounds.kept, atLeast: true, unit: '×' };
}

/** Other samples and epochs, as fast as they come: every one is predicted. */
async function scrubOn(page, milliseconds) {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    await page.keyboard.press(']');
    await page.waitForTimeout(30);
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(30);
  }
}

/** From choosing the file until its maps stand in the panes. */
async function measurePhotographs(page) {
  await page.getByRole('button', { name: 'Look at any picture, clip or camera' }).click();
  const times = [];
  for (const photograph of [photographs[0], ...photographs]) {
    const started = performance.now();
    await page.getByLabel('Picture or clip').setInputFiles(photograph);
    await page.waitForFunction(
      (name) => document.querySelector('[data-looked-at]')?.getAttribute('data-looked-at') === name,
      photograph.split('/').at(-1),
    );
    times.push(performance.now() - started);
    await page.waitForTimeout(1500); // Every face is looked for then; that belongs to this photograph, not to the next.
    await page.getByRole('button', { name: 'Let go of the picture' }).click();
  }
  // The first look also loads the face networks.
  return [{ name: 'photograph, from drop to maps', value: quantile(times.slice(1), 0.5), bound: bounds.photograph }];
}
