import type { JobDetail, ScalarChunk } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { JobSummary } from '@shared/domain/job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, depthPrediction, jobDetail, jobSummary, project, trainJob } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const at = '2026-11-25T10:00:00Z';
const progress = {
  phase: 'stage-1',
  done: 48,
  steps: 100,
  epoch: 4,
  epochs: 12,
  imagesPerSecond: 148,
  secondsLeft: 706,
};
const running = jobSummary(trainJob(4, { group: 'g', name: 'pretrain-gan O→R s4', seed: 4 }), {
  state: 'running',
  progress,
  endedAt: null,
});
const failed = jobSummary(trainJob(3, { group: 'g', name: 'pretrain-gan O→R s3', seed: 3 }), {
  state: 'failed',
  message: 'No space left on device while writing a checkpoint.',
});
const stalled = jobSummary(trainJob(2, { group: 'g', name: 'pretrain-gan O→R s2', seed: 2 }), {
  state: 'stalled',
  message: 'No sign of life for 246 s.',
  progress,
});
const done = jobSummary(trainJob(1, { group: 'g', name: 'pretrain-gan O→R s1' }), {
  result: {
    kind: 'train',
    parameters: 9,
    steps: 9,
    seconds: 1290,
    epochs: { stage1: 12, stage2: 12, best: 9 },
    devHter: 0.086,
    devAuc: 0.97,
    scores: [],
  },
});
const events: JobDetail['events'] = [
  { type: 'epoch', at, stage: 1, epoch: 4, step: 40, values: {} },
  { type: 'checkpoint', at, step: 40, bytes: 2_800_000, best: false },
];

function points(name: ScalarChunk['name'], from: number, count: number): ScalarChunk {
  const step = Float64Array.from({ length: count }, (_, i) => from + i);
  return { name, reset: from === 0, step, seconds: step, value: step.map((value) => 1 / (1 + value)) };
}

interface Steering {
  readonly controls: { job: string; action: string }[];
  /** Sends more points to whoever watches. */
  more: () => void;
  /** Tells of a changed job. */
  tell: (summary: JobSummary) => void;
}

function workbench(runs: readonly JobSummary[], steering: Steering) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => [datasetSummary('R'), datasetSummary('O')],
    'jobs.watch': async function* (_input: unknown, signal: AbortSignal) {
      yield [...runs];
      while (!signal.aborted) {
        yield [
          await new Promise<JobSummary>((resolve) => {
            steering.tell = resolve;
          }),
        ];
      }
    },
    'jobs.detail': async ({ job }: { job: string }) => {
      const summary = runs.find((run) => run.job.id === job) ?? running;
      return {
        ...jobDetail(summary, [1, 2, 3, 4]),
        events,
        pinned: [
          { dataset: 'O', index: 2 },
          { dataset: 'O', index: 3 },
        ],
      };
    },
    'jobs.scalars': async function* ({ job }: { job: string }, signal: AbortSignal) {
      yield [points('generator-loss', 0, 41), points('depth-l1', 0, 41)];
      if (job === running.job.id) {
        await new Promise<void>((resolve) => {
          steering.more = resolve;
        });
        yield [points('generator-loss', 41, 7)];
      }
      yield* silence(signal);
    },
    'jobs.log': async function* (_input: unknown, signal: AbortSignal) {
      yield { lines: ['2026-11-25T14:31:07Z info epoch 4/12', '2026-11-25T14:31:16Z warning slow batch: 0.91 s'] };
      yield* silence(signal);
    },
    'jobs.control': async (wish: { job: string; action: string }) => {
      steering.controls.push(wish);
      return { job: wish.job };
    },
    'depth.predict': async ({ samples }: { samples: { dataset: string; index: number }[] }) =>
      samples.map(({ dataset, index }) => depthPrediction(dataset, index)),
  };
}
const steering = (): Steering => ({ controls: [], more: () => undefined, tell: () => undefined });

