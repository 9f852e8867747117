// Real jobs, interrupted in every way a machine knows; see interruptions.mjs. The argument is the number of random moments.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '@shared/random';
import { attemptMarks, readScalar } from '@workbench/jobs/scalars';
import { ListedJobs, Relief, StartedJobs, tinySettings, until } from '../fixtures/relief';
import { eventsOf, pidOf, processesOfGroup } from '../unit/end-to-end/processes';

const moments = Number(process.argv[2] ?? '20');
const relief = new Relief();
const folderOf = (id: string) => join(relief.project, 'jobs', id);
let failures = 0;

function tell(holds: boolean, words: string): void {
  if (!holds) failures++;
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${words}\n`);
}

async function check(what: string, work: () => Promise<string>): Promise<void> {
  const started = Date.now();
  try {
    const words = await work();
    tell(true, `${what}: ${words} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    tell(false, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function hold(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

async function start(settings: readonly string[] = epochs(20, 20)): Promise<string> {
  // A stage 1 that is there already would be reused, and there would be nothing to interrupt.
  rmSync(join(relief.project, 'stages'), { recursive: true, force: true });
  const { jobs } = await relief.json(StartedJobs, ['train', 'pretrain-gan', ...settings, '--detach']);
  const [id] = jobs;
  if (id === undefined) throw new Error('no job was started');
  return id;
}

function epochs(stage1: number, stage2: number): string[] {
  const settings = { 'data.sources': 'O', 'data.targets': 'O', 'compute.reproducible': true };
  return tinySettings({ ...settings, 'stage1.epochs': stage1, 'stage2.epochs': stage2 });
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await relief.json(ListedJobs, ['jobs'])).jobs.find((job) => job.id === id)?.state;
}

/** Seconds until a job is in a state. */
async function untilState(id: string, state: string, seconds = 30): Promise<number> {
  const begun = Date.now();
  await until(`${id} to be ${state}`, seconds, async () => ((await stateOf(id)) === state ? true : undefined));
  return (Date.now() - begun) / 1000;
}

/** Until the first step has been made: engine, data and networks are there by then. */
async function untilTraining(id: string): Promise<void> {
  const curve = join(folderOf(id), 'scalars');
  await until(`${id} to train`, 60, () =>
    existsSync(curve) && readdirSync(curve).some((name) => statSync(join(curve, name)).size > 0) ? true : undefined,
  );
}

async function resume(id: string): Promise<void> {
  const { code, stderr } = await relief.run(['resume', id, '--project', relief.project], { seconds: 240 });
  hold(code === 0, `resume ended with ${String(code)}: ${stderr}`);
}

const messageOf = (id: string): string => {
  const states = eventsOf(folderOf(id)).flatMap((event) => (event.type === 'state' ? [event] : []));
  return states.at(-1)?.message ?? '';
};

async function atEpoch(id: string, stage: 1 | 2, epoch: number): Promise<number> {
  await until(`epoch ${String(epoch)} of stage ${String(stage)} of ${id}`, 120, () =>
    eventsOf(folderOf(id)).some((event) => event.type === 'epoch' && event.stage === stage && event.epoch >= epoch)
      ? true
      : undefined,
  );
  return pidOf(folderOf(id)) ?? 0;
}

/** What a run leaves that must not depend on interruptions: scores, weights of the last epoch, curves. */
function traceOf(id: string): Record<string, string> {
  const folder = folderOf(id);
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const trace: Record<string, string> = {};
  for (const name of readdirSync(join(folder, 'scores'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.csv')) trace[name] = digest(readFileSync(join(folder, 'scores', name)));
  for (const name of readdirSync(join(folder, 'epochs')))
    trace[name] = digest(readFileSync(join(folder, 'epochs', name)));
  const marks = attemptMarks(eventsOf(folder));
  for (const name of ['generator-loss', 'discriminator-loss', 'depth-l1', 'classifier-loss', 'dev-hter'] as const) {
    const { step, value } = readScalar(join(folder, 'scalars'), name, marks);
    hold(
      step.every((one, index) => index === 0 || one > (step[index - 1] ?? 0)),
      `${id}: ${name} goes back`,
    );
    trace[name] = digest(new Uint8Array(Float64Array.from([...step, ...value]).buffer));
  }
  return trace;
}

function sameAs(id: string, whole: Record<string, string>): void {
  const own = traceOf(id);
  const different = Object.keys({ ...whole, ...own }).filter((name) => own[name] !== whole[name]);
  hold(isDeepStrictEqual(own, whole), `${id} differs from the uninterrupted run in ${different.join(', ')}`);
}

async function main(): Promise<void> {
  await relief.createTinyProject(['O']);
  const uninterrupted = await start();
  await untilTraining(uninterrupted);
  const begun = Date.now();
  await untilState(uninterrupted, 'done', 240);
  const trainingMs = Date.now() - begun;
  const whole = traceOf(uninterrupted);
  tell(true, `forty epochs in one go: ${Object.keys(whole).length} curves and files to hold the others against`);

  for (const [what, stage, epoch] of [
    ['stopped in stage 1', 1, 3],
    ['stopped at the end of stage 1', 1, 20],
    ['stopped in stage 2', 2, 2],
  ] as const)
    await check(`forty epochs, ${what} and resumed`, async () => {
      const id = await start();
      await atEpoch(id, stage, epoch);
      const asked = Date.now();
      await relief.run(['stop', id, '--project', relief.project]);
      const seconds = (Date.now() - asked) / 1000;
      hold((await stateOf(id)) === 'stopped', 'it is not stopped');
      hold(seconds < 30, `stopping took ${seconds} s`);
      await resume(id);
      sameAs(id, whole);
      return `bit-equal; stop and save took ${seconds.toFixed(1)} s`;
    });

  const random = createRandom('moments');
  for (let moment = 1; moment <= moments; moment++)
    await check(`kill -9 at random moment ${moment} of ${moments}`, async () => {
      const id = await start();
      await untilTraining(id);
      // Not its very end, where there would be nothing left to kill.
      const share = 0.9 * random.uniform();
      await new Promise((resolve) => setTimeout(resolve, share * trainingMs));
      const pid = pidOf(folderOf(id)) ?? 0;
      if ((await stateOf(id)) === 'done') {
        sameAs(id, whole);
        return 'it had ended already; bit-equal';
      }
      const events = eventsOf(folderOf(id));
      const step = events.reduce((most, event) => (event.type === 'checkpoint' ? event.step : most), 0);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        return 'it ended in this moment';
      }
      const seconds = await untilState(id, 'crashed');
      hold(processesOfGroup(pid).length === 0, `processes are left: ${processesOfGroup(pid).join()}`);
      await resume(id);
      sameAs(id, whole);
      return `crashed after ${seconds.toFixed(1)} s at about step ${step}, resumed bit-equal`;
    });

  await check('kill -9 of the command that started it', async () => {
    rmSync(join(relief.project, 'stages'), { recursive: true, force: true });
    const before = readdirSync(join(relief.project, 'jobs'));
    const command = relief.start('train', 'pretrain-gan', ...epochs(20, 20), '--project', relief.project);
    const id = await newJob(before);
    await atEpoch(id, 1, 2);
    command.kill('SIGKILL');
    await untilState(id, 'done', 240);
    sameAs(id, whole);
    return 'the job went on by itself, bit-equal';
  });

  await check('kill -9 of both', async () => {
    rmSync(join(relief.project, 'stages'), { recursive: true, force: true });
    const before = readdirSync(join(relief.project, 'jobs'));
    const command = relief.start('train', 'pretrain-gan', ...epochs(20, 20), '--project', relief.project);
    const id = await newJob(before);
    const pid = await atEpoch(id, 1, 2);
    command.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    const seconds = await untilState(id, 'crashed');
    hold(processesOfGroup(pid).length === 0, 'processes are left');
    await resume(id);
    sameAs(id, whole);
    return `crashed after ${seconds.toFixed(1)} s, resumed bit-equal`;
  });

  await check('SIGSTOP of the worker', async () => {
    const id = await start(epochs(200, 1));
    const pid = await atEpoch(id, 1, 1);
    process.kill(pid, 'SIGSTOP');
    const seconds = await untilState(id, 'stalled');
    process.kill(pid, 'SIGCONT');
    await untilState(id, 'running');
    await relief.run(['kill', id, '--project', relief.project]);
    hold(processesOfGroup(pid).length === 0, 'kill leaves processes');
    return `stalled after ${seconds.toFixed(1)} s, running again after SIGCONT; kill left no process`;
  });

  await check('data unplugged before a start', async () => {
    const id = await start(epochs(3, 3));
    await atEpoch(id, 1, 1);
    await relief.run(['stop', id, '--project', relief.project]);
    const [data, away] = [join(relief.project, 'datasets'), join(relief.folder, 'unplugged')];
    renameSync(data, away);
    try {
      await relief.run(['resume', id, '--project', relief.project]);
      hold((await stateOf(id)) === 'failed', `it is ${String(await stateOf(id))}`);
      hold(/Put it back/.test(messageOf(id)), `it says: ${messageOf(id)}`);
    } finally {
      renameSync(away, data);
    }
    await resume(id);
    return 'failed with what to do; back again, it went on to the end';
  });

  await check('the project’s own disk unplugged while it trains', async () => {
    const id = await start(epochs(200, 1));
    await atEpoch(id, 1, 1);
    const away = `${relief.project}-unplugged`;
    renameSync(relief.project, away);
    const gone = await relief.run(['jobs', '--project', relief.project]);
    hold(gone.code !== 0 && gone.stderr.includes(relief.project), `a listing says: ${gone.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 8000));
    renameSync(away, relief.project);
    await until('an end', 30, async () =>
      ['failed', 'crashed'].includes((await stateOf(id)) ?? '') ? true : undefined,
    );
    const words = messageOf(id);
    hold(/[Rr]esume/.test(words), `it says: ${words}`);
    const from = eventsOf(folderOf(id)).filter(({ type }) => type === 'checkpoint').length;
    await relief.run(['resume', id, '--detach', '--project', relief.project]);
    await until('more checkpoints', 60, () =>
      eventsOf(folderOf(id)).filter(({ type }) => type === 'checkpoint').length > from ? true : undefined,
    );
    await relief.run(['kill', id, '--project', relief.project]);
    return `${(await stateOf(id)) ?? ''} with its reason (${words.slice(0, 60)}…), then it went on`;
  });

  await check('a full disk', fullDisk);
}

/** The id of a job that is not in the list. */
async function newJob(before: readonly string[]): Promise<string> {
  return until('the new job', 30, () =>
    readdirSync(join(relief.project, 'jobs')).find((name) => !before.includes(name) && !name.startsWith('.')),
  );
}

async function fullDisk(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'skipped: needs root, to mount a small file system';
  const small = new Relief();
  mkdirSync(small.project);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', small.project]);
  try {
    await small.createTinyProject(['O']);
    const { jobs } = await small.json(StartedJobs, ['train', 'pretrain-gan', ...epochs(40, 5), '--detach']);
    const folder = join(small.project, 'jobs', jobs[0] ?? '');
    await until('a checkpoint', 60, () => eventsOf(folder).find(({ type }) => type === 'checkpoint'));
    const filler = join(small.project, 'filler');
    const file = openSync(filler, 'w');
    for (const size of [1 << 20, 4096, 64])
      for (;;)
        try {
          if (writeSync(file, Buffer.alloc(size)) < size) break;
        } catch {
          break; // Full for this size.
        }
    closeSync(file);
    const begun = Date.now();
    const failed = await until('the failure', 30, () =>
      eventsOf(folder).find((event) => event.type === 'state' && event.state === 'failed'),
    );
    const message = failed.type === 'state' ? (failed.message ?? '') : '';
    hold(/disk is full.*Make room/.test(message), `it says: ${message}`);
    rmSync(filler);
    const { code } = await small.run(['resume', jobs[0] ?? '', '--project', small.project], { seconds: 240 });
    hold(code === 0, 'it does not go on');
    return `failed after ${((Date.now() - begun) / 1000).toFixed(1)} s saying what to do; with room again it went on to the end`;
  } finally {
    execFileSync('umount', ['-l', small.project]);
    small.dispose();
  }
}

main()
  .catch((error: unknown) => {
    tell(false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  })
  .finally(() => {
    relief.dispose();
    process.stdout.write(failures === 0 ? 'all held\n' : `${failures} did not hold\n`);
    process.exitCode = failures === 0 ? 0 : 1;
  });
