// Real jobs, interrupted in every way a machine knows; see interruptions.mjs. The argument is the number of random moments.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@shared/random';
import { fillDisk } from '../fixtures/fill-disk';
import { Relief, StartedJobs, until } from '../fixtures/relief';
import { eventsOf, pidOf, processesOfGroup } from '../unit/end-to-end/processes';
import {
  atEpoch,
  check,
  epochs,
  failed,
  folderOf,
  hold,
  messageOf,
  newJob,
  pass,
  relief,
  resume,
  sameAs,
  start,
  stateOf,
  tell,
  traceOf,
  untilState,
  untilTraining,
} from './interrupted-runs';

const moments = Number(process.argv[2] ?? '20');

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

  await check(`kill -9 at ${String(moments)} random moments of the training`, async () => {
    const random = createRandom('moments');
    let hits = 0;
    for (let attempt = 1; hits < moments; attempt++) {
      hold(attempt <= 3 * moments, `only ${String(hits)} of ${String(attempt - 1)} kills came before the end`);
      if (await killAndResume(random.uniform() * trainingMs, whole)) hits++;
    }
    return `${String(hits)} of ${String(moments)} crashed and were resumed bit-equal`;
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
    hold(!existsSync(relief.project), 'the job made the project anew at the old place');
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

  if (process.platform === 'linux' && process.getuid?.() === 0) await check('a full disk', fullDisk);
  else pass('a full disk: needs root, to mount a small file system');
}

/** Kills a training so long after its first step and resumes it; false when it had ended by then. */
async function killAndResume(afterMs: number, whole: Record<string, string>): Promise<boolean> {
  const id = await start();
  await untilTraining(id);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const pid = pidOf(folderOf(id)) ?? 0;
  if (existsSync(join(folderOf(id), 'result.json'))) return false;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return false; // It ended in this moment.
  }
  const seconds = await untilState(id, 'crashed');
  hold(processesOfGroup(pid).length === 0, `processes are left: ${processesOfGroup(pid).join()}`);
  const step = eventsOf(folderOf(id)).reduce((most, event) => (event.type === 'checkpoint' ? event.step : most), 0);
  await resume(id);
  sameAs(id, whole);
  process.stdout.write(`     crashed after ${seconds.toFixed(1)} s, resumed from step ${String(step)}\n`);
  return true;
}

async function fullDisk(): Promise<string> {
  const small = new Relief();
  mkdirSync(small.project);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', small.project]);
  try {
    await small.createTinyProject(['O']);
    const { jobs } = await small.json(StartedJobs, ['train', 'pretrain-gan', ...epochs(40, 5), '--detach']);
    const folder = join(small.project, 'jobs', jobs[0] ?? '');
    await until('a checkpoint', 60, () => eventsOf(folder).find(({ type }) => type === 'checkpoint'));
    const filler = join(small.project, 'filler');
    fillDisk(filler);
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
    process.stdout.write(failed() === 0 ? 'all held\n' : `${String(failed())} did not hold\n`);
    process.exitCode = failed() === 0 ? 0 : 1;
  });
