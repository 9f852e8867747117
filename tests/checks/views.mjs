// `npm run check:views`: looks at every view of the real window on 2,000 samples and twenty runs, at two sizes, dark and
// light. Pictures go to test-results/check-views. Fails on an error in the console, a refusal by the content security
// policy, an empty view, a page that is wider than the window, or a task of the page over 200 ms after it has loaded.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { _electron } from '@playwright/test';
import { root } from '../../build/aliases.mjs';
import { findElectron } from '../../build/electron-binary.mjs';
import { runScript } from '../../build/script.mjs';
import { setup } from '../../build/setup.mjs';
import { startVirtualDisplay } from '../../build/virtual-display.mjs';
import { openRoute, views } from './views-list.mjs';
import { ensureProject, home } from './views-project.mjs';

const longestTaskMs = 200;
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];
const themes = ['Dark', 'Light'];
const pictures = join(root, 'test-results', 'check-views');

await runScript(async () => {
  await setup({ window: true, tests: true });
  await ensureProject();
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const isBare = process.platform === 'linux' && process.env['DISPLAY'] === undefined;
  const display = isBare ? await startVirtualDisplay() : undefined;
  if (display) process.env['DISPLAY'] = display.display;
  try {
    return report(await lookAtAll());
  } finally {
    display?.stop();
  }
});

function report(problems) {
  const looked = views.length * sizes.length * themes.length + 1;
  for (const problem of problems) console.log(`  ${problem}`);
  console.log(`${String(looked)} looks at ${String(views.length + 1)} views: ${String(problems.length)} problems`);
  console.log(`pictures: ${pictures}`);
  return problems.length === 0 ? 0 : 1;
}

/** @returns {Promise<string[]>} what is wrong, by view, size and theme */
async function lookAtAll() {
  const problems = [];
  const { app, page, takeErrors } = await launch();
  try {
    await page.getByRole('heading', { name: 'Relief', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Twenty runs' }).waitFor();
    await page.screenshot({ path: join(pictures, 'first-run.png') });
    await page.getByRole('button', { name: 'Twenty runs' }).click();
    await page.getByRole('grid', { name: 'Samples' }).waitFor();
    for (const size of sizes) {
      await app.evaluate(({ BrowserWindow }, { width, height }) => {
        BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
      }, size);
      for (const theme of themes) {
        await openRoute(page, '/settings');
        await page.getByRole('radio', { name: theme }).click();
        for (const view of views) {
          const place = `${view.name}, ${String(size.width)}×${String(size.height)}, ${theme.toLowerCase()}`;
          const found = await lookAt(page, view, `${view.name}-${String(size.width)}-${theme.toLowerCase()}`);
          problems.push(...[...found, ...takeErrors()].map((problem) => `${place}: ${problem}`));
        }
        await page.keyboard.press('Escape');
      }
    }
  } finally {
    await app.close();
  }
  return problems;
}

async function launch() {
  const electron = findElectron();
  if (!electron) throw new Error('Electron is missing; run "npm run setup".');
  if (electron.isFallback) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = dirname(electron.executable);
  const app = await _electron.launch({
    cwd: root,
    args: [root],
    env: { ...process.env, RELIEF_HOME: home, RELIEF_NODE: process.execPath },
  });
  const page = await app.firstWindow();
  const errors = [];
  page.on('pageerror', (error) => errors.push(`error in the page: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`error in the console: ${message.text()}`);
  });
  await page.waitForLoadState('load');
  await page.evaluate(watchPage);
  return { app, page, takeErrors: () => errors.splice(0) };
}

/** In the page: remembers long tasks and refusals by the content security policy. */
function watchPage() {
  const seen = { tasks: [], refusals: [] };
  Reflect.set(window, 'seenByCheck', seen);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'self') seen.tasks.push(Math.round(entry.duration));
  }).observe({ type: 'longtask' });
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    seen.refusals.push(`${violatedDirective} ${blockedURI}`);
  });
}

async function lookAt(page, view, name) {
  const problems = [];
  try {
    await view.open(page);
    await view.seen(page);
  } catch (error) {
    problems.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  const { tasks, refusals, alerts, across } = await page.evaluate(() => {
    const seen = Reflect.get(window, 'seenByCheck');
    return {
      tasks: seen.tasks.splice(0),
      refusals: seen.refusals.splice(0),
      alerts: [...document.querySelectorAll('main [role="alert"]')].map((element) => element.textContent?.trim() ?? ''),
      across: document.documentElement.scrollWidth - window.innerWidth,
    };
  });
  for (const task of tasks) if (task > longestTaskMs) problems.push(`a task of ${String(task)} ms holds the page up`);
  for (const refusal of refusals) problems.push(`refused by the content security policy: ${refusal}`);
  for (const alert of alerts) problems.push(`says "${alert}"`);
  if (across > 0) problems.push(`the page is ${String(across)} px wider than the window`);
  return problems;
}
