import { SlurmSettings, slurmSeconds } from '@shared/domain/slurm';
import {
  readSlurmSettings,
  saveSlurmSettings,
  slurmStatus,
  withSlurmAssignments,
} from '@workbench/jobs/executors/slurm/settings';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSandbox, type Sandbox } from '../../../fixtures/small-project';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = openSandbox();
});
afterEach(() => {
  vi.unstubAllEnvs();
  sandbox.remove();
});

describe('times as Slurm writes them', () => {
  it.each([
    ['30', 30 * 60],
    ['30:15', 30 * 60 + 15],
    ['12:00:00', 12 * 3600],
    ['2-6', 54 * 3600],
    ['2-06:30', 54 * 3600 + 30 * 60],
    ['1-00:00:01', 86_401],
  ])('%s is %d s', (text, seconds) => {
    expect(slurmSeconds(text)).toBe(seconds);
  });
  it.each(['', '0', 'infinite', '-1', '1:2:3:4', '1-', '12 h', '1.5'])('"%s" is none', (text) => {
    expect(slurmSeconds(text)).toBeNull();
  });
});

describe('settings of Slurm', () => {
  it('are kept for the person, and start from the defaults', async () => {
    const before = await readSlurmSettings();
    expect(before).toMatchObject({ partition: '', cores: 4, gpus: 0, requeue: true, signalSeconds: 120 });
    const changed = withSlurmAssignments(before, [
      'partition=gpu',
      'gpus=1',
      'requeue=false',
      'lines=--qos=a\\n--nice=5',
    ]);
    await saveSlurmSettings(changed);
    expect(await readSlurmSettings()).toEqual({
      ...before,
      ...{ partition: 'gpu', gpus: 1, requeue: false, lines: '--qos=a\n--nice=5' },
    });
  });

  it.each([
    ['partition=a b', 'partition: use letters'],
    ['partition=x;rm', 'partition: use letters'],
    ['gpus=-1', 'gpus: must be at least 0'],
    ['cores=2.5', 'cores: must be a whole number'],
    ['time=soon', 'time: write minutes'],
    ['time=2', 'time: a limit of 120 s leaves nothing of an attempt that saves 120 s before it'],
    ['memory=8 GB', 'memory: write a number with K, M, G or T'],
    ['lines=--qos=long hours', 'lines: "--qos=long hours" is no option'],
    ['lines=rm -rf /', 'lines: "rm -rf /" is no option'],
    ['lines=--array=0-9', 'lines: --array is set by Relief itself'],
    ['lines=--qos=$(id)`x`', 'is no option'],
    ['colour=red', 'there are partition, account'],
    ['partition', 'write setting=value'],
  ])('refuse %s', (assignment, words) => {
    expect(() => withSlurmAssignments(SlurmSettings.parse({}), [assignment])).toThrow(words);
  });

  it('say without Slurm what is missing and what to do', async () => {
    vi.stubEnv('PATH', sandbox.folder);
    const { problem, ...rest } = await slurmStatus();
    expect(rest).toMatchObject({ available: false, version: null, partitions: [] });
    expect(problem).toMatch(/There is no Slurm on this machine: sbatch .* login node/);
  });
});
