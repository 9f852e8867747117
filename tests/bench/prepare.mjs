// `npm run bench:prepare`: prepares 100,000 frames in one go and watches the memory of the job, a quarter at a time. Takes
// minutes and 5 GB of disk, which it gives back. Ends with 1 when the last quarter needs much more than the first.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/aliases.mjs';
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

const frames = Number(process.env.FRAMES ?? 100_000);
const folder = join(root, '.cache', 'bench-prepare');
const project = join(folder, 'project');
/** What the last quarter may need over the first one, in bytes. */
const growth = 200e6;

await setup({ window: false, tests: true });
rmSync(folder, { recursive: true, force: true });
try {
  const code = await runTypeScript('tests/bench/browser-project.ts', [project, String(frames), 'unprepared']);
  if (code !== 0) throw new Error('the project was not written');
  process.exitCode = report(await prepare());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns memory of the job's process with all its threads by share of the work, and how long it took */
async function prepare() {
  const id = '0001-prepare';
  const job = join(project, 'jobs', id);
  mkdirSync(job, { recursive: true });
  const recipe = { cropSize: 128, cropScale: 1.5, align: true, depthSize: 32, detector: 'full-range' };
  const tasks = ['O', 'C', 'I', 'M'].map((dataset) => ({ dataset, synthesis: null, recipe }));
  const head = { formatVersion: 1, id, number: 1, name: 'prepare', createdAt: new Date().toISOString() };
  writeFileSync(join(job, 'job.json'), JSON.stringify({ ...head, group: null, parent: null, kind: 'prepare', tasks }));
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist', 'job.cjs'), project, id], {
    env: { ...process.env, RELIEF_HOME: join(folder, 'home') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const seen = [];
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
      const { progress } = JSON.parse(readFileSync(join(job, 'beat.json'), 'utf8'));
      const bytes = 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
      if (progress) seen.push({ share: progress.done / progress.steps, bytes });
    } catch {
      // Not begun, or over.
    }
  }, 500);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`the job ended with ${String(code)}`);
  return { seen, seconds: (performance.now() - started) / 1000 };
}

function report({ seen, seconds }) {
  console.log(`${String(frames)} frames in ${seconds.toFixed(0)} s, ${(frames / seconds).toFixed(0)} a second`);
  const peaks = [0, 1, 2, 3].map((quarter) =>
    seen
      .filter(({ share }) => Math.min(3, Math.floor(4 * share)) === quarter)
      .reduce((most, { bytes }) => Math.max(most, bytes), 0),
  );
  peaks.forEach((bytes, quarter) => {
    console.log(`quarter ${String(quarter + 1)}: at most ${(bytes / 1e6).toFixed(0)} MB`);
  });
  return peaks[3] - peaks[0] <= growth ? 0 : 1;
}
