import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ExperimentConfig } from '@shared/domain/experiment';
import { z } from '@shared/zod';
import { PreflightCheck, PreflightEstimate } from '@shared/domain/preflight';
import { estimateLaunch, type Measured, type PlannedRun } from '@workbench/jobs/preflight/estimate';
import { removeForgottenTrials, trialFolder } from '@workbench/jobs/preflight/trial-folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../fixtures/build';
import { makeTinyProject, openSandbox, relief, type Sandbox, tinyExperiment } from '../../fixtures/small-project';

const Told = z.strictObject({
  ok: z.boolean(),
  seconds: z.number(),
  checks: z.array(PreflightCheck),
  estimate: PreflightEstimate.nullable(),
});

describe('relief train --preflight', () => {
  let sandbox: Sandbox;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    buildBundles();
    sandbox = openSandbox();
    folder = join(sandbox.folder, 'project');
    await makeTinyProject(folder);
    file = join(folder, 'tiny.yaml');
    writeFileSync(file, tinyExperiment({ stage1: 3, stage2: 3 }));
  }, 120_000);
  afterAll(() => {
    sandbox.remove();
  });

  async function tried(...args: string[]) {
    const { code, stdout, stderr } = await relief([
      'train',
      file,
      '--preflight',
      '--json',
      '--project',
      folder,
      ...args,
    ]);
    return { code, stderr, told: code === 2 ? undefined : Told.parse(JSON.parse(stdout)) };
  }
  const failures = (told: z.infer<typeof Told> | undefined) =>
    told?.checks.filter(({ state }) => state === 'failed') ?? [];

  it('tries every step within a minute, tells time, disk and memory, and queues and leaves nothing', async () => {
    const before = readdirSync(join(folder, 'jobs'));
    const { code, told } = await tried('--seeds', '2');
    expect(code).toBe(0);
    expect(told?.checks.map(({ step }) => step)).toEqual([
      ...['data', 'folder', 'engine', 'stage-1', 'stage-2', 'dev', 'checkpoint', 'disk', 'memory'],
    ]);
    expect(failures(told)).toEqual([]);
    expect(told?.seconds).toBeLessThan(60);
    expect(told?.estimate?.runs).toBe(2);
    expect(told?.estimate?.secondsPerRun).toBeGreaterThan(0);
    expect(told?.estimate?.memoryBytes).toBeGreaterThan(50e6);
    expect(readdirSync(join(folder, 'jobs'))).toEqual(before);
  });

  it('estimates the disk of a run as it turns out', async () => {
    const { told } = await tried();
    const { stdout } = await relief(['train', file, '--json', '--project', folder]);
    const [job] = z.looseObject({ jobs: z.array(z.looseObject({ id: z.string() })) }).parse(JSON.parse(stdout)).jobs;
    const real = bytesBelow(join(folder, 'jobs', job?.id ?? ''));
    const ratio = (told?.estimate?.bytes ?? 0) / real;
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.5);
    // Its stage 1 is there now: a run with the same seed is shorter by it.
    const again = await tried();
    expect(again.told?.estimate?.secondsPerRun).toBeLessThan(told?.estimate?.secondsPerRun ?? 0);
  });

  it('fails at the file that is damaged, before anything is trained', async () => {
    const prepared = join(folder, 'datasets', 'O', 'prepared');
    const shard = join(prepared, readdirSync(prepared)[0] ?? '', 'crops-000.u8');
    truncateSync(shard, 1000);
    const { code, told } = await tried();
    expect(code).toBe(1);
    expect(failures(told)).toEqual([
      { step: 'data', state: 'failed', message: expect.stringContaining('crops-000.u8: 1000 bytes where') as string },
    ]);
    expect(told?.checks).toHaveLength(1);
  });

  it('refuses what the Run button would refuse, with its field', async () => {
    const { code, stderr } = await tried('--set', 'data.sources=Q');
    expect(code).toBe(2);
    expect(stderr).toMatch(/data\.sources: There is no dataset "Q"/);
  });
});

