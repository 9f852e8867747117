import { createRandom } from '@shared/random';
import type { SampleColumns } from './sample-columns';

export interface Place {
  readonly columns: SampleColumns;
  readonly line: number;
}

/** Finds the dataset and line of a position over all datasets. */
export function locator(datasets: readonly SampleColumns[]): (row: number) => Place {
  const starts: number[] = [];
  let start = 0;
  for (const { count } of datasets) {
    starts.push(start);
    start += count;
  }
  return (row) => {
    let at = starts.length - 1;
    while (at > 0 && (starts[at] ?? 0) > row) at--;
    const columns = datasets[at];
    if (!columns) throw new RangeError(`row ${row}`);
    return { columns, line: row - (starts[at] ?? 0) };
  };
}

/** How many people are in these rows; an item without a subject counts as one of its own. */
export function countSubjects(datasets: readonly SampleColumns[], rows: Int32Array): number {
  let people = 0;
  forEachDataset(datasets, rows, (columns, lines) => {
    const column = columns.facets.get('subject');
    const seen = new Uint8Array(column?.values.length ?? 0);
    for (const line of lines) {
      const code = column?.codes[line] ?? -1;
      if (code >= 0 && seen[code] === 1) continue;
      if (code >= 0) seen[code] = 1;
      people++;
    }
  });
  return people;
}

export type Grouping = 'none' | 'video' | 'subject';

/** Rows that belong together: the first row of each group, and all rows of each, in the order in which they were listed. */
export interface Groups {
  readonly covers: Int32Array;
  readonly members: readonly Int32Array[];
}

/**
 * Gathers rows by video or subject, groups in the order of their first row; frames within a group by number. Rows without
 * one are groups of their own.
 */
export function groupRows(datasets: readonly SampleColumns[], rows: Int32Array, by: Exclude<Grouping, 'none'>): Groups {
  const groups: number[][] = [];
  let start = 0;
  let at = 0;
  for (const columns of datasets) {
    const column = columns.facets.get(by);
    const frames = columns.numbers.get('frame');
    const groupOf = new Map<number, number[]>();
    const first = groups.length;
    for (; at < rows.length && (rows[at] ?? 0) < start + columns.count; at++) {
      const row = rows[at] ?? 0;
      const code = column?.codes[row - start] ?? -1;
      const known = code < 0 ? undefined : groupOf.get(code);
      if (known) known.push(row);
      else {
        const group = [row];
        groups.push(group);
        if (code >= 0) groupOf.set(code, group);
      }
    }
    const frameOf = (row: number) => frames?.[row - start] ?? NaN;
    if (by === 'video')
      for (const group of groups.slice(first))
        group.sort((a, b) => (Number.isNaN(frameOf(a) - frameOf(b)) ? a - b : frameOf(a) - frameOf(b)) || a - b);
    start += columns.count;
  }
  return {
    covers: Int32Array.from(groups, ([cover = 0]) => cover),
    members: groups.map((group) => Int32Array.from(group)),
  };
}

/** An order that looks random and is the same every time. */
export function shuffled(count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  createRandom('samples/shuffled').shuffle(order);
  return order;
}

function forEachDataset(
  datasets: readonly SampleColumns[],
  rows: Int32Array,
  visit: (columns: SampleColumns, lines: Int32Array) => void,
): void {
  let start = 0;
  let at = 0;
  for (const columns of datasets) {
    const from = at;
    while (at < rows.length && (rows[at] ?? 0) < start + columns.count) at++;
    const first = start;
    visit(
      columns,
      rows.subarray(from, at).map((row) => row - first),
    );
    start += columns.count;
  }
}
