import type { LaunchOptions } from '@shared/domain/experiment';
import { SlurmSettings, type SlurmStatus } from '@shared/domain/slurm';
import { planExperiment } from '@workbench/experiments/plan';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fill, findByRole, findText } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  mounted?.unmount();
});

const counts = { bonaFide: 8, attack: 8 };
const ids = ['O', 'C', 'I', 'M'];
const planned = ids.map((id) => ({ id, prepared: { train: counts, dev: counts, test: counts } }));
const status: SlurmStatus = {
  ...{ available: true, version: 'slurm 22.05.8', problem: null },
  partitions: [
    { name: 'cpu', isDefault: true, availability: 'up', timeLimit: '1-00:00:00', nodes: 4 },
    { name: 'gpu', isDefault: false, availability: 'up', timeLimit: '12:00:00', nodes: 2 },
  ],
  settings: SlurmSettings.parse({ setup: 'module load nodejs' }),
};

/** One experiment over four datasets, planned by the real code; what is launched and saved is kept. */
async function open(slurm: Partial<SlurmStatus> = {}, pause: Promise<void> = Promise.resolve()) {
  const launched: LaunchOptions[] = [];
  const saved: SlurmSettings[] = [];
  mounted = await mountApp('/experiments/tiny', {
    'project.current': async () => project,
    'datasets.list': async () => ids.map((id) => datasetSummary(id)),
    'experiments.list': async () => [
      { name: 'tiny', preset: 'pretrain-gan', problem: null, savedAt: '2026-11-25T10:00:00Z' },
    ],
    'experiments.read': async () => ({ text: 'name: tiny\npreset: pretrain-gan\n' }),
    'experiments.plan': async ({ text, launch }) => planExperiment(text, launch, planned, null),
    'experiments.launch': async ({ launch }) => {
      launched.push(launch);
      return { jobs: ['0007-tiny-O-s1'] };
    },
    'experiments.preflight': async function* () {
      yield { type: 'trying', step: 'data' };
      yield { type: 'check', check: { step: 'data', state: 'ok', message: 'O: 32 faces.' } };
      yield { type: 'check', check: { step: 'folder', state: 'failed', message: '/data/jobs cannot be written.' } };
      await pause;
      const estimate = { runs: 1, secondsPerRun: 66, seconds: 66, bytesPerRun: 3e6, bytes: 3e6, memoryBytes: 4e8 };
      yield { type: 'end', ok: false, seconds: 2, estimate: { ...estimate, imagesPerSecond: 120 } };
    },
    'experiments.batch': async ({ ordinal }) => {
      const pixels = (count: number) => new Uint8Array(count).fill(9);
      const face = { stored: pixels(192), image: pixels(192), storedMap: pixels(16), map: pixels(16) };
      const sample = { dataset: 'O', subject: `s${ordinal}`, attackType: null, bonaFide: true, ...face };
      return { size: 8, mapSize: 4, samples: [sample, { ...sample, attackType: 'print', bonaFide: false }] };
    },
    'slurm.status': async () => ({ ...status, ...slurm }),
    'slurm.save': async ({ settings }) => {
      saved.push(settings);
      return settings;
    },
  });
  await findByRole('button', 'Queue 1 run');
  return { launched, saved };
}

describe('what one experiment becomes', () => {
  it('is the ablation in one click: 4 datasets left out × 4 presets × 3 seeds', async () => {
    const { launched } = await open();
    await findText('48 runs: leave-one-out × 4 presets × 3 seeds');
    (await findByRole('button', 'Queue the ablation')).click();
    await settle();
    const presets = ['scratch', 'auxiliary', 'pretrain-l1', 'pretrain-gan'];
    expect(launched).toEqual([{ seeds: [1, 2, 3], folds: 'leave-one-out', presets }]);
    const [launch] = launched;
    const plan = launch && planExperiment('name: tiny\n', launch, planned, null);
    expect(plan?.runs).toBe(48);
    for (const { sources, targets } of plan?.folds ?? []) expect(sources).not.toContain(targets[0]);
  });

  it('is each chosen preset with each combination of a grid’s values', async () => {
    const { launched } = await open();
    (await findByRole('button', 'pretrain-l1')).click();
    (await findByRole('button', 'scratch')).click();
    (await findByRole('button', 'Try several values of a setting')).click();
    await settle();
    fill(await findByRole('textbox', 'Values of Depth L1 weight'), '10, 50 ,100,');
    await findText(/relief train tiny --presets scratch,pretrain-l1 .*--grid stage1\.l1Weight=10,50,100/);
    (await findByRole('button', 'Queue 6 runs')).click();
    await settle();
    expect(launched).toEqual([
      {
        ...{ seeds: [1], folds: 'as-given', presets: ['scratch', 'pretrain-l1'] },
        grid: [{ path: 'stage1.l1Weight', values: [10, 50, 100] }],
      },
    ]);
  });

  it('is held, with the rule, by a value of the grid that its setting does not take', async () => {
    await open();
    (await findByRole('button', 'Try several values of a setting')).click();
    await settle();
    fill(await findByRole('textbox', 'Values of Depth L1 weight'), '10,-3');
    await findText(/must be at least 0 \(with stage1\.l1Weight=-3\)/);
  });
});

