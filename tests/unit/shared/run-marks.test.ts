import { describe, expect, it } from 'vitest';
import { changedMarks, noMarks, RunMarks, RunMarksChange } from '@shared/domain/run-marks';

describe('marks on a run', () => {
  it('change only in what is named, with each tag once and in the order given', () => {
    const first = changedMarks(noMarks, { star: true, addTags: ['paper', 'seed study', 'paper'], note: 'figure 3' });
    expect(first).toEqual({ ...noMarks, star: true, tags: ['paper', 'seed study'], note: 'figure 3' });
    const second = changedMarks(first, { removeTags: ['paper', 'unknown'], addTags: ['final'], archived: true });
    expect(second).toEqual({ ...first, tags: ['seed study', 'final'], archived: true });
    expect(changedMarks(second, {})).toEqual(second);
    expect(RunMarks.parse(second)).toEqual(second);
  });

  it('refuse tags that a list with commas could not tell apart', () => {
    expect(RunMarksChange.safeParse({ addTags: ['a, b'] }).success).toBe(false);
    expect(RunMarksChange.safeParse({ addTags: [' '] }).success).toBe(false);
    expect(RunMarksChange.parse({ addTags: [' a '] })).toEqual({ addTags: ['a'] });
  });
});
