import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { floorScores } from '@workbench/evaluation/floor';
import { openProject, type Project } from '@workbench/project/project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { buildBundles } from '../../fixtures/build';
import { makeTinyProject, openSandbox, type Sandbox } from '../../fixtures/small-project';

let sandbox: Sandbox;
let project: Project;

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  const folder = join(sandbox.folder, 'project');
  await makeTinyProject(folder);
  project = await openProject(folder, { role: 'command' });
}, 120_000);
afterAll(async () => {
  await project.close();
  sandbox.remove();
});

const scoresOf = async (kind: 'chance' | 'constant' | 'lbp') => {
  const source = await floorScores(project, kind, ['O'], ['O']);
  const test = await source.read('O', 'test');
  if (!test) throw new Error('the floor has no test scores');
  return test;
};

describe('floors', () => {
  it('are computed once in a thread of their own, however many reports ask at the same time', async () => {
    const run = vi.spyOn(WorkerPool.prototype, 'run');
    const [first, second] = await Promise.all([scoresOf('lbp'), scoresOf('lbp')]);
    await scoresOf('lbp');
    expect(run).toHaveBeenCalledTimes(1);
    expect(second.file.sha256).toBe(first.file.sha256);
    expect(first.file.score.every((score) => score > 0 && score < 1)).toBe(true);
    run.mockRestore();
  });

  it('are the same when they are made again, and cover every item of the set', async () => {
    for (const kind of ['chance', 'constant', 'lbp'] as const) {
      const before = await scoresOf(kind);
      const bytes = readFileSync(join(project.folder, before.path));
      rmSync(join(project.folder, before.path, '..'), { recursive: true });
      const after = await scoresOf(kind);
      expect(readFileSync(join(project.folder, after.path)).equals(bytes), kind).toBe(true);
      expect(after.file.attackTypes).toEqual((await scoresOf('constant')).file.attackTypes);
    }
    expect(new Set((await scoresOf('constant')).file.score)).toEqual(new Set([0.5]));
    expect(new Set((await scoresOf('chance')).file.score).size).toBeGreaterThan(6);
  });

  it('are refused for a dataset that is not prepared, and not made in a project that is only read', async () => {
    await expect(floorScores(project, 'lbp', ['X'], ['O'])).rejects.toMatchObject({ code: 'not-found' });
    rmSync(join(project.folder, 'scores'), { recursive: true });
    const reader = await openProject(project.folder, { role: 'command', readOnly: true });
    await expect(floorScores(reader, 'lbp', ['O'], ['O'])).rejects.toMatchObject({ code: 'conflict' });
    await reader.close();
  });
});