describe('runs on Slurm', () => {
  it('are launched with what the person has set, and the command says the same', async () => {
    const { launched, saved } = await open();
    (await findByRole('radio', 'Slurm')).click();
    await findText('default partition, 4 cores');
    (await findByRole('button', 'Settings')).click();
    await settle();
    (await findByRole('button', 'gpu')).click();
    fill(await findByRole('spinbutton', 'GPUs'), '2');
    (await findByRole('button', 'Keep')).click();
    await findText('gpu, 4 cores, 2 GPUs');
    expect(saved).toEqual([{ ...status.settings, partition: 'gpu', gpus: 2 }]);
    await findText('relief train tiny --executor slurm');
    (await findByRole('button', 'Queue 1 run')).click();
    await settle();
    expect(launched).toEqual([{ seeds: [1], folds: 'as-given', executor: 'slurm' }]);
  });

  it('are held where there is no Slurm, in a sentence that says what to do', async () => {
    const problem = 'There is no Slurm on this machine: sbatch is not on the search path.';
    await open({ available: false, version: null, problem, partitions: [] });
    (await findByRole('radio', 'Slurm')).click();
    await findText(problem);
    const button = await findByRole('button', /^Queue 1 run/);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    (await findByRole('radio', 'This machine')).click();
    await settle();
    expect((await findByRole('button', 'Queue 1 run')).hasAttribute('aria-disabled')).toBe(false);
  });

  it('keep no settings that the schema refuses, and say why at the field', async () => {
    const { saved } = await open();
    (await findByRole('radio', 'Slurm')).click();
    await findText('default partition, 4 cores');
    (await findByRole('button', 'Settings')).click();
    await settle();
    fill(await findByRole('textbox', 'Time limit'), 'soon');
    await findText(/write minutes, hours:minutes:seconds/);
    (await findByRole('button', /^Keep/)).click();
    await settle();
    expect(saved).toEqual([]);
  });
});

describe('a preflight', () => {
  it('says how each step goes, and what a run takes instead of the guess', async () => {
    let end = (): void => undefined;
    const pause = new Promise<void>((resolve) => {
      end = resolve;
    });
    await open({}, pause);
    await findText('No speed measured yet');
    (await findByRole('button', 'Preflight')).click();
    await findText('O: 32 faces.');
    await findText(/Project folder: failed\/data\/jobs cannot be written\./);
    await findText('Trying …');
    end();
    await findText('Not ready: what failed would end the runs');
    await findText('About 1 min 6 s, 3.0 MB on disk, by the preflight');
  });

  it('belongs to the settings that it tried: after a change its numbers are no more those of the launch', async () => {
    await open();
    (await findByRole('button', 'Preflight')).click();
    await findText('by the preflight');
    (await findByRole('button', 'scratch')).click();
    await findText('Of an earlier state of the settings');
    await findText('No speed measured yet');
  });
});

describe('the batch', () => {
  it('is shown with faces and depth, stored and augmented, and leafed through', async () => {
    await open();
    (await findByRole('button', 'Batch')).click();
    await findByRole('img', 'O s0, bona fide, augmented');
    await findByRole('img', 'Depth target of O s0, bona fide, augmented');
    await findByRole('img', 'O s0, print, augmented');
    (await findByRole('radio', 'Stored')).click();
    await findByRole('img', 'O s0, bona fide, stored');
    (await findByRole('button', 'Next batch')).click();
    await findByRole('img', 'O s1, bona fide, stored');
    await findText('Batch 2');
  });
});
