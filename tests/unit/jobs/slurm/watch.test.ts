import { userInfo } from 'node:os';
import { AppError } from '@shared/contract/errors';
import type { SlurmSubmission } from '@shared/domain/slurm';
import { slurmError } from '@workbench/jobs/executors/slurm/commands';
import { refusalOf, ownTask } from '@workbench/jobs/executors/slurm/inside';
import { type OwnWord, stateInSlurm } from '@workbench/jobs/executors/slurm/sight-state';
import { SlurmWatch } from '@workbench/jobs/executors/slurm/watch';
import { describe, expect, it } from 'vitest';

function submission(id: string, user = userInfo().username): SlurmSubmission {
  return {
    ...{ formatVersion: 1, id, user, partition: '', requeue: true },
    ...{ script: '/s', output: '/o', at: '2026-11-25T10:00:00.000Z' },
  };
}

/** A watch over answers that the test gives, with its own clock. */
function watching(answers: (string | AppError)[]) {
  const clock = { now: 1_000_000 };
  const asked: string[] = [];
  const watch = new SlurmWatch(
    (args) => {
      asked.push(args.find((arg) => arg.startsWith('--jobs=')) ?? '');
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer instanceof AppError ? Promise.reject(answer) : Promise.resolve(answer ?? '');
    },
    () => clock.now,
  );
  return { watch, asked, clock };
}

describe('the watch over squeue', () => {
  it('asks once for all runs of an array, and again only after two seconds', async () => {
    const { watch, asked, clock } = watching(['5_0|RUNNING|N/A|n1|None\n5_1|PENDING|N/A||Priority']);
    const sights = await Promise.all([0, 1, 0, 1].map((task) => watch.look(submission(`5_${task}`))));
    expect(sights.map((sight) => sight.kind === 'listed' && sight.task.state)).toEqual([
      'RUNNING',
      'PENDING',
      'RUNNING',
      'PENDING',
    ]);
    expect(asked).toEqual(['--jobs=5']);
    clock.now += 2001;
    await watch.look(submission('5_0'));
    await watch.look(submission('6_0'));
    expect(asked).toEqual(['--jobs=5', '--jobs=5', '--jobs=5,6']);
  });

  it('says how long a run has been missing, and forgets that when it is back', async () => {
    const listed = '5_0|RUNNING|N/A|n1|None';
    const { watch, clock } = watching(['', '', listed, '']);
    const look = () => {
      clock.now += 4000;
      return watch.look(submission('5_0'));
    };
    expect(await look()).toEqual({ kind: 'absent', forMs: 0 });
    expect(await look()).toEqual({ kind: 'absent', forMs: 4000 });
    expect(await look()).toMatchObject({ kind: 'listed' });
    expect(await look()).toEqual({ kind: 'absent', forMs: 0 });
  });

  it('takes a job that is no longer known as ended, and a controller that does not answer as no answer', async () => {
    const gone = slurmError('squeue', { message: 'x', code: 1 }, 'slurm_load_jobs error: Invalid job id specified\n');
    expect(await watching([gone]).watch.look(submission('5_0'))).toMatchObject({ kind: 'absent' });
    const down = slurmError(
      'squeue',
      { message: 'x', code: 1 },
      'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n',
    );
    expect(down.code).toBe('disconnected');
    const { watch, asked } = watching([down]);
    for (let i = 0; i < 3; i++) expect(await watch.look(submission('5_0'))).toMatchObject({ kind: 'unknown' });
    expect(asked).toHaveLength(1);
  });

  it('draws no conclusion about runs of somebody else that it is not shown', async () => {
    expect(await watching(['']).watch.look(submission('5_0', 'somebody'))).toMatchObject({ kind: 'unknown' });
  });
});

