// `npm start`: sets up what is missing, then opens the window; without a display it runs the sample study in the
// terminal instead. Plain Node: nothing needs to be installed before it runs.
import { join } from 'node:path';
import { root } from './aliases.mjs';
import { findElectron } from './electron-binary.mjs';
import { runInForeground } from './foreground.mjs';
import { SetupError } from './npm.mjs';
import { runScript } from './script.mjs';
import { setup } from './setup.mjs';

await runScript(async () => {
  const window = hasDisplay();
  await setup({ window });
  return window ? openWindow() : runSampleStudy();
});

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some(
    (display) => display !== undefined && display !== '',
  );
}

async function openWindow() {
  const electron = findElectron();
  if (!electron) throw new SetupError('Electron is missing; run "npm run setup".');
  // Chromium refuses to build its sandbox for root.
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (flags.length > 0) process.stdout.write('[start] running as root: Chromium’s sandbox is off\n');
  // Jobs are plain Node processes: this very Node runs them.
  const env = { ...process.env, RELIEF_NODE: process.execPath };
  return runInForeground(electron.executable, [...flags, root, ...process.argv.slice(2)], env);
}

function runSampleStudy() {
  const project = join(root, '.cache', 'sample-study');
  const command = join(root, 'build', 'relief.mjs');
  process.stdout.write(`[start] no display here: running the sample study in the terminal (${project})\n\n`);
  return runInForeground(process.execPath, [command, 'study', 'sample', '--project', project]);
}