describe('a folder that cannot be written', () => {
  it('fails in the preflight, not at the first epoch', async ({ skip }) => {
    if (!existsSync('/sys/kernel')) skip('needs a folder that nobody may write to');
    const sandbox = openSandbox();
    try {
      const folder = join(sandbox.folder, 'project');
      await makeTinyProject(folder);
      const file = join(sandbox.folder, 'tiny.yaml');
      writeFileSync(file, tinyExperiment());
      // Not even root makes a folder in there.
      rmSync(join(folder, 'jobs'), { recursive: true });
      symlinkSync('/sys/kernel', join(folder, 'jobs'));
      const { code, stdout } = await relief(['train', file, '--preflight', '--json', '--project', folder]);
      expect(code).toBe(1);
      const told = Told.parse(JSON.parse(stdout));
      expect(told.checks.at(-1)).toMatchObject({ step: 'folder', state: 'failed' });
      expect(told.checks.at(-1)?.message).toContain(join(folder, 'jobs'));
    } finally {
      sandbox.remove();
    }
  }, 60_000);
});

describe('what a killed preflight left', () => {
  it('is removed by the next one; what a living one uses stays', async () => {
    const sandbox = openSandbox();
    try {
      for (const pid of [process.pid, 999_999_999]) mkdirSync(trialFolder(sandbox.folder, pid), { recursive: true });
      await removeForgottenTrials(sandbox.folder);
      expect(existsSync(trialFolder(sandbox.folder, process.pid))).toBe(true);
      expect(existsSync(trialFolder(sandbox.folder, 999_999_999))).toBe(false);
    } finally {
      sandbox.remove();
    }
  });
});

describe('the estimate of a launch', () => {
  const base = ExperimentConfig.parse({ data: { sources: ['O'] }, stage1: { epochs: 2 }, stage2: { epochs: 4 } });
  const measured: Measured = {
    config: base,
    stage1: { secondsPerStep: 0.5, steps: 5, values: {} },
    stage2: { secondsPerStep: 0.2, steps: 5, values: {} },
    dev: { score: 0.01, depth: 0.02 },
    checkpoint: { bytes: 1000, epochBytes: 100, writeSeconds: 0.1, readSeconds: 0.1 },
    startSeconds: 1,
    memoryBytes: 5,
  };
  const run = (config: ExperimentConfig): PlannedRun => ({
    config,
    counts: { O: { train: 160, dev: 10, test: 0 }, C: { train: 0, dev: 0, test: 40 } },
  });
  /** 10 steps an epoch: 2 × (5 + 0.2 + 0.1) + 1 + 4 × (2 + 0.1 + 0.1) + 2 × 50 × 0.03. */
  const whole = 10.6 + 1 + 8.8 + 3;

  it('adds up steps, dev sets, checkpoints and scores', () => {
    expect(estimateLaunch([run(base)], measured, () => false).seconds).toBeCloseTo(whole, 9);
  });

  it('counts a stage 1 that runs share once, and one that is there already not at all', () => {
    const frozen = ExperimentConfig.parse({ ...base, stage2: { ...base.stage2, backbone: 'frozen' } });
    const both = estimateLaunch([run(base), run(frozen)], measured, () => false);
    expect(both.seconds).toBeCloseTo(2 * whole - 10.6, 9);
    expect(both.secondsPerRun).toBeCloseTo(whole, 9);
    expect(estimateLaunch([run(base)], measured, () => true).seconds).toBeCloseTo(whole - 10.6, 9);
  });

  it('scales a run with a larger model', () => {
    const small = ExperimentConfig.parse({ ...base, stage1: { ...base.stage1, enabled: false } });
    const large = ExperimentConfig.parse({ ...small, model: { ...base.model, width: 2 } });
    const of = (config: ExperimentConfig) => estimateLaunch([run(config)], measured, () => false).seconds - 1 - 4 * 0.1;
    expect(of(large)).toBeCloseTo(4 * of(small), 9);
  });
});

function bytesBelow(path: string): number {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