describe('the list of runs', () => {
  it('shows each state as a word, groups with their counts, and dev HTER in per cent', async () => {
    mounted = await mountApp('/runs', workbench([running, failed, stalled, done], steering()));
    await findByRole('row', /^RunningO→R s448 %11:46148–$/);
    await findByRole('row', /^FailedO→R s3/);
    await findByRole('row', /^StalledO→R s248 %–148–$/);
    await findByRole('row', /^DoneO→R s1100 %––8\.6$/);
    await findText('1 fold × 4 seeds: 1 done, 1 running, 1 stalled, 1 failed');
  });

  it('filters as one types, and offers to show all when nothing matches', async () => {
    mounted = await mountApp('/runs', workbench([running, done], steering()));
    const filter = await findByRole('searchbox', 'Filter runs');
    fill(filter, 's1');
    await findText('1 of 2 runs');
    expect(allByRole('row', /^Running/)).toHaveLength(0);
    fill(filter, 'nothing like it');
    (await findByRole('button', 'Show all 2 runs')).click();
    await findByRole('row', /^Running/);
  });

  it('walks by arrows and folds a group from the keyboard', async () => {
    mounted = await mountApp('/runs', workbench([running, done], steering()));
    const group = await findByRole('row', /^pretrain-gan/);
    expect(group.getAttribute('aria-expanded')).toBe('true');
    press(group, 'ArrowDown');
    await settle();
    expect(document.activeElement?.textContent).toContain('Running');
    press(group, 'ArrowLeft');
    await settle();
    expect(allByRole('row', /^Running/)).toHaveLength(0);
  });

  it('says what failed and reads again', async () => {
    let fails = true;
    const base = workbench([done], steering());
    mounted = await mountApp('/runs', {
      ...base,
      'jobs.watch': async function* (input: unknown, signal: AbortSignal) {
        if (fails) throw new AppError('permission', 'jobs: permission denied');
        yield* base['jobs.watch'](input, signal);
      },
    });
    await findText('jobs: permission denied');
    fails = false;
    (await findByRole('button', 'Try again')).click();
    await findByRole('row', /^Done/);
  });
});

