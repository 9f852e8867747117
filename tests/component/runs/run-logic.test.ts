import { axisMapping, epochScale } from '@renderer/features/runs/epoch-axis';
import { nextLine, readLogLine } from '@renderer/features/runs/log-lines';
import { filterRuns, foldedGroups, groupRuns, secondsUntilDone } from '@renderer/features/runs/run-groups';
import { coresBetween, lastCheckpoint, shortLeft } from '@renderer/features/runs/run-words';
import { ScalarBuffer } from '@renderer/features/runs/scalar-buffer';
import { bandsOf } from '@renderer/features/runs/use-group-band';
import { smooth } from '@renderer/charts/decimate';
import type { ScalarChunk } from '@shared/contract/channels';
import type { JobEvent, JobSummary } from '@shared/domain/job';
import { describe, expect, it } from 'vitest';
import { jobSummary, trainJob } from '../support/sample-data';

const at = '2026-11-25T10:00:00Z';

function chunk(values: ArrayLike<number>, from = 0, reset = false): ScalarChunk {
  const step = Float64Array.from(values, (_, i) => from + i);
  return { name: 'generator-loss', reset, step, seconds: step.map((s) => s / 2), value: Float64Array.from(values) };
}
function result(seconds: number, devHter: number | null): JobSummary['result'] {
  const epochs = { stage1: 1, stage2: 1, best: 1 };
  return { kind: 'train', parameters: 5, steps: 10, seconds, epochs, devHter, devAuc: null, scores: [] };
}
function run(number: number, change: Partial<JobSummary> = {}, group = 'a', seed = 1): JobSummary {
  return jobSummary(trainJob(number, { group, experiment: group, name: `${group} O→R s${seed}`, seed }), change);
}
const progress = { phase: 'stage-1', done: 50, steps: 100, epoch: 5, epochs: 10, imagesPerSecond: 90, secondsLeft: 60 };

describe('a scalar as it streams in', () => {
  it('keeps every peak of a million points, in order, as a few thousand', () => {
    const values = Float64Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i / 5000));
    values[777_777] = 50;
    values[123_456] = -50;
    const buffer = new ScalarBuffer(0.9);
    for (let from = 0; from < values.length; from += 9973)
      buffer.append(chunk(values.subarray(from, from + 9973), from));
    const { raw, count, last } = buffer.thinned();
    expect(count).toBe(1_000_000);
    expect(last?.step).toBe(999_999);
    expect(raw.value.length).toBeLessThanOrEqual(4200);
    expect(Math.max(...raw.value)).toBe(50);
    expect(raw.step[raw.value.indexOf(50)]).toBe(777_777);
    expect(raw.step[raw.value.indexOf(-50)]).toBe(123_456);
    expect(raw.step.every((step, i) => i === 0 || step > (raw.step[i - 1] ?? 0))).toBe(true);
  });

  it('smooths as it comes like the whole series at once', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => Math.cos(i / 9) + (i % 7));
    const buffer = new ScalarBuffer(0.8);
    buffer.append(chunk(values.subarray(0, 120)));
    buffer.append(chunk(values.subarray(120), 120));
    const whole = smooth(values, 0.8);
    buffer.thinned().smoothed.value.forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i] ?? NaN, 10);
    });
    buffer.smoothWith(0.5);
    expect(buffer.thinned().smoothed.value.at(-1)).toBeCloseTo(smooth(values, 0.5).at(-1) ?? NaN, 10);
  });

  it('starts over when a resumed run goes back', () => {
    const buffer = new ScalarBuffer(0);
    buffer.append(chunk([1, 2, 3]));
    buffer.append(chunk([9, 8], 1, true));
    expect([...buffer.thinned().raw.value]).toEqual([9, 8]);
  });
});

describe('the group band', () => {
  it('is the mean plus and minus the sample deviation at the same steps', () => {
    const thinned = [1, 3].map((level) => {
      const buffer = new ScalarBuffer(0);
      buffer.append(chunk([level, level, level]));
      return new Map([['generator-loss' as const, buffer.thinned()]]);
    });
    const band = bandsOf(thinned).get('generator-loss');
    expect(band?.low[0]).toBeCloseTo(2 - Math.SQRT2, 12);
    expect(band?.high.at(-1)).toBeCloseTo(2 + Math.SQRT2, 12);
  });
});

