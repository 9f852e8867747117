import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReportData } from '@shared/domain/report';
import { z } from '@shared/zod';
import { decodeImage } from '@workbench/images/decode';
import { jobFolder } from '@workbench/jobs/job-folder';
import { readScalar } from '@workbench/jobs/scalars';
import { createService } from '@workbench/service';
import { openProject } from '@workbench/project/project';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../fixtures/build';
import {
  makeTinyProject,
  openSandbox,
  relief,
  type Sandbox,
  startRelief,
  tinyExperiment,
} from '../../fixtures/small-project';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  folder = join(sandbox.folder, 'project');
  await makeTinyProject(folder);
  writeFileSync(join(folder, 'experiments', 'tiny.yaml'), tinyExperiment());
  writeFileSync(join(folder, 'long.yaml'), tinyExperiment({ stage1: 500, stage2: 500 }));
}, 120_000);
afterAll(() => {
  sandbox.remove();
});

const Jobs = z.strictObject({
  jobs: z.array(
    z.strictObject({ id: z.string(), name: z.string(), kind: z.string(), state: z.string(), progress: z.number() }),
  ),
});

async function jobs() {
  const { stdout } = await relief(['jobs', '--json', '--project', folder]);
  return Jobs.parse(JSON.parse(stdout)).jobs;
}

