import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inShort, noticesOf } from '@desktop/job-words';
import { hasTrayHost } from '@desktop/tray-host';
import { withProgressBar } from '@desktop/tray-picture';
import { type JobState, JobSummary } from '@shared/domain/job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const at = '2026-11-25T10:00:00Z';

function job(number: number, state: JobState, done = 0, group: string | null = null): JobSummary {
  const head = { formatVersion: 1, id: `000${number}-x`, number, createdAt: at, name: `run ${number}`, group };
  const train = { kind: 'train', experiment: 'x', preset: 'scratch', seed: 1, sources: ['O'], targets: ['O'] };
  return JobSummary.parse({
    job: { ...head, parent: null, ...train },
    ...{ state, message: state === 'failed' ? 'The loss is no number.' : null, attempt: 1 },
    progress: {
      ...{ phase: 'stage-2', done, steps: 100, epoch: 1, epochs: 2, imagesPerSecond: 90 },
      secondsLeft: 600,
    },
    ...{ startedAt: at, endedAt: null, result: null },
  });
}

describe('jobs in short', () => {
  it('are the mean share of what runs, a line for each, and how many wait', () => {
    const short = inShort([job(1, 'running', 20), job(2, 'running', 60), job(3, 'queued'), job(4, 'done', 100)]);
    expect(short.share).toBeCloseTo(0.4);
    expect(short.lines).toEqual(['run 1: 20 %, 10 min left', 'run 2: 60 %, 10 min left', '1 waits in the queue']);
  });

  it('have no share when nothing runs', () => {
    expect(inShort([job(4, 'done', 100)])).toMatchObject({ share: null, waiting: 0, lines: ['Nothing runs'] });
  });

  it('leave out what Slurm has: closing this machine is nothing to it', () => {
    const away: JobSummary = { ...job(1, 'running'), slurm: { id: '7_0', state: 'RUNNING', node: 'n1' } };
    expect(inShort([away]).active).toEqual([]);
  });
});

describe('notices', () => {
  const told = (before: JobSummary | undefined, now: JobSummary, all = [now]) => noticesOf([{ before, now }], all);

  it('tell once of a run that ends or stands still, and not of what was so when the project was opened', () => {
    expect(told(job(1, 'running'), job(1, 'done'))).toEqual([{ title: 'run 1 is done', body: '' }]);
    expect(told(job(1, 'running'), job(1, 'failed'))).toEqual([
      { title: 'run 1 failed', body: 'The loss is no number.' },
    ]);
    expect(told(job(1, 'running'), job(1, 'stalled'))[0]?.title).toBe('run 1 stands still');
    expect(told(undefined, job(1, 'failed'))).toEqual([]);
    expect(told(job(1, 'done'), job(1, 'done'))).toEqual([]);
    expect(told(job(1, 'stopping'), job(1, 'stopped'))).toEqual([]);
  });

  it('tell of runs that were launched together when the last has ended, and of each trouble at once', () => {
    const group = 'claim-20261125T1030';
    const one = job(1, 'done', 100, group);
    const two = job(2, 'failed', 10, group);
    expect(told(job(1, 'running', 99, group), one, [one, job(2, 'running', 5, group)])).toEqual([]);
    expect(told(job(2, 'running', 5, group), two, [two, job(1, 'running', 5, group)])).toHaveLength(1);
    expect(told(job(2, 'running', 5, group), two, [one, two])).toEqual([
      { title: 'run 2 failed', body: 'The loss is no number.' },
      { title: 'claim has ended', body: '1 done, 1 failed' },
    ]);
  });
});

describe('the picture in the tray', () => {
  it('has a bar along its bottom as long as the share, and is otherwise the icon', () => {
    const icon = new Uint8Array(4 * 14 * 14).fill(7);
    const drawn = withProgressBar(icon, 14, 14, 0.5);
    expect(drawn.subarray(0, 4 * 14 * 12)).toEqual(icon.subarray(0, 4 * 14 * 12));
    const last = drawn.subarray(4 * 14 * 13);
    const colours = Array.from({ length: 14 }, (_, x) => last.subarray(4 * x, 4 * x + 4).join());
    expect(new Set(colours.slice(0, 7)).size).toBe(1);
    expect(new Set(colours.slice(7)).size).toBe(1);
    expect(colours[0]).not.toBe(colours[13]);
    expect(icon.every((value) => value === 7)).toBe(true);
  });
});

describe('a tray', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'relief-tray-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const bus = 'unix:path=/none';
  /** A desktop whose programs are only those that the test makes. */
  function programs(named: Record<string, string>): NodeJS.ProcessEnv {
    for (const [name, script] of Object.entries(named)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return { PATH: folder, DBUS_SESSION_BUS_ADDRESS: bus };
  }

  it('is there where something watches status icons, asked with whichever program is installed', async () => {
    expect(await hasTrayHost('linux', programs({ 'dbus-send': 'echo "   boolean true"' }))).toBe(true);
    rmSync(join(folder, 'dbus-send'));
    expect(await hasTrayHost('linux', programs({ gdbus: 'echo "(true,)"' }))).toBe(true);
  });

  it('is not there without such a watcher, without a bus, or where nobody can be asked', async () => {
    expect(await hasTrayHost('linux', programs({ 'dbus-send': 'echo "   boolean false"' }))).toBe(false);
    expect(await hasTrayHost('linux', programs({ 'dbus-send': 'exit 1' }))).toBe(false);
    rmSync(join(folder, 'dbus-send'));
    expect(await hasTrayHost('linux', programs({}))).toBe(false);
    expect(await hasTrayHost('freebsd', programs({}))).toBe(false);
    expect(await hasTrayHost('darwin', {})).toBe(true);
  });
});
