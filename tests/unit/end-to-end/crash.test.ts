import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptMarks, readScalar } from '@workbench/jobs/scalars';
import { eventsOf, pidOf, processesOfGroup } from './processes';
import {
  ControlledJob,
  ListedJobs,
  Relief,
  StartedJobs,
  tinySettings,
  TrainedJobs,
  until,
} from '../../fixtures/relief';

const relief = new Relief();

/** Long enough to be met in the middle: both stages, twenty epochs each. */
const settings = tinySettings({
  'data.sources': 'O',
  'stage1.epochs': 20,
  'stage2.epochs': 20,
  'compute.reproducible': true,
});

beforeAll(async () => {
  await relief.createTinyProject(['O']);
}, 120_000);

afterAll(() => {
  relief.dispose();
});

const folderOf = (id: string) => join(relief.project, 'jobs', id);

async function startTraining(): Promise<string> {
  // A stage 1 that is there already would be reused, and the runs would not be alike.
  rmSync(join(relief.project, 'stages'), { recursive: true, force: true });
  const { jobs } = await relief.json(StartedJobs, ['train', 'pretrain-gan', ...settings, '--detach']);
  const [id] = jobs;
  if (id === undefined) throw new Error('no job was started');
  return id;
}

/** Waits until a job has finished an epoch of a stage, and gives its process. */
async function atEpoch(id: string, stage: 1 | 2, epoch: number): Promise<number> {
  await until(`epoch ${String(epoch)} of stage ${String(stage)}`, 60, () =>
    eventsOf(folderOf(id)).some((event) => event.type === 'epoch' && event.stage === stage && event.epoch >= epoch)
      ? true
      : undefined,
  );
  const pid = pidOf(folderOf(id));
  if (pid === undefined) throw new Error('a running job without a beat');
  return pid;
}

async function stateOf(id: string): Promise<string | undefined> {
  const { jobs } = await relief.json(ListedJobs, ['jobs']);
  return jobs.find((job) => job.id === id)?.state;
}

/** Every score file of a run by its path, as text. */
function scoresOf(id: string): Map<string, string> {
  const folder = join(folderOf(id), 'scores');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** Steps of a curve as readers see it, and the steps that a run without interruption logs. */
function stepsOf(id: string, name: 'generator-loss' | 'classifier-loss'): number[] {
  const folder = folderOf(id);
  return [...readScalar(join(folder, 'scalars'), name, attemptMarks(eventsOf(folder))).step];
}

describe('a training job that is interrupted', () => {
  let uninterrupted = '';

  beforeAll(async () => {
    uninterrupted = await startTraining();
    await until('the uninterrupted run', 60, async () =>
      (await stateOf(uninterrupted)) === 'done' ? true : undefined,
    );
  }, 120_000);

  it('is shown as crashed after kill -9, stays so, and resumes to the same bytes', async () => {
    const id = await startTraining();
    const pid = await atEpoch(id, 1, 3);
    process.kill(pid, 'SIGKILL');
    await until('the crash in the list', 30, async () => ((await stateOf(id)) === 'crashed' ? true : undefined));
    expect(processesOfGroup(pid)).toEqual([]);
    expect(await stateOf(id), 'a crashed job does not restart itself').toBe('crashed');

    const resumed = await relief.json(ControlledJob, ['resume', id]);
    expect(resumed).toMatchObject({ id, state: 'done' });
    expect(eventsOf(folderOf(id)).filter(({ type }) => type === 'attempt')).toHaveLength(2);
    expect(scoresOf(id)).toEqual(scoresOf(uninterrupted));
    for (const name of ['generator-loss', 'classifier-loss'] as const)
      expect(stepsOf(id, name), name).toEqual(stepsOf(uninterrupted, name));
  }, 120_000);

  it('stops with a checkpoint and resumes, in either stage, to the same bytes as without', async () => {
    const id = await startTraining();
    for (const stage of [1, 2] as const) {
      await atEpoch(id, stage, 2);
      expect(await relief.json(ControlledJob, ['stop', id])).toEqual({ id, state: 'stopped' });
      const { code } = await relief.run(['resume', id, '--detach', '--project', relief.project]);
      expect(code).toBe(0);
    }
    await until('the end', 60, async () => ((await stateOf(id)) === 'done' ? true : undefined));

    expect(eventsOf(folderOf(id)).filter(({ type }) => type === 'attempt')).toHaveLength(3);
    expect(scoresOf(uninterrupted).size).toBe(4); // dev and test, of the last epoch and of the best
    expect(scoresOf(id)).toEqual(scoresOf(uninterrupted));
    for (const name of ['generator-loss', 'classifier-loss'] as const)
      expect(stepsOf(id, name), name).toEqual(stepsOf(uninterrupted, name));
  }, 180_000);

  it('leaves no process behind when it is killed, and frees the way for the next', async () => {
    const id = await startTraining();
    const pid = await atEpoch(id, 1, 1);
    expect(processesOfGroup(pid)).toContain(pid);
    expect(await relief.json(ControlledJob, ['kill', id])).toEqual({ id, state: 'stopped' });
    expect(processesOfGroup(pid)).toEqual([]);

    const next = await relief.json(TrainedJobs, [
      'train',
      'scratch',
      ...tinySettings({ 'data.sources': 'O', 'stage2.epochs': 1 }),
    ]);
    expect(next.jobs.map(({ state }) => state)).toEqual(['done']);
    expect(await stateOf(id)).toBe('stopped');
  }, 120_000);
});