describe('the epoch axis', () => {
  const events: JobEvent[] = [
    { type: 'epoch', at, stage: 1, epoch: 1, step: 10, values: {} },
    { type: 'epoch', at, stage: 1, epoch: 2, step: 20, values: {} },
    { type: 'epoch', at, stage: 2, epoch: 1, step: 24, values: {} },
  ];
  it('counts over both stages, straight between ends, and goes on at the newest pace', () => {
    const scale = epochScale(events, 2);
    expect(scale.stage2Step).toBe(20);
    expect([0, 5, 20, 22, 24, 26].map(scale.epochAt)).toEqual([0, 0.5, 2, 2.5, 3, 3.5]);
  });
  it('begins with stage 2 where stage 1 is off', () => {
    expect(epochScale([], 0).stage2Step).toBe(0);
  });
});

describe('a stretch of a run', () => {
  it('shows every point of it and a neighbour at either side, smoothed as the whole is', () => {
    const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 900) + (i % 7) / 10);
    const buffer = new ScalarBuffer(0.9);
    buffer.append(chunk(values));
    const { raw, smoothed, count, last } = buffer.drawn({ from: 40_000, to: 40_100 });
    expect([...raw.step]).toEqual(Array.from({ length: 103 }, (_, i) => 39_999 + i));
    expect([...raw.value]).toEqual([...values.subarray(39_999, 40_102)]);
    expect(smoothed.value[50]).toBeCloseTo(smooth(values, 0.9)[40_049] ?? NaN, 9);
    expect(count).toBe(100_000);
    expect(last?.step).toBe(99_999);
  });

  it('keeps its lowest and highest point where it holds too many to draw', () => {
    const values = new Float64Array(1_000_000);
    values[500_123] = 9;
    values[500_124] = -9;
    const buffer = new ScalarBuffer(0);
    buffer.append(chunk(values));
    const { raw } = buffer.drawn({ from: 400_000, to: 600_000 });
    expect(raw.value.length).toBeLessThan(5000);
    expect(Math.max(...raw.value)).toBe(9);
    expect(Math.min(...raw.value)).toBe(-9);
    expect([...raw.step]).toEqual([...raw.step].sort((a, b) => a - b));
  });

  it('is the same one on each axis', () => {
    const scale = epochScale(
      [1, 2].map((epoch) => ({ type: 'epoch', at, stage: 1, epoch, step: 100 * epoch, values: {} })),
      4,
    );
    const step = Float64Array.from({ length: 301 }, (_, i) => i);
    const timeline = { step, seconds: step.map((value) => value * (value < 150 ? 1 : 3)) };
    for (const axis of ['step', 'epoch', 'time'] as const) {
      const { toX, toStep } = axisMapping(axis, scale, timeline);
      for (const at of [0, 37, 149, 200, 290]) expect(toStep(toX(at))).toBeCloseTo(at, 6);
    }
    expect(axisMapping('epoch', scale, timeline).toX(150)).toBe(1.5);
  });
});

