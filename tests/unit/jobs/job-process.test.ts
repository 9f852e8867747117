import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cancelJob, killJob, moveInQueue, moveToFront, resumeJob, retryJob, stopJob } from '@workbench/jobs/control';
import { jobFolder } from '@workbench/jobs/job-folder';
import { advanceQueue, pauseQueue, waitReason } from '@workbench/jobs/queue';
import { editQueue, readQueue } from '@workbench/jobs/queue-file';
import { attemptMarks, readScalar } from '@workbench/jobs/scalars';
import { freeSlotCount } from '@workbench/jobs/slots';
import { readSummary, stateOf } from '@workbench/jobs/summary';
import { writeJson } from '@workbench/project/files';
import { fateOf, ownIdentity } from '@workbench/project/process-identity';
import type { Project } from '@workbench/project/project';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../fixtures/build';
import {
  copyProject,
  inState,
  launchTiny,
  makeTinyProject,
  openSandbox,
  runToEnd,
  type Sandbox,
  startRelief,
  tinyExperiment,
  until,
} from '../../fixtures/small-project';

let sandbox: Sandbox;
let template: string;
let project: Project;
let copies = 0;

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  template = join(sandbox.folder, 'template');
  await makeTinyProject(template);
}, 120_000);
afterAll(() => {
  sandbox.remove();
});
afterEach(async () => {
  await project.close();
});

async function freshProject(): Promise<Project> {
  project = await copyProject(template, join(sandbox.folder, `project-${copies++}`));
  return project;
}

const endless = tinyExperiment({ stage1: 500, stage2: 500 });
/** Takes every core, so that nothing runs beside it. */
const greedy = tinyExperiment({ stage1: 500, stage2: 500, threads: 0 });

/** Resolves once the run has logged a point and written a checkpoint. */
async function untilItTrains(id: string): Promise<void> {
  await until(project, id, async () => {
    const events = await jobFolder(project, id).events();
    return events.some(({ type }) => type === 'checkpoint') && curve(id).length > 2;
  });
}

function curve(id: string, marks: Parameters<typeof readScalar>[2] = []): number[] {
  return [...readScalar(jobFolder(project, id).scalarsFolder, 'generator-loss', marks).step];
}

async function wholeCurve(id: string): Promise<number[]> {
  return curve(id, attemptMarks(await jobFolder(project, id).events()));
}

function pidOf(id: string): number {
  const beat = jobFolder(project, id).beat();
  if (!beat) throw new Error('no beat yet');
  return beat.pid;
}

