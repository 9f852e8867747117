import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlurmSubmission } from '@shared/domain/slurm';
import { StartedJobs, tinySettings, TrainedJobs, until } from '../fixtures/relief';
import type { SlurmCluster } from '../fixtures/slurm-cluster';
import { launchDesktop } from '../e2e/launch';
import { displayIfBare, experimentText, launchFromWindow, stateInWindow } from './slurm-window';
import { eventsOf, pidOf, processesOfGroup } from '../unit/end-to-end/processes';
import {
  check,
  failed,
  folderOf,
  hold,
  relief,
  resume,
  sameAs,
  stateOf,
  traceOf,
  untilState,
  untilTraining,
} from './interrupted-runs';

const seeds = 4;
/** Cores are shared with everything else here: a run takes one. */
const oneCore = ['--executor', 'slurm', '--slurm', 'cores=1'];

function settings(stage1: number, stage2: number): string[] {
  const common = { 'data.sources': 'O', 'data.targets': 'O', 'compute.reproducible': true, 'compute.threads': 1 };
  return tinySettings({ ...common, 'stage1.epochs': stage1, 'stage2.epochs': stage2 });
}

/** A stage 1 that is there already would be reused. */
function forgetStages(): void {
  rmSync(join(relief.project, 'stages'), { recursive: true, force: true });
}

async function startOnSlurm(args: readonly string[]): Promise<string[]> {
  forgetStages();
  const { jobs } = await relief.json(StartedJobs, ['train', 'pretrain-gan', ...args, ...oneCore, '--detach']);
  return jobs;
}

function submissionOf(id: string) {
  return SlurmSubmission.parse(JSON.parse(readFileSync(join(folderOf(id), 'slurm.json'), 'utf8')));
}

function statesOf(id: string): string[] {
  return eventsOf(folderOf(id)).flatMap((event) => (event.type === 'state' ? [event.state] : []));
}

function attemptsOf(id: string): number {
  return eventsOf(folderOf(id)).filter(({ type }) => type === 'attempt').length;
}

/** Follows runs to their end, as a person with the command does. */
async function untilDone(ids: readonly string[], seconds: number): Promise<void> {
  for (const id of ids) await untilState(id, 'done', seconds);
}

/**
 * Lets a job that comes before all others take a core as soon as every run trains; the cluster puts one of them back.
 * @returns the runs that were put back
 */
async function preemptOne(cluster: SlurmCluster, ids: readonly string[]): Promise<string[]> {
  for (const id of ids) await untilTraining(id);
  cluster.ask('sbatch', ['--partition=urgent', '--cpus-per-task=1', '--output=/dev/null', '--wrap=sleep 2']);
  return until('a run to be put back', 60, () => {
    const back = ids.filter((id) => statesOf(id).lastIndexOf('queued') > statesOf(id).indexOf('running'));
    return back.length > 0 && back.every((id) => statesOf(id).includes('running')) ? back : undefined;
  });
}

/** What must hold of an array of which a part was put back, once all have ended. */
function holdWhole(ids: readonly string[], back: readonly string[], whole: readonly Record<string, string>[]): void {
  const arrays = new Set(ids.map((id) => submissionOf(id).id.split('_')[0]));
  hold(arrays.size === 1, `they are in ${String(arrays.size)} arrays`);
  for (const [index, id] of ids.entries()) {
    sameAs(id, whole[index] ?? {});
    hold(attemptsOf(id) === (back.includes(id) ? 2 : 1), `${id} was started ${String(attemptsOf(id))} times`);
  }
}