describe('runs in groups', () => {
  const runs = [
    run(1, { result: result(100, 0.1) }, 'old'),
    run(2, { result: result(300, 0.2) }, 'old', 2),
    run(3, { result: result(200, 0.08) }),
    run(4, { state: 'running', progress }),
    run(5, { state: 'queued' }),
    run(6, { state: 'queued' }, 'a', 2),
  ];
  it('puts what runs first, then the queue in its order, then what has ended', () => {
    const [group] = groupRuns(runs, ['0006-pretrain-gan-O-s1', '0005-pretrain-gan-O-s1']);
    expect(group?.runs.map(({ job }) => job.number)).toEqual([4, 6, 5, 3]);
    expect(group?.note).toBe('1 fold × 2 seeds: 1 done, 1 running, 2 queued, 2 repeats');
  });
  it('says mean, spread and n of a finished group', () => {
    const old = groupRuns(runs, []).find(({ id }) => id === 'old');
    expect(old?.note).toBe('1 fold × 2 seeds: 2 done, dev HTER 15.0 ± 7.1 %, n = 2');
  });
  it('folds settled groups from the third on, unless chosen otherwise', () => {
    const groups = groupRuns([run(1, {}, 'x'), run(2, {}, 'y'), run(3, {}, 'z'), run(4, { state: 'failed' }, 'w')], []);
    expect([...foldedGroups(groups, {})]).toEqual(['y', 'x']);
    expect([...foldedGroups(groups, { y: false, w: true })].sort()).toEqual(['w', 'x']);
  });
  it('filters by words over name, preset and state', () => {
    expect(filterRuns(runs, 'old s2', 'all').map(({ job }) => job.number)).toEqual([2]);
    expect(filterRuns(runs, 'running', 'all').map(({ job }) => job.number)).toEqual([4]);
    expect(filterRuns(runs, '', 'queued').map(({ job }) => job.number)).toEqual([5, 6]);
  });
  it('adds what such runs took, one after the other, to what the running one has left', () => {
    const left = secondsUntilDone(runs, ['0006-pretrain-gan-O-s1', '0005-pretrain-gan-O-s1']);
    expect(Object.fromEntries(left)).toEqual({
      '0004-pretrain-gan-O-s1': 60,
      '0006-pretrain-gan-O-s1': 260,
      '0005-pretrain-gan-O-s1': 460,
    });
  });
  it('filters a thousand runs', () => {
    const many = Array.from({ length: 1000 }, (_, i) => run(i + 1, {}, `g${i % 40}`, i));
    expect(groupRuns(filterRuns(many, 'g7 s47', 'all'), [])).toHaveLength(1);
  });
});

describe('words of a run', () => {
  it('names the newest checkpoint by the epoch it closed', () => {
    const events: JobEvent[] = [
      { type: 'epoch', at, stage: 1, epoch: 3, step: 30, values: {} },
      { type: 'checkpoint', at, step: 30, bytes: 5, best: false },
    ];
    expect(lastCheckpoint(events)).toEqual({ step: 30, at, epoch: 'stage 1, epoch 3' });
    expect(lastCheckpoint([])).toBeNull();
  });
  it('tells seconds exactly for what runs and roughly for what waits', () => {
    expect(shortLeft(706, true)).toBe('11:46');
    expect(shortLeft(706, false)).toBe('12 min');
    expect(shortLeft(4560, false)).toBe('1 h 16');
  });
  it('counts the cores between two beats', () => {
    const later = { time: '2026-11-25T10:00:02Z', cpuSeconds: 25 };
    expect(coresBetween({ time: at, cpuSeconds: 10 }, later)).toBe(7.5);
    expect(coresBetween(later, later)).toBeNull();
  });
});

describe('the log', () => {
  it('takes time and severity apart, and leaves other lines whole', () => {
    expect(readLogLine('2026-11-25T14:31:16.003Z warning slow batch: 0.91 s')).toEqual({
      time: '14:31:16',
      severity: 'warning',
      text: 'slow batch: 0.91 s',
    });
    expect(readLogLine('Error: no space left')).toEqual({ time: '', severity: 'error', text: 'Error: no space left' });
    expect(readLogLine('14:31:07 epoch 3 of 12')).toEqual({
      time: '14:31:07',
      severity: 'info',
      text: 'epoch 3 of 12',
    });
  });
  it('goes to the next match around the end', () => {
    const lines = ['a', 'warning b', 'c', 'warning d'].map(readLogLine);
    const warning = ({ severity }: { severity: string }) => severity === 'warning';
    expect(nextLine(lines, -1, warning)).toBe(1);
    expect(nextLine(lines, 1, warning)).toBe(3);
    expect(nextLine(lines, 3, warning)).toBe(1);
    expect(nextLine(lines, 1, warning, -1)).toBe(3);
    expect(nextLine(lines, 0, () => false)).toBe(-1);
  });
});
