import { z } from '@shared/zod';
import { Timestamp } from './names';

export const TagName = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^"\n]+$/, 'no quotation marks');

/** What a person says about samples. */
export const MarkChange = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('tag'), tag: TagName }),
  z.strictObject({ action: z.literal('untag'), tag: TagName }),
  /** Left out of training and evaluation. */
  z.strictObject({ action: z.literal('exclude'), reason: z.string().trim().min(1).max(200) }),
  z.strictObject({ action: z.literal('include') }),
]);
export type MarkChange = z.infer<typeof MarkChange>;

/**
 * A line of `marks.jsonl`. Nothing is ever rewritten: taking an edit back is a line, too. One edit may concern several
 * datasets; it then has a line in each, under the same id.
 */
export const MarkLine = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edit'),
    id: z.string().min(1),
    time: Timestamp,
    change: MarkChange,
    /** Ids of media items. */
    items: z.array(z.string()).min(1),
  }),
  z.strictObject({ kind: z.enum(['undo', 'redo']), edit: z.string().min(1), time: Timestamp }),
]);
export type MarkLine = z.infer<typeof MarkLine>;
export type MarkEdit = Extract<MarkLine, { kind: 'edit' }>;

/** What the lines come to. */
export interface Marks {
  /** Item → why it is left out. */
  readonly excluded: ReadonlyMap<string, string>;
  /** Item → its tags, sorted. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Edits in force, oldest first: the last one is undone next. */
  readonly done: readonly MarkEdit[];
  /** Edits taken back, the next to redo last; a new edit empties it. */
  readonly undone: readonly MarkEdit[];
}

export const noMarks: Marks = { excluded: new Map(), tags: new Map(), done: [], undone: [] };

/** Replays the lines of a dataset. */
export function foldMarks(lines: readonly MarkLine[]): Marks {
  let done: MarkEdit[] = [];
  let undone: MarkEdit[] = [];
  const move = (from: MarkEdit[], to: MarkEdit[], id: string): MarkEdit[] => {
    const found = from.find((edit) => edit.id === id);
    if (found) to.push(found);
    return from.filter((edit) => edit !== found);
  };
  for (const line of lines) {
    if (line.kind === 'edit') {
      done.push(line);
      undone = [];
    } else if (line.kind === 'undo') done = move(done, undone, line.edit);
    else undone = move(undone, done, line.edit);
  }
  const excluded = new Map<string, string>();
  const tags = new Map<string, string[]>();
  for (const { change, items } of done) for (const item of items) apply(change, item, excluded, tags);
  return { excluded, tags, done, undone };
}

function apply(change: MarkChange, item: string, excluded: Map<string, string>, tags: Map<string, string[]>): void {
  switch (change.action) {
    case 'exclude':
      excluded.set(item, change.reason);
      break;
    case 'include':
      excluded.delete(item);
      break;
    case 'tag':
      tags.set(item, [...new Set([...(tags.get(item) ?? []), change.tag])].sort());
      break;
    case 'untag': {
      const left = (tags.get(item) ?? []).filter((tag) => tag !== change.tag);
      if (left.length > 0) tags.set(item, left);
      else tags.delete(item);
    }
  }
}