describe('the state of a run in Slurm', () => {
  const now = new Date().toISOString();
  const long = '2026-01-01T00:00:00.000Z';
  const listed = (state: string, reason: string | null = null) =>
    ({ kind: 'listed', at: Date.now() + 1, task: { id: '5_0', state, reason, start: null, node: 'n1' } }) as const;
  const of = (sight: Parameters<typeof stateInSlurm>[0]['sight'], own: Partial<OwnWord>) =>
    stateInSlurm({ submission: submission('5_0'), sight }, { stored: 'running', at: now, seen: 'alive', ...own })
      ?.state;

  it.each([
    ['waits', listed('PENDING', 'Priority'), { stored: 'queued' }, 'queued'],
    ['was put back without a word', listed('PENDING', 'BeginTime'), { seen: 'gone' }, 'queued'],
    ['has started since Slurm was asked', { ...listed('PENDING'), at: Date.parse(long) }, {}, undefined],
    ['is being started', listed('CONFIGURING'), { stored: 'queued' }, 'starting'],
    ['is being cleared before it waits again', listed('COMPLETING'), { stored: 'queued' }, 'queued'],
    ['runs', listed('RUNNING'), {}, 'running'],
    ['has just ended, Slurm has not noticed', listed('RUNNING'), { seen: 'gone' }, 'running'],
    ['is suspended', listed('SUSPENDED'), {}, 'stalled'],
    ['is silent: as any run', listed('RUNNING'), { seen: 'silent' }, undefined],
    ['has just gone from the list', { kind: 'absent', forMs: 0 }, {}, 'running'],
    ['has been gone for long', { kind: 'absent', forMs: 10_000 }, {}, 'crashed'],
    ['has gone and its process, too', { kind: 'absent', forMs: 0 }, { seen: 'gone' }, 'crashed'],
    ['was cancelled while it waited', { kind: 'absent', forMs: 0 }, { stored: 'queued', at: long }, 'stopped'],
    ['was handed over a moment ago', { kind: 'absent', forMs: 0 }, { stored: 'queued' }, 'queued'],
    ['waits, Slurm is down', { kind: 'unknown', why: 'x' }, { stored: 'queued' }, 'queued'],
    ['runs, Slurm is down', { kind: 'unknown', why: 'x' }, {}, undefined],
    ['is gone, Slurm is down', { kind: 'unknown', why: 'x' }, { seen: 'gone' }, 'stalled'],
  ] as const)('one that %s', (_what, sight, own, state) => {
    expect(of(sight, own)).toBe(state);
  });

  it('says why it waits in words and in Slurm’s own', () => {
    const sight = {
      kind: 'listed',
      at: Date.now(),
      task: { ...listed('PENDING', 'Priority').task, start: '2026-11-26T02:00:00' },
    } as const;
    expect(
      stateInSlurm({ submission: submission('5_0'), sight }, { stored: 'queued', at: now, seen: 'silent' }),
    ).toEqual({
      state: 'queued',
      message: 'In Slurm as 5_0: others are before it (Priority), expected 2026-11-26 02:00.',
    });
  });
});

describe('a task on its node', () => {
  it('knows itself only when Relief’s script has started it', () => {
    const slurm = { SLURM_ARRAY_JOB_ID: '5', SLURM_ARRAY_TASK_ID: '3' };
    expect(ownTask({ ...slurm, RELIEF_EXECUTOR: 'slurm' })).toEqual({ id: '5_3' });
    expect(ownTask(slurm)).toBeUndefined();
    expect(ownTask({ RELIEF_EXECUTOR: 'slurm' })).toBeUndefined();
  });

  it('leaves a run alone that was handed over anew, taken back, or has ended', () => {
    expect(refusalOf({ id: '5_3' }, submission('5_3'), false)).toBeUndefined();
    expect(refusalOf({ id: '5_3' }, submission('9_3'), false)).toContain('anew as 9_3');
    expect(refusalOf({ id: '5_3' }, undefined, false)).toContain('no more');
    expect(refusalOf({ id: '5_3' }, submission('5_3'), true)).toContain('has ended meanwhile');
  });
});