describe('a run', () => {
  it('draws its curves on as points come', async () => {
    const steer = steering();
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steer));
    const chart = await findByRole('img', /^Generator loss: now 0\.024/);
    expect(chart.dataset['points']).toBe('41');
    steer.more();
    const later = await findByRole('img', /^Generator loss: now 0\.021/);
    expect(later.dataset['points']).toBe('48');
    await findText('begins with stage 2');
  });

  it('zooms all curves together from the keyboard, keeps the stretch when the axis changes, and shows all again', async () => {
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steering()));
    await findByRole('img', /^Generator loss/);
    const curves = document.querySelector('[aria-label^="Training: plus and minus"]');
    if (!curves) throw new Error('no curves');
    (await findByRole('radio', 'Step')).click();
    await settle();
    press(curves, '+');
    await findText('step 10–30');
    press(curves, 'ArrowRight');
    await findText('step 15–35');
    (await findByRole('radio', 'Time')).click();
    await findText('minutes 0.3–0.6');
    (await findByRole('radio', 'Epoch')).click();
    await findText('epoch 1.5–3.5');
    press(curves, '0');
    await settle();
    expect(allByRole('button', 'Show all')).toEqual([]);
  });

  it('shows what the machine does beside what is learnt, on the same axis', async () => {
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steering()));
    await findByRole('img', /^Generator loss/);
    (await findByRole('radio', 'All')).click();
    await findText('CPU cores in use');
    await findByRole('img', /^Generator loss/);
    (await findByRole('radio', 'Machine')).click();
    await settle();
    expect(allByRole('img', /^Generator loss/)).toEqual([]);
    await findText('Learning rate');
  });

  it('stops with a save at once, and asks before a kill how much it may lose', async () => {
    const steer = steering();
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steer));
    (await findByRole('button', 'Stop and save')).click();
    await settle();
    await findByRole('img', /^Generator loss/);
    (await findByRole('button', 'Kill…')).click();
    await findText('Kill pretrain-gan O→R s4?');
    await findText('Loses 0 steps since the checkpoint of stage 1, epoch 4.');
    expect(steer.controls).toEqual([{ job: running.job.id, action: 'stop' }]);
    (await findByRole('button', 'Kill run')).click();
    await settle();
    expect(steer.controls.at(-1)).toEqual({ job: running.job.id, action: 'kill' });
  });

  it('follows the state that the workbench tells', async () => {
    const steer = steering();
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steer));
    await findByRole('button', 'Stop and save');
    steer.tell({ ...running, state: 'stopped', endedAt: at });
    await findByRole('button', 'Resume');
    expect(allByRole('button', 'Stop and save')).toHaveLength(0);
  });

  it.each([failed, stalled])('says why it is $state, what is kept, and offers to resume', async (summary) => {
    const steer = steering();
    mounted = await mountApp(`/runs/${summary.job.id}`, workbench([summary], steer));
    await findText(summary.message ?? 'no message');
    await findText('The checkpoint of stage 1, epoch 4 is safe; Resume goes on from there.');
    (await findByRole('button', 'Resume')).click();
    await settle();
    expect(steer.controls).toEqual([{ job: summary.job.id, action: 'resume' }]);
  });

  it('shows pinned samples at the newest epoch, and at the one that is typed', async () => {
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steering()));
    await findByRole('img', 'Predicted depth of sample 2 at epoch 4');
    fill(await findByRole('spinbutton', 'Epoch shown'), '2');
    await findByRole('img', 'Predicted depth of sample 2 at epoch 2');
    const follow = await findByRole('button', 'follow');
    expect(follow.getAttribute('aria-pressed')).toBe('false');
    follow.click();
    await findByRole('img', 'Predicted depth of sample 2 at epoch 4');
  });

  it('finds words in the log and jumps to its warnings', async () => {
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([running], steering()));
    (await findByRole('button', 'Next warning (1)')).click();
    await settle();
    expect(document.querySelector('.line.current')?.textContent).toContain('slow batch');
    (await findByRole('button', 'Find')).click();
    fill(await findByRole('searchbox', 'Find in the log'), 'epoch 4');
    await findText('1 found');
    expect(document.querySelector('.line.current')?.textContent).toContain('epoch 4/12');
  });

  it('lists in what it differs from another run, and nothing else', async () => {
    const asked: string[][] = [];
    mounted = await mountApp(`/runs/${done.job.id}`, {
      ...workbench([running, done], steering()),
      'jobs.compare': async ({ jobs }) => {
        asked.push(jobs);
        return {
          settings: [{ path: 'stage1.l1Weight', values: [100, 50] }],
          environment: [{ path: 'engine', values: ['wasm simd', null] }],
        };
      },
    });
    (await findByRole('radio', 'Compare')).click();
    await findText('Choose a run');
    press(await findByRole('combobox', 'Run to compare with'), 'Enter');
    press(await findByRole('option', new RegExp(running.job.name)), 'Enter');
    await findText(/Depth L1 weight10050enginewasm simd–Dev HTER8\.6 %–/);
    expect(asked.at(-1)).toEqual([done.job.id, running.job.id]);
  });

  it('lists its checkpoints with sizes, and prunes after saying what that frees', async () => {
    const wishes: unknown[] = [];
    mounted = await mountApp(`/runs/${done.job.id}`, {
      ...workbench([done], steering()),
      'jobs.stored': async () => [
        { kind: 'checkpoint', at: 900, roles: ['last', 'best'], bytes: 3_000_000, momentBytes: 2_000_000 },
        { kind: 'epoch', at: 12, roles: [], bytes: 500_000, momentBytes: 0 },
      ],
      'jobs.prune': async ({ wish, dryRun }) => {
        wishes.push([wish, dryRun]);
        return { bytes: 2_000_000, files: 1 };
      },
    });
    (await findByRole('radio', 'Files')).click();
    await findText(/Checkpoint lastbest.*step 9003\.0 MB2\.0 MB/);
    (await findByRole('button', 'Prune…')).click();
    await findText('Frees 2.0 MB in 1 file.');
    (await findByRole('button', 'Prune')).click();
    await findText('2.0 MB freed in 1 file');
    expect(wishes.at(-1)).toEqual([{ keepEvery: 5, moments: true }, false]);
  });

  it('shows what its process uses, from the beats', async () => {
    const beat = (time: string, cpuSeconds: number) => ({
      host: 'lab-3',
      pid: 41,
      processStart: null,
      attempt: 1,
      time,
      progress,
      resources: { residentBytes: 1.9e9, cpuSeconds, engineBytes: 6.2e8, tensors: 412 },
    });
    const steer = steering();
    mounted = await mountApp(`/runs/${running.job.id}`, workbench([{ ...running, beat: beat(at, 10) }], steer));
    await findText('1.9 GB');
    steer.tell({ ...running, beat: beat('2026-11-25T10:00:02Z', 13) });
    await findText('1.5 of 2 cores');
    await findText('412, constant');
  });
});