export async function checkSlurm(cluster: SlurmCluster): Promise<number> {
  await relief.createTinyProject(['O']);
  const long = settings(40, 20);
  const { jobs } = await relief.json(TrainedJobs, ['train', 'pretrain-gan', ...long, '--seeds', String(seeds)], {
    seconds: 600,
  });
  hold(
    jobs.every(({ state }) => state === 'done'),
    'the runs on this machine are not done',
  );
  const whole = jobs.map(({ id }) => traceOf(id));

  await check('an array of 4 from the command line, one preempted', async () => {
    const ids = await startOnSlurm([...long, '--seeds', String(seeds)]);
    const back = await preemptOne(cluster, ids);
    await untilDone(ids, 300);
    holdWhole(ids, back, whole);
    return `${back.join(', ')} put back, all done, bit-equal to runs on this machine`;
  });

  await check('an array of 4 from the window, one preempted', async () => {
    forgetStages();
    const file = join(relief.project, 'experiments', 'from-window.yaml');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, experimentText('from-window', long));
    const display = await displayIfBare();
    try {
      const desktop = await launchDesktop({ home: relief.home });
      try {
        const ids = await launchFromWindow(desktop, relief.project, seeds);
        const back = await preemptOne(cluster, ids);
        await untilDone(ids, 300);
        holdWhole(ids, back, whole);
        const shown = await stateInWindow(desktop, ids[0] ?? '');
        hold(shown === 'Done', `the window calls the first ${shown}`);
        hold(desktop.pageErrors.length === 0, desktop.pageErrors.join('; '));
        return `${back.join(', ')} put back, all done, bit-equal`;
      } finally {
        await desktop.close();
      }
    } finally {
      display?.stop();
    }
  });

  await check('a time limit that comes before the end', async () => {
    const longer = settings(160, 20);
    forgetStages();
    const here = await relief.json(TrainedJobs, ['train', 'pretrain-gan', ...longer], { seconds: 300 });
    const alone = traceOf(here.jobs[0]?.id ?? '');
    const [id = ''] = await startOnSlurm([...longer, '--slurm', 'time=2', '--slurm', 'signalSeconds=100']);
    await untilState(id, 'done', 300);
    hold(attemptsOf(id) >= 2, 'the limit never came');
    sameAs(id, alone);
    return `${String(attemptsOf(id))} attempts, bit-equal`;
  });

  await check('stop and save, then resume', async () => {
    const [id = ''] = await startOnSlurm(long);
    await untilTraining(id);
    const before = submissionOf(id).id;
    const { code } = await relief.run(['stop', id, '--project', relief.project]);
    hold(code === 0 && (await stateOf(id)) === 'stopped', `it is ${String(await stateOf(id))}`);
    await resume(id);
    hold(submissionOf(id).id !== before, 'it was not handed over anew');
    sameAs(id, whole[0] ?? {});
    return 'handed over anew, bit-equal';
  });

  await check('kill', async () => {
    const [id = ''] = await startOnSlurm(settings(400, 1));
    await untilTraining(id);
    const pid = pidOf(folderOf(id)) ?? 0;
    const begun = Date.now();
    const { code, stderr } = await relief.run(['kill', id, '--project', relief.project], { seconds: 120 });
    hold(code === 0, stderr);
    hold((await stateOf(id)) === 'stopped', `it is ${String(await stateOf(id))}`);
    hold(processesOfGroup(pid).length === 0, 'processes are left');
    hold(!cluster.ask('squeue', ['--noheader', '--array']).includes(submissionOf(id).id), 'Slurm still has it');
    return `gone after ${((Date.now() - begun) / 1000).toFixed(1)} s`;
  });

  await check('cancel while it waits in Slurm', async () => {
    const ids = await startOnSlurm([...settings(400, 1), '--seeds', '2', '--slurm', 'atOnce=1']);
    const [first = '', second = ''] = ids;
    await untilTraining(first);
    hold((await stateOf(second)) === 'queued', `the second is ${String(await stateOf(second))}`);
    const listed = await relief.run(['jobs', '--project', relief.project]);
    hold(/In Slurm as \d+_1: waits for others of its group/.test(listed.stdout), listed.stdout);
    await relief.run(['stop', second, '--project', relief.project]);
    hold((await stateOf(second)) === 'stopped', `it is ${String(await stateOf(second))}`);
    hold(attemptsOf(second) === 0, 'it was started');
    await relief.run(['kill', first, '--project', relief.project], { seconds: 120 });
    return 'stopped, and never started';
  });

  await check('scancel from outside', async () => {
    const [id = ''] = await startOnSlurm(settings(400, 1));
    await untilTraining(id);
    cluster.ask('scancel', [submissionOf(id).id]);
    const seconds = await untilState(id, 'stopped', 40);
    await relief.run(['resume', id, '--detach', '--project', relief.project]);
    await until('it to go on', 60, () => (attemptsOf(id) === 2 ? true : undefined));
    await relief.run(['kill', id, '--project', relief.project], { seconds: 120 });
    return `stopped after ${seconds.toFixed(1)} s, with its checkpoint`;
  });

  await check('kill -9 of the process on the node', async () => {
    const [id = ''] = await startOnSlurm(settings(400, 1));
    await untilTraining(id);
    process.kill(pidOf(folderOf(id)) ?? 0, 'SIGKILL');
    const seconds = await untilState(id, 'crashed', 30);
    return `crashed after ${seconds.toFixed(1)} s`;
  });

  await check('a partition that there is not', async () => {
    const { code, stderr } = await relief.run([
      'train',
      'scratch',
      ...settings(1, 1),
      ...oneCore,
      '--slurm',
      'partition=nowhere',
      '--project',
      relief.project,
    ]);
    hold(code === 2 && /partition/i.test(stderr), `${String(code)}: ${stderr}`);
    return stderr.trim();
  });
  relief.dispose();
  return failed() === 0 ? 0 : 1;
}
