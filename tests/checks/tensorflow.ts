// See tensorflow.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BenchReport, EngineInfo, InstalledEngine } from '@shared/domain/engine';
import { z } from '@shared/zod';
import { root } from '../../build/aliases.mjs';
import { type Answer, ControlledJob, Relief, StartedJobs, tinySettings, TrainedJobs, until } from '../fixtures/relief';

const relief = new Relief();
const engines = join(relief.home, 'engines');
const minutes = 60;
let failures = 0;

void main()
  .catch((error: unknown) => {
    check('runs to its end', false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  })
  .finally(() => {
    relief.dispose();
    process.exitCode = failures === 0 ? 0 : 1;
  });

async function main(): Promise<void> {
  mkdirSync(relief.home, { recursive: true });
  const wheel = option('wheel') ?? (await fetchWheel());
  await refuses(wheel);
  await installs(wheel);
  await benches();
  await trains();
  otherNode();
  const removed = await relief.run(['engine', 'remove', 'tensorflow']);
  check('is removed whole', removed.code === 0 && leftovers() === '', leftovers());
}

/** Stops an installation while pip fetches; then has pip fetch a wheel to be damaged. */
async function fetchWheel(): Promise<string> {
  const child = relief.start('engine', 'install', 'tensorflow', '--json');
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await until('the download', 2 * minutes, () =>
    /"detail":"tensorflow_cpu[^"]*MB/.test(said) || child.exitCode !== null ? true : undefined,
  );
  child.kill('SIGINT');
  const code = await ended;
  check(
    'stopped while pip fetches: exit 3, nothing left',
    code === 3 && leftovers() === '',
    `exit ${code}, ${leftovers()}`,
  );

  const folder = join(relief.folder, 'wheels');
  mkdirSync(folder);
  const pip = spawnSync(
    'python3',
    [
      '-m',
      'pip',
      'download',
      '-q',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--python-version',
      '3.12',
      '--platform',
      'manylinux_2_27_x86_64',
      '-d',
      folder,
      'tensorflow-cpu==2.21.*',
    ],
    { encoding: 'utf8' },
  );
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error(`pip fetched nothing: ${pip.stderr}`);
  return join(folder, file);
}

async function refuses(wheel: string): Promise<void> {
  const damaged = join(relief.folder, 'damaged', basename(wheel));
  mkdirSync(dirname(damaged));
  const bytes = readFileSync(wheel);
  bytes.write('damaged', Math.floor(bytes.length / 2));
  writeFileSync(damaged, bytes);
  await refused('a damaged wheel', damaged, /is damaged: tensorflow\/libtensorflow_cc/);
  writeFileSync(damaged, bytes.subarray(0, Math.floor(bytes.length / 2)));
  await refused('half a wheel', damaged, /is damaged/);
  const other = join(relief.folder, 'damaged', 'tensorflow_cpu-2.21.0-cp312-cp312-win_amd64.whl');
  writeFileSync(other, readFileSync(wheel));
  await refused('a wheel for another system', other, /is for win_amd64/);

  const path = process.env['PATH'];
  process.env['PATH'] = dirname(process.execPath) === '/usr/bin' ? '/nowhere' : dirname(process.execPath);
  const poor = new Relief(relief.folder);
  process.env['PATH'] = path;
  const answer = await poor.run(['engine', 'install', 'tensorflow', '--from', wheel]);
  check(
    'without a compiler: exit 2 and what to install',
    answer.code === 2 && /No C\+\+ compiler.*Debian/.test(answer.stderr),
    textOf(answer),
  );
  check('without a compiler: nothing left', leftovers() === '', leftovers());
}

async function refused(what: string, file: string, words: RegExp): Promise<void> {
  const answer = await relief.run(['engine', 'install', 'tensorflow', '--from', file], { seconds: 2 * minutes });
  check(`${what}: exit 2 and why`, answer.code === 2 && words.test(answer.stderr), textOf(answer));
  check(`${what}: nothing left`, leftovers() === '', leftovers());
}

