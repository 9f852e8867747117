import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attemptMarks,
  countPoints,
  readScalar,
  readScalarPoints,
  scalarsIn,
  ScalarWriter,
} from '@workbench/jobs/scalars';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-scalars-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Points as they would lie in the file: step, seconds, value. */
function append(...points: [number, number, number][]): void {
  appendFileSync(join(folder, 'dev-auc.f64'), Buffer.from(new Float64Array(points.flat()).buffer));
}

const steps = (marks: { fromStep: number; seconds: number }[]) => [...readScalar(folder, 'dev-auc', marks).step];

describe('scalars', () => {
  it('come back as they were written', () => {
    const writer = new ScalarWriter(folder, Date.now() - 5000);
    writer.add('dev-auc', 1, 0.5);
    writer.addAll(2, { 'dev-auc': 0.75, 'dev-hter': 0.25 });
    writer.add('dev-auc', 3, NaN);
    writer.close();
    expect(scalarsIn(folder).sort()).toEqual(['dev-auc', 'dev-hter']);
    const { step, seconds, value } = readScalar(folder, 'dev-auc', []);
    expect([...step]).toEqual([1, 2]);
    expect([...value]).toEqual([0.5, 0.75]);
    expect(seconds[0]).toBeGreaterThanOrEqual(5);
    expect([...readScalarPoints(folder, 'dev-auc', 1, 2).value]).toEqual([0.75]);
  });

  it('make nothing anew where their folder has gone, and name what is gone', () => {
    const below = join(folder, 'run', 'scalars');
    const writer = new ScalarWriter(below, Date.now());
    writer.add('dev-auc', 1, 0.5);
    rmSync(join(folder, 'run'), { recursive: true });
    writer.add('memory', 2, 0.25);
    expect(() => {
      writer.flush();
    }).toThrow(below);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });

  it('ignore a torn tail, and a new attempt goes on after it', () => {
    append([1, 0, 0.5]);
    appendFileSync(join(folder, 'dev-auc.f64'), Buffer.alloc(11));
    expect(countPoints(folder, 'dev-auc')).toBe(1);
    expect(steps([])).toEqual([1]);
    const writer = new ScalarWriter(folder, Date.now());
    writer.add('dev-auc', 2, 0.6);
    writer.close();
    expect(steps([])).toEqual([1, 2]);
  });

  it('drop what an older attempt logged past the step from which a later one resumed', () => {
    append([1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 4, 0]);
    const marks = [
      { fromStep: 0, seconds: 0 },
      { fromStep: 2, seconds: 10 },
    ];
    // Before the new attempt has logged anything, its start alone takes steps 3 and 4 back.
    expect(steps(marks)).toEqual([1, 2]);
    append([3, 11, 1], [4, 12, 1], [5, 13, 1]);
    expect(steps(marks)).toEqual([1, 2, 3, 4, 5]);
    expect([...readScalar(folder, 'dev-auc', marks).value]).toEqual([0, 0, 1, 1, 1]);
  });

  it('rise strictly over three attempts that went back each time', () => {
    append([1, 1, 0], [2, 2, 0], [3, 3, 0], [3, 11, 1], [4, 12, 1], [2, 21, 2], [3, 22, 2]);
    const marks = [
      { fromStep: 0, seconds: 0 },
      { fromStep: 2, seconds: 10 },
      { fromStep: 1, seconds: 20 },
    ];
    expect(steps(marks)).toEqual([1, 2, 3]);
    expect([...readScalar(folder, 'dev-auc', marks).value]).toEqual([0, 2, 2]);
  });

  it('take attempts from the events, timed from the first', () => {
    expect(
      attemptMarks([
        { type: 'attempt', at: '2026-01-01T00:00:00.000Z', attempt: 1, fromStep: 0 },
        { type: 'attempt', at: '2026-01-01T00:01:00.000Z', attempt: 2, fromStep: 40 },
      ]),
    ).toEqual([
      { fromStep: 0, seconds: 0 },
      { fromStep: 40, seconds: 60 },
    ]);
  });
});