/** Fails when the process of a job that has ended is still there after two seconds. */
async function untilGone(id: string): Promise<void> {
  const beat = jobFolder(project, id).beat();
  if (!beat) throw new Error('no beat');
  for (let tries = 0; fateOf(beat) !== 'gone'; tries++) {
    if (tries > 40) throw new Error(`process ${beat.pid} is still there`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Living processes of a process group, as `ps` sees them. */
function processesOfGroup(group: number): string[] {
  const lines = execFileSync('ps', ['-eo', 'pgid=,stat=,pid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.filter((line) => {
    const [pgid, state = ''] = line.trim().split(/\s+/);
    return Number(pgid) === group && !state.startsWith('Z');
  });
}

describe('a training job', () => {
  it('runs in a process of its own and leaves a whole folder', async () => {
    await freshProject();
    const id = await launchTiny(project, tinyExperiment());
    const summary = await runToEnd(project, id);
    expect(summary).toMatchObject({ state: 'done', attempt: 1, message: null });
    const folder = jobFolder(project, id);
    for (const name of [
      'job.json',
      'config.json',
      'provenance.json',
      'beat.json',
      'events.jsonl',
      'log.txt',
      'result.json',
    ])
      expect(existsSync(join(folder.path, name)), name).toBe(true);
    expect(existsSync(folder.reserveFile)).toBe(false);
    expect(await folder.provenance()).toMatchObject({ seed: 1, engine: { name: 'wasm', threads: 1 } });
    const states = (await folder.events()).flatMap((event) => (event.type === 'state' ? [event.state] : []));
    expect(states).toEqual(['queued', 'starting', 'running', 'done']);
    expect(summary.result?.kind === 'train' && summary.result.scores.length).toBe(4);
  });

  it('killed while it is being started spares the process that starts it', async () => {
    await freshProject();
    const id = await launchTiny(project, tinyExperiment());
    const folder = jobFolder(project, id);
    let fail = (): void => undefined;
    const failing = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const start = editQueue(project, async () => {
      const resources = { residentBytes: 0, cpuSeconds: 0, engineBytes: null, tensors: null };
      const time = new Date().toISOString();
      await writeJson(folder.beatFile, { ...ownIdentity(), attempt: 1, time, progress: null, resources });
      await folder.appendState('starting');
      await failing;
      await folder.appendState('failed', 'It could not be started.');
    });
    while ((await stateOf(folder)) !== 'starting') await new Promise((resolve) => setTimeout(resolve, 10));
    const kill = expect(killJob(project, id)).rejects.toMatchObject({ code: 'conflict' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    fail();
    await start;
    await kill;
  });

  it('saves and stops when it is asked to, and goes on where it was', async () => {
    await freshProject();
    const id = await launchTiny(project, endless);
    await untilItTrains(id);
    await stopJob(project, id);
    const stopped = await until(project, id, inState('stopped'));
    expect(stopped.message).toMatch(/Saved at step \d+/);
    await untilGone(id);
    const before = (await wholeCurve(id)).at(-1) ?? 0;
    await resumeJob(project, id);
    await until(project, id, async () => ((await wholeCurve(id)).at(-1) ?? 0) > before + 3);
    const steps = await wholeCurve(id);
    expect(steps).toEqual(steps.map((_, index) => (steps[0] ?? 0) + index));
    expect((await readSummary(project, id)).attempt).toBe(2);
    await killJob(project, id);
  });

  it('that was killed from outside is shown as crashed within seconds, and resume continues without a gap', async () => {
    await freshProject();
    const id = await launchTiny(project, endless);
    await untilItTrains(id);
    process.kill(pidOf(id), 'SIGKILL');
    const killedAt = Date.now();
    const crashed = await until(project, id, inState('crashed'), 10);
    expect(Date.now() - killedAt).toBeLessThan(5000);
    expect(crashed.message).toMatch(/ended without a word/);
    // A crashed job never restarts itself.
    await advanceQueue(project);
    expect((await readSummary(project, id)).state).toBe('crashed');
    const last = (await wholeCurve(id)).at(-1) ?? 0;
    await resumeJob(project, id);
    await until(project, id, async () => ((await wholeCurve(id)).at(-1) ?? 0) > last);
    const steps = await wholeCurve(id);
    expect(steps).toEqual(steps.map((_, index) => 1 + index));
    await killJob(project, id);
  });

  it('that is killed leaves no process and frees its slot', async () => {
    await freshProject();
    const id = await launchTiny(project, endless);
    await untilItTrains(id);
    const group = pidOf(id);
    await killJob(project, id);
    expect((await readSummary(project, id)).state).toBe('stopped');
    await untilGone(id);
    expect(processesOfGroup(group)).toEqual([]);
    const next = await launchTiny(project, tinyExperiment({ preset: 'scratch' }));
    expect((await runToEnd(project, next)).state).toBe('done');
  });

  it('that stands still is shown as stalled, and runs again when it goes on', async () => {
    await freshProject();
    const id = await launchTiny(project, endless);
    await untilItTrains(id);
    process.kill(pidOf(id), 'SIGSTOP');
    expect((await until(project, id, inState('stalled'), 30)).message).toMatch(/No sign of life/);
    process.kill(pidOf(id), 'SIGCONT');
    await until(project, id, inState('running'), 10);
    await killJob(project, id);
  });

  it('goes on when the command that started it dies, and another attaches', async () => {
    await freshProject();
    const folder = project.folder;
    await project.close();
    const experiment = join(folder, 'long.yaml');
    writeFileSync(experiment, tinyExperiment({ stage1: 30, stage2: 10 }));
    const command = startRelief(['train', experiment, '--project', folder]);
    project = await copyless(folder);
    const id = await waitForJob('0002-tiny-O-s1');
    await until(project, id, inState('running'));
    command.signal('SIGKILL');
    await command.ended;
    expect((await runToEnd(project, id)).state).toBe('done');
    const steps = await wholeCurve(id);
    expect(steps).toEqual(steps.map((_, index) => 1 + index));
  });

  it('whose disk fills up fails with that reason and keeps its last checkpoint', async ({ skip }) => {
    await freshProject();
    const small = join(sandbox.folder, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      return skip('needs the right to mount a small file system');
    }
    try {
      await project.close();
      project = await copyProject(template, join(small, 'project'));
      const id = await launchTiny(project, endless);
      await untilItTrains(id);
      const { bavail, bsize } = statfsSync(small);
      writeFileSync(join(small, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 300_000)));
      const failed = await until(project, id, inState('failed', 'crashed'), 30);
      expect(failed).toMatchObject({ state: 'failed' });
      expect(failed.message).toMatch(/disk is full/);
      execFileSync('rm', [join(small, 'filler')]);
      await resumeJob(project, id);
      await until(project, id, inState('running'));
      expect(readFileSync(jobFolder(project, id).logFile, 'utf8')).toMatch(/going on from step [1-9]/);
      await killJob(project, id);
    } finally {
      await project.close();
      execFileSync('umount', ['-l', small]);
    }
  });
});

describe('the queue', () => {
  it('runs one job that needs every core at a time, in order, and lets a waiting one go first or be cancelled', async () => {
    await freshProject();
    const first = await launchTiny(project, greedy);
    await until(project, first, inState('running'));
    const second = await launchTiny(project, tinyExperiment());
    const third = await launchTiny(project, tinyExperiment({ preset: 'scratch' }));
    await advanceQueue(project);
    expect((await readSummary(project, second)).state).toBe('queued');
    expect(await waitReason(project, second)).toBe(`Starts after ${first}.`);
    await moveToFront(project, third);
    expect((await readQueue(project)).order).toEqual([third, second]);
    await cancelJob(project, second);
    expect(await readSummary(project, second)).toMatchObject({ state: 'stopped', attempt: 0 });
    await killJob(project, first);
    expect((await runToEnd(project, third)).state).toBe('done');
  });

  it('starts the third of three first when it is moved there', async () => {
    await freshProject();
    await pauseQueue(project, true);
    const [first, second, third] = [
      await launchTiny(project, tinyExperiment({ preset: 'scratch', threads: 0 })),
      await launchTiny(project, tinyExperiment({ preset: 'scratch', threads: 0 })),
      await launchTiny(project, tinyExperiment({ preset: 'scratch', threads: 0 })),
    ];
    await moveInQueue(project, third, first);
    await moveInQueue(project, first, null);
    expect((await readQueue(project)).order).toEqual([third, second, first]);
    await pauseQueue(project, false);
    expect(await advanceQueue(project)).toEqual([third]);
    await expect(moveInQueue(project, third, second)).rejects.toMatchObject({ code: 'conflict' });
    await runToEnd(project, third);
    for (const id of [second, first]) await runToEnd(project, id);
  });

  it('shares the cores between runs with fewer threads, and gives each run its own name', async ({ skip }) => {
    if (availableParallelism() < 2) skip('needs two cores');
    await freshProject();
    const ids: string[] = [];
    for (let runs = 0; runs < availableParallelism() + 1; runs++) ids.push(await launchTiny(project, endless));
    const waiting = ids.at(-1) ?? '';
    expect(await advanceQueue(project)).toEqual(ids.slice(0, -1));
    expect((await readSummary(project, waiting)).state).toBe('queued');
    expect(freeSlotCount('cpu')).toBe(0);
    const names = await Promise.all(ids.map(async (id) => (await jobFolder(project, id).job()).name));
    expect(names.slice(0, 2)).toEqual(['tiny O→O s1', 'tiny O→O s1 #2']);
    await cancelJob(project, waiting);
    for (const id of ids.slice(0, -1)) await killJob(project, id);
    expect(freeSlotCount('cpu')).toBe(availableParallelism());
  });

  it('starts nothing while it is paused', async () => {
    await freshProject();
    await pauseQueue(project, true);
    const id = await launchTiny(project, tinyExperiment());
    expect(await advanceQueue(project)).toEqual([]);
    expect((await readSummary(project, id)).state).toBe('queued');
    await pauseQueue(project, false);
    await until(project, id, inState('running', 'done'));
    await runToEnd(project, id);
  });

  it('is moved on by a job at its end, with nobody else there', async () => {
    await freshProject();
    const first = await launchTiny(project, tinyExperiment({ preset: 'scratch', threads: 0 }));
    const second = await launchTiny(project, tinyExperiment({ preset: 'scratch', threads: 0 }));
    expect(await advanceQueue(project)).toEqual([first]);
    const deadline = Date.now() + 60_000;
    while ((await readSummary(project, second)).state !== 'done' && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await readSummary(project, second)).state).toBe('done');
  });

  it('runs a job again as a new one, linked to the first', async () => {
    await freshProject();
    const id = await launchTiny(project, tinyExperiment({ preset: 'scratch' }));
    await cancelJob(project, id);
    const again = await retryJob(project, id);
    expect(again).not.toBe(id);
    const summary = await readSummary(project, again);
    expect(summary.job).toMatchObject({ parent: id, kind: 'train', seed: 1 });
    expect(await jobFolder(project, again).config()).toEqual(await jobFolder(project, id).config());
    await cancelJob(project, again);
  });
});

/** Opens a folder that another process may hold the lease of. */
async function copyless(folder: string): Promise<Project> {
  const { openProject } = await import('@workbench/project/project');
  return openProject(folder, { role: 'window', readOnly: true });
}

async function waitForJob(id: string): Promise<string> {
  const deadline = Date.now() + 20_000;
  while (!existsSync(join(project.folder, 'jobs', id, 'job.json'))) {
    if (Date.now() > deadline) throw new Error(`${id} does not appear`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return id;
}