/** Waits until a job has logged a few steps of training. */
async function untilItTrains(id: string): Promise<void> {
  const project = await openProject(folder, { role: 'window', readOnly: true });
  for (let tries = 0; tries < 400; tries++) {
    const isThere = existsSync(join(project.folder, 'jobs', id, 'job.json'));
    if (isThere && readScalar(jobFolder(project, id).scalarsFolder, 'generator-loss', []).step.length > 2) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${id} does not train`);
}

describe('relief train', () => {
  it('runs an experiment of the project by its name, with progress in lines, from any folder below', async () => {
    const { code, stdout } = await relief(['train', 'tiny'], { cwd: join(folder, 'datasets', 'O') });
    expect(code).toBe(0);
    expect(stdout).toMatch(/tiny O→O s1: 100 % done/);
    expect(stdout).toMatch(/0002-tiny-O-s1 done: dev HTER/);
    expect((await jobs()).find(({ id }) => id === '0002-tiny-O-s1')).toEqual({
      id: '0002-tiny-O-s1',
      name: 'tiny O→O s1',
      kind: 'train',
      state: 'done',
      progress: 1,
    });
  });

  it('makes one job for each seed, in one group, with --set put into the settings', async () => {
    const { code, stdout } = await relief([
      'train',
      'tiny',
      ...['--seeds', '2', '--set', 'train.seed=7', '--set', 'stage1.epochs=1', '--json', '--project', folder],
    ]);
    expect(code).toBe(0);
    const answer = z
      .looseObject({ jobs: z.array(z.looseObject({ id: z.string(), state: z.string() })) })
      .parse(JSON.parse(stdout));
    expect(answer.jobs.map(({ id, state }) => [id, state])).toEqual([
      ['0003-tiny-O-s7', 'done'],
      ['0004-tiny-O-s8', 'done'],
    ]);
    const project = await openProject(folder, { role: 'command', readOnly: true });
    const [first, second] = await Promise.all(answer.jobs.map(({ id }) => jobFolder(project, id).job()));
    expect(first?.group).not.toBeNull();
    expect(second?.group).toBe(first?.group);
    const config = await jobFolder(project, '0004-tiny-O-s8').config();
    expect(config).toMatchObject({ stage1: { epochs: 1 }, train: { seed: 8, batchSize: 4 } });
  });

  it('clones a run into an experiment of its own, which says in what it differs', async () => {
    const set = ['--set', 'stage1.l1Weight=50'];
    const { code, stdout } = await relief(['clone', '4', '--as', 'again', ...set, '--json', '--project', folder]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ experiment: 'again', from: '0004-tiny-O-s8' },
      changes: [{ path: 'stage1.l1Weight', from: 100, to: 50 }],
    });
    const check = await relief(['config', 'check', join(folder, 'experiments', 'again.yaml')]);
    expect(check.stdout).toMatch(/stage1\.l1Weight: 100 → 50/);
    expect(check.stdout).toMatch(/train\.seed: 1 → 8/);
    const twice = await relief(['clone', '4', '--as', 'again', '--project', folder]);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toMatch(/There is an experiment "again" already/);
  });

  it('saves and ends with 3 on Ctrl-C; resume goes on, and stop ends that', async () => {
    const run = startRelief(['train', join(folder, 'long.yaml'), '--project', folder]);
    const id = '0005-tiny-O-s1';
    await untilItTrains(id);
    run.signal('SIGINT');
    const { code, stdout } = await run.ended;
    expect(stdout).toMatch(/saving a checkpoint/);
    expect(code).toBe(3);
    expect((await jobs()).find((job) => job.id === id)?.state).toBe('stopped');

    expect((await relief(['resume', '5', '--detach', '--project', folder])).code).toBe(0);
    expect((await relief(['resume', '5', '--project', folder])).code).toBe(1); // It runs: a conflict.
    const stop = await relief(['stop', '5', '--json', '--project', folder]);
    expect(JSON.parse(stop.stdout)).toEqual({ id, state: 'stopped' });
    const project = await openProject(folder, { role: 'command', readOnly: true });
    const attempts = (await jobFolder(project, id).events()).filter(({ type }) => type === 'attempt');
    expect(attempts).toHaveLength(2);
    expect(attempts[1]).not.toMatchObject({ fromStep: 0 });
  });

  it('beside an open window puts its job into the same queue; only the window writes lists', async () => {
    const service = createService({ role: 'window' });
    try {
      await service.implementation['project.open']({ path: folder }, new AbortController().signal);
      const { code } = await relief(['train', 'tiny', '--set', 'stage1.epochs=1', '--project', folder]);
      expect(code).toBe(0);
      const { stderr, code: refusal } = await relief(['import', folder, '--as', 'folder', '--project', folder]);
      expect(stderr).toMatch(/a window .* is writing/);
      expect(refusal).toBe(1);
    } finally {
      await service.end();
    }
  });
});

describe('relief report and evaluate', () => {
  it('print the same numbers, and the LaTeX table shows them', async () => {
    const out = join(sandbox.folder, 'out');
    const report = await relief(['report', '2', '--format', 'latex,json', '-o', out, '--json', '--project', folder]);
    expect(report.code).toBe(0);
    const answer = z
      .looseObject({ data: ReportData, files: z.array(z.looseObject({ path: z.string() })) })
      .parse(JSON.parse(report.stdout));
    const evaluate = await relief(['evaluate', '2', '--json', '--project', folder]);
    const { evaluations } = z
      .strictObject({ evaluations: ReportData.shape.evaluations })
      .parse(JSON.parse(evaluate.stdout));
    expect(evaluations).toHaveLength(1);
    expect(evaluations[0]).toEqual(answer.data.evaluations.find(({ run }) => run === '0002-tiny-O-s1'));
    const hter = evaluations[0]?.test.hter;
    if (hter === undefined || hter === null) throw new Error('both classes are in the test set');
    const latex = answer.files.find(({ path }) => path.endsWith('.tex'));
    expect(readFileSync(latex?.path ?? '', 'utf8')).toContain((100 * hter).toFixed(1));
  });
});

describe('relief batch', () => {
  it('writes a picture of the faces that training gets, and says which they are', async () => {
    const file = join(sandbox.folder, 'batch.png');
    const { code, stdout } = await relief(['batch', 'tiny', '--faces', '2', '-o', file, '--json', '--project', folder]);
    expect(code).toBe(0);
    const { samples } = z.object({ samples: z.array(z.object({ bonaFide: z.boolean() })) }).parse(JSON.parse(stdout));
    expect(samples.map(({ bonaFide }) => bonaFide)).toEqual([true, true, false, false]);
    const { width, height } = await decodeImage(readFileSync(file));
    expect(width).toBeGreaterThan(2000);
    expect(height).toBeGreaterThan(1000);
    const wrong = await relief(['batch', 'tiny', '--number', '0', '-o', file, '--project', folder]);
    expect(wrong.code).toBe(2);
  });
});

describe('relief queue', () => {
  it('lists, moves and pauses what waits', async () => {
    const here = ['--json', '--project', folder];
    await relief(['queue', 'pause', ...here]);
    const queued = await relief(['train', 'tiny', '--seeds', '3', '--detach', ...here]);
    const { jobs: ids } = z.object({ jobs: z.array(z.string()) }).parse(JSON.parse(queued.stdout));
    const [first = '', second = '', third = ''] = ids;
    const moved = await relief(['queue', 'move', third, '--first', ...here]);
    expect(JSON.parse(moved.stdout)).toEqual({ paused: true, order: [third, first, second] });
    const again = await relief(['queue', 'move', first, '--before', third, ...here]);
    expect(JSON.parse(again.stdout)).toEqual({ paused: true, order: [first, third, second] });
    expect((await relief(['queue', 'move', first, ...here])).code).toBe(2);
    for (const id of ids) await relief(['stop', id, ...here]);
    expect(JSON.parse((await relief(['queue', 'go-on', ...here])).stdout)).toEqual({ paused: false, order: [] });
  });
});
