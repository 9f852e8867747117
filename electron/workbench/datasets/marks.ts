import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { foldMarks, type MarkChange, type MarkEdit, MarkLine, type Marks } from '@shared/domain/marks';
import { z } from '@shared/zod';
import { appendLine, readLines } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';

/** Where a dataset's marks lie. */
export const marksFile = (project: Pick<Project, 'datasetFolder'>, dataset: string): string =>
  join(project.datasetFolder(dataset), 'marks.jsonl');

/** Lines of other kinds, such as a newer Relief writes, are passed over. */
const KnownLine = z.union([MarkLine, z.looseObject({ kind: z.string() }).transform(() => null)]);

/** Tags and exclusions of a dataset as they stand. */
export async function readMarks(project: Pick<Project, 'datasetFolder'>, dataset: string): Promise<Marks> {
  const lines = await readLines(marksFile(project, dataset), KnownLine);
  return foldMarks(lines.filter((line) => line !== null));
}

/** Marks items of one or several datasets in one edit. @param items dataset → ids of its items */
export async function markItems(
  project: Project,
  items: ReadonlyMap<string, readonly string[]>,
  change: MarkChange,
): Promise<void> {
  project.assertWritable();
  const head = { kind: 'edit', id: randomUUID(), time: new Date().toISOString(), change } as const;
  for (const [dataset, ids] of items)
    if (ids.length > 0) await appendLine(marksFile(project, dataset), { ...head, items: [...ids] } satisfies MarkEdit);
}

/**
 * Takes the newest edit back, or does the last one that was taken back again, in every dataset that it concerns.
 * @returns the edit with the number of items, or null when there is none
 */
export async function stepMarks(
  project: Project,
  datasets: readonly string[],
  direction: 'undo' | 'redo',
): Promise<{ change: MarkChange; items: number } | null> {
  project.assertWritable();
  const marks = await Promise.all(datasets.map(async (id) => ({ id, marks: await readMarks(project, id) })));
  const candidates = marks.flatMap(({ id, marks: { done, undone } }) => {
    const edit = (direction === 'undo' ? done : undone).at(-1);
    return edit ? [{ id, edit }] : [];
  });
  // Undo takes the newest edit; redo the oldest of those that wait, as it was undone last.
  const order = direction === 'undo' ? -1 : 1;
  candidates.sort((a, b) => order * a.edit.time.localeCompare(b.edit.time));
  const chosen = candidates[0]?.edit;
  if (!chosen) return null;
  const time = new Date().toISOString();
  let items = 0;
  for (const { id, edit } of candidates) {
    if (edit.id !== chosen.id) continue;
    await appendLine(marksFile(project, id), { kind: direction, edit: edit.id, time } satisfies MarkLine);
    items += edit.items.length;
  }
  return { change: chosen.change, items };
}
