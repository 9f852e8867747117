import { describe, expect, it } from 'vitest';
import { foldMarks, type MarkChange, type MarkLine } from '@shared/domain/marks';

const time = '2026-01-01T00:00:00.000Z';
const edit = (id: string, change: MarkChange, ...items: string[]): MarkLine => ({
  kind: 'edit',
  id,
  time,
  change,
  items,
});
const undo = (id: string): MarkLine => ({ kind: 'undo', edit: id, time });
const redo = (id: string): MarkLine => ({ kind: 'redo', edit: id, time });
const out = (id: string, ...items: string[]) => edit(id, { action: 'exclude', reason: 'blurred' }, ...items);

describe('marks', () => {
  it('are what the edits come to, in order', () => {
    const marks = foldMarks([
      out('1', 'a', 'b'),
      edit('2', { action: 'tag', tag: 'odd' }, 'b', 'c'),
      edit('3', { action: 'include' }, 'a'),
      edit('4', { action: 'untag', tag: 'odd' }, 'c'),
      edit('5', { action: 'tag', tag: 'dark' }, 'b'),
    ]);
    expect([...marks.excluded]).toEqual([['b', 'blurred']]);
    expect([...marks.tags]).toEqual([['b', ['dark', 'odd']]]);
  });

  it('are taken back one by one and done again, until a new edit comes', () => {
    const lines = [out('1', 'a'), out('2', 'b'), undo('2'), undo('1')];
    expect([...foldMarks(lines).excluded.keys()]).toEqual([]);
    expect(foldMarks(lines).undone.map(({ id }) => id)).toEqual(['2', '1']);
    expect([...foldMarks([...lines, redo('1')]).excluded.keys()]).toEqual(['a']);
    expect([...foldMarks([...lines, redo('1'), redo('2')]).excluded.keys()]).toEqual(['a', 'b']);
    expect(foldMarks([...lines, out('3', 'c')])).toMatchObject({ undone: [], done: [{ id: '3' }] });
  });
});
