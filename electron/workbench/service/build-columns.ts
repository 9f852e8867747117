import { PreparedRow } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { parseLines } from '@workbench/project/lines';
import type { FacetColumn, StoredColumns } from './sample-columns';

/** Measures of the first face, by field name. */
const measures = {
  yaw: (row: Sample) => row.yaw,
  pitch: (row: Sample) => row.pitch,
  detector: (row: Sample) => row.detectorScore,
  mesh: (row: Sample) => row.meshFlag,
  face: (row: Sample) => Math.max(row.box[2], row.box[3]),
} as const;
type Sample = Extract<PreparedRow, { ok: true }>;

/** Works the columns of a dataset out of its items and of the text of its `rows.jsonl` (empty before preparation). */
export function buildColumns(items: readonly MediaItem[], rows: Buffer, rowsFile: string): StoredColumns {
  const count = items.length;
  const lineOf = new Map(items.map(({ id }, line) => [id, line]));
  const firstRow = new Int32Array(count).fill(-1);
  const rowsAt = new Float64Array(count);
  const rowsLength = new Int32Array(count);
  const status = new Array<string>(count).fill('not prepared');
  const numbers = new Map<string, Float32Array>(
    ['frame', ...Object.keys(measures)].map((name) => [name, new Float32Array(count).fill(NaN)]),
  );
  items.forEach(({ frame }, line) => {
    const column = numbers.get('frame');
    if (column && frame !== null) column[line] = frame;
  });
  let prepared = false;
  eachLine(rows, (text, at, length) => {
    const [row] = parseLines(text, PreparedRow, rowsFile);
    if (!row) return;
    prepared = true;
    const line = lineOf.get(row.item);
    if (line === undefined) return; // Removed from the list since.
    if (rowsLength[line] === 0) rowsAt[line] = at;
    rowsLength[line] = at + length - (rowsAt[line] ?? 0);
    if (!row.ok) {
      if (status[line] === 'not prepared') status[line] = row.reason;
      return;
    }
    if ((firstRow[line] ?? -1) >= 0) return; // Faces come largest first.
    firstRow[line] = row.row;
    status[line] = 'prepared';
    for (const [name, measure] of Object.entries(measures)) {
      const column = numbers.get(name);
      if (column) column[line] = measure(row) ?? NaN;
    }
  });
  return {
    count,
    prepared,
    facets: facetColumns(items, status),
    numbers,
    text: items.map((item) => [item.path, item.subject ?? '', ...Object.values(item.tags)].join('\n').toLowerCase()),
    ids: items.map(({ id }) => id),
    paths: items.map(({ path }) => path),
    firstRow,
    rowsAt,
    rowsLength,
  };
}

function eachLine(bytes: Buffer, take: (text: string, at: number, length: number) => void): void {
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(10, at);
    if (newline < 0) return; // A torn end.
    take(`${bytes.toString('utf8', at, newline)}\n`, at, newline + 1 - at);
    at = newline + 1;
  }
}

function facetColumns(items: readonly MediaItem[], status: readonly string[]): Map<string, FacetColumn> {
  const columns = new Map<string, FacetColumn>();
  const add = (name: string, valueOf: (item: MediaItem, line: number) => string | null | undefined) => {
    columns.set(name, encode(items.map(valueOf)));
  };
  add('set', (item) => item.set);
  add('class', (item) => (item.attackType === null ? 'bona fide' : 'attack'));
  add('attackType', (item) => item.attackType);
  add('status', (_item, line) => status[line]);
  add('device', (item) => item.device);
  add('session', (item) => item.session);
  add('subject', (item) => item.subject);
  add('video', (item) => item.videoId ?? (item.kind === 'video' ? item.path : null));
  const tags = new Set<string>();
  for (const item of items) for (const tag of Object.keys(item.tags)) tags.add(tag);
  for (const tag of tags) if (!columns.has(tag)) add(tag, (item) => item.tags[tag]);
  return columns;
}

/** @returns each value once, and which of them every item has */
export function encode(values: readonly (string | null | undefined)[]): FacetColumn {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(values.length);
  values.forEach((value, index) => {
    if (value === null || value === undefined) {
      codes[index] = -1;
      return;
    }
    const known = codeOf.get(value) ?? codeOf.size;
    codeOf.set(value, known);
    codes[index] = known;
  });
  return { values: [...codeOf.keys()], codes };
}
