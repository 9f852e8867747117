// The project that `npm run check:views` looks at: 2,000 samples of two synthetic domains, twenty runs of one epoch a
// stage (four presets, five seeds), one report. Made once by real jobs, minutes on two cores, and kept in .cache.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/aliases.mjs';

/** Counts up when the project is made differently, so that an older one is not taken. */
const version = 1;
const folder = join(root, '.cache', 'check-views');
const domains = ['O', 'M'];
const presets = ['scratch', 'auxiliary', 'pretrain-l1', 'pretrain-gan'];
const seeds = 5;

export const samples = 2000;
export const runs = presets.length * seeds;
export const home = join(folder, 'home');
export const project = join(folder, 'project');
export const reportName = 'twenty-runs';

/** Makes what is missing; a project that was cut off is made from the start. */
export async function ensureProject() {
  await makeProject();
  if (existsSync(join(project, 'datasets', domains[0] ?? '', 'check.json'))) return;
  say('checking the datasets');
  await relief('check', '--project', project, '--quiet');
}

async function makeProject() {
  const stamp = join(folder, 'complete.json');
  if (existsSync(stamp) && JSON.parse(readFileSync(stamp, 'utf8')).version === version) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await relief('init', project, '--name', 'Twenty runs');
  await draw();
  for (const preset of presets) {
    say(`training ${String(seeds)} × ${preset}, one epoch a stage`);
    const settings = ['model.inputSize=64', 'model.width=0.25', 'data.sources=O', 'stage1.epochs=1', 'stage2.epochs=1'];
    const assignments = settings.flatMap((setting) => ['--set', setting]);
    await relief('train', preset, ...assignments, '--seeds', String(seeds), '--project', project, '--quiet');
  }
  const jobs = readdirSync(join(project, 'jobs')).filter((name) => existsSync(join(project, 'jobs', name, 'scores')));
  if (jobs.length !== runs) throw new Error(`${String(jobs.length)} runs have scores, not ${String(runs)}`);
  writeFileSync(join(project, 'experiments', 'claim.yaml'), '# The claim.\nname: claim\npreset: pretrain-gan\n');
  const making = { policy: 'source-dev-eer', level: 'frame', score: 'classifier', epoch: 'last' };
  const head = { formatVersion: 1, name: reportName, title: 'Twenty runs', runs: [] };
  const report = JSON.stringify({ ...head, making, floors: true, decimals: 1 });
  writeFileSync(join(project, 'reports', `${reportName}.json`), report);
  writeFileSync(stamp, JSON.stringify({ version }));
}

/** Draws and prepares the domains by a job that is put into its folder and started by hand. */
async function draw() {
  say(`drawing and preparing ${String(samples)} images of the domains ${domains.join(' and ')}`);
  const id = '0001-draw';
  const bonaFideImages = samples / domains.length / 2;
  const recipe = { cropSize: 128, cropScale: 1.5, align: true, depthSize: 32, detector: 'full-range' };
  const job = {
    ...{ formatVersion: 1, id, number: 1, name: `draw ${domains.join(', ')}`, createdAt: new Date().toISOString() },
    ...{ group: null, parent: null, kind: 'prepare' },
    tasks: domains.map((domain) => ({
      dataset: domain,
      synthesis: { domain, subjects: 50, bonaFideImages, strength: 3, seed: 20 },
      recipe,
    })),
  };
  mkdirSync(join(project, 'jobs', id));
  writeFileSync(join(project, 'jobs', id, 'job.json'), JSON.stringify(job));
  await run(join(root, 'dist', 'job.cjs'), [project, id]);
}

/** @param {...string} args */
function relief(...args) {
  return run(join(root, 'dist', 'cli.cjs'), args);
}

function run(program, args) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, RELIEF_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${String(code)}:\n${output}`));
    });
  });
}

function say(text) {
  console.log(`[check:views] ${text} …`);
}