async function installs(wheel: string): Promise<void> {
  const from = option('wheel') === undefined ? [] : ['--from', wheel];
  const answer = await relief.run(['engine', 'install', 'tensorflow', ...from, '--json'], { seconds: 10 * minutes });
  if (answer.code !== 0) throw new Error(`the installation failed: ${textOf(answer)}`);
  const { version, bytes, selfTest } = InstalledEngine.parse(JSON.parse(answer.stdout));
  check(
    `the next try installs TensorFlow ${version}, ${(bytes / 1e6).toFixed(0)} MB, self-test within ${selfTest.largestDifference.toExponential(1)}`,
    selfTest.passed,
  );
  check('only the installation is left', leftovers() === 'tensorflow', leftovers());
  const listed = await relief.run(['engine', 'list', '--json']);
  const { engines: list } = z.strictObject({ engines: z.array(EngineInfo) }).parse(JSON.parse(listed.stdout));
  const found = list.find(({ name }) => name === 'tensorflow');
  check('is listed as present', found?.available === true && found.installation?.installed === true);
}

async function benches(): Promise<void> {
  const answer = await relief.run(['engine', 'bench', '--json', '--rounds', '1'], { seconds: 10 * minutes });
  const found = BenchReport.parse(JSON.parse(answer.stdout)).engines.find(({ name }) => name === 'tensorflow');
  const speed = found?.results[0]?.imagesPerSecond ?? 0;
  check(
    `the bench lists it: ${speed.toFixed(0)} images/s, self-test passed`,
    found?.selfTest.passed === true && speed > 0,
  );
}

/** Trains on TensorFlow, stops, goes on with WASM, and trains by automatic choice. */
async function trains(): Promise<void> {
  await relief.createTinyProject(['O']);
  const settings = tinySettings({ 'stage2.epochs': 400, 'data.sources': 'O' });
  const { jobs } = await relief.json(StartedJobs, [
    'train',
    'scratch',
    '--set',
    'engine=tensorflow',
    ...settings,
    '--detach',
  ]);
  const [id = ''] = jobs;
  const job = join(relief.project, 'jobs', id);
  await until('the first epochs', 2 * minutes, () => (/epoch 3:/.test(log(job)) ? true : undefined));
  await relief.json(ControlledJob, ['stop', id]);
  await until('the stop', minutes, () => (/ stopped/.test(log(job)) ? true : undefined));
  check(
    'a run trains on it and records engine, version and device',
    /"name": "tensorflow",\s*"build": "2\.21\.\d+ CPU"/.test(readFileSync(join(job, 'provenance.json'), 'utf8')),
    log(job),
  );
  const child = relief.start('resume', id, '--engine', 'wasm', '--project', relief.project);
  const went = await until(
    'the next epochs',
    2 * minutes,
    () => /engine wasm[^]*going on from step \d+[^]*epoch \d+:/.exec(log(job))?.[0],
  );
  check(`the same checkpoint goes on with WASM (${/from step \d+/.exec(went)?.[0] ?? ''})`, true);
  await relief.run(['kill', id, '--project', relief.project]);
  child.kill();
  const short = tinySettings({ 'stage2.epochs': 1, 'data.sources': 'O' });
  const answer = await relief.json(TrainedJobs, ['train', 'scratch', '--set', 'engine=auto', ...short], {
    seconds: 3 * minutes,
  });
  check(
    'automatic choice trains, too',
    answer.jobs.every(({ state }) => state === 'done'),
  );
}

function otherNode(): void {
  const node = option('node');
  if (node === undefined) return;
  const { stdout } = spawnSync(
    node,
    [join(root, 'dist', 'tensorflow-check.cjs'), join(engines, 'tensorflow', 'tfjs_binding.node')],
    { encoding: 'utf8', env: { ...process.env, RELIEF_HOME: relief.home } },
  );
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  check(`the self-test passes on Node ${version}`, /"passed":true/.test(stdout), stdout);
}

function log(job: string): string {
  const file = join(job, 'log.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** What lies in the folder of engines, kept wheels aside. */
function leftovers(): string {
  if (!existsSync(engines)) return '';
  return readdirSync(engines)
    .filter((name) => !(name === 'downloads' && readdirSync(join(engines, name)).length === 0))
    .join(', ');
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

function textOf({ code, stdout, stderr }: Answer): string {
  return `exit ${String(code)}: ${stderr.trim()} ${stdout.trim()}`.slice(0, 600);
}

function check(what: string, passed: boolean, detail = ''): void {
  if (!passed) failures++;
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${what}${passed || detail === '' ? '' : `: ${detail}`}\n`);
}
