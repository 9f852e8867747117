import { AppError } from '@shared/contract/errors';
import type { ForeignColumns, ForeignJoin } from '@shared/domain/foreign-scores';
import type { MediaItem } from '@shared/domain/media-item';
import { IdFinder } from './id-finder';
import { type ForeignTable, isNumber, isScore } from './parse';

/** A score with the media item (or, joined by video, the first item of the video) it belongs to. */
export interface JoinedScore {
  readonly id: string;
  readonly item: MediaItem;
  readonly frame: number | null;
  /** NaN = failure to acquire. */
  readonly score: number;
  readonly label: string | null;
  readonly line: number;
}

export interface Joined {
  readonly join: ForeignJoin;
  /** In the order of the dataset's items, then of frames. */
  readonly scores: readonly JoinedScore[];
  /** Ids of the set without a score. */
  readonly missing: readonly string[];
  /** Ids of the file that the set does not know. */
  readonly extra: readonly string[];
  readonly matched: number;
}

/** The clip an item is or was taken from; null for a photograph. */
export function videoOf({ videoId, kind, path }: MediaItem): string | null {
  return videoId ?? (kind === 'video' ? path : null);
}

/**
 * Joins the rows of a file with the items of a set, by file name or video id, whichever fits more of them.
 * @throws AppError `invalid` naming the file and line for a word instead of a score or two scores of one picture; for a file
 *   without ids, or none of whose ids the set knows
 */
export function joinScores(
  table: ForeignTable,
  columns: ForeignColumns,
  items: readonly MediaItem[],
  name: string,
  wanted?: ForeignJoin,
): Joined {
  const rows = readRows(table, columns, name);
  if (wanted === 'order') return joinByOrder(rows, items, name);
  const ways = (['file', 'video'] as const)
    .filter((way) => wanted === undefined || way === wanted)
    .map((way) => tryJoin(way, rows, items))
    .sort((a, b) => b.matched - a.matched);
  const [best] = ways;
  if (best && best.matched > 0) {
    if (best.join === 'file') refuseTwice(best.scores, name);
    return best;
  }
  if (columns.file === undefined && columns.video === undefined)
    throw new AppError(
      'invalid',
      `${name}: no column holds file names or video ids, so its scores cannot be told apart; name one with file=COLUMN or video=COLUMN, or say that it follows the order of the dataset's list.`,
      { path: name },
    );
  const example = rows.find(({ file, video }) => file !== '' || video !== '');
  throw new AppError(
    'invalid',
    `${name}: none of its ids is in the set. It has "${example?.file || example?.video || ''}", the set has "${items[0]?.path ?? 'nothing'}".`,
    { path: name },
  );
}

interface Row {
  readonly file: string;
  readonly video: string;
  readonly frame: number | null;
  readonly score: number;
  readonly label: string | null;
  readonly line: number;
}

function readRows(table: ForeignTable, columns: ForeignColumns, name: string): Row[] {
  const at = (column: string | undefined) => (column === undefined ? -1 : table.columns.indexOf(column));
  const [score, file, video, frame, label] = [
    at(columns.score),
    at(columns.file),
    at(columns.video),
    at(columns.frame),
    at(columns.label),
  ];
  return table.rows.map(({ values, line }) => {
    const text = (index: number) => (index < 0 ? '' : (values[index] ?? '').trim());
    if (!isScore(text(score)))
      throw new AppError(
        'invalid',
        `${name}:${String(line)}: column "${columns.score}": "${text(score)}" is no number.`,
        {
          path: name,
          line,
          column: columns.score,
        },
      );
    return {
      file: text(file),
      video: text(video),
      frame: /^\d{1,9}$/.test(text(frame)) ? Number(text(frame)) : null,
      score: isNumber(text(score)) ? Number(text(score)) : NaN,
      label: label < 0 ? null : text(label),
      line,
    };
  });
}

function tryJoin(join: 'file' | 'video', rows: readonly Row[], items: readonly MediaItem[]): Joined {
  const itemOf = new Map<string, { item: MediaItem; place: number }>();
  items.forEach((item, place) => {
    const id = join === 'file' ? item.path : videoOf(item);
    if (id !== null && !itemOf.has(id)) itemOf.set(id, { item, place });
  });
  const finder = new IdFinder([...itemOf.keys()]);
  const found = new Map<string, string | undefined>();
  const scores: (JoinedScore & { place: number })[] = [];
  const extra = new Set<string>();
  const matched = new Set<string>();
  for (const row of rows) {
    // Files whose only ids are called files may mean videos, and the other way round.
    const texts = join === 'file' ? [row.file, row.video] : [row.video, row.file];
    const text = texts.find((one) => one !== '') ?? '';
    if (!found.has(text)) found.set(text, finder.find(text));
    const id = found.get(text);
    const known = id === undefined ? undefined : itemOf.get(id);
    if (id === undefined || !known) {
      extra.add(text);
      continue;
    }
    matched.add(id);
    const { frame, score, label, line } = row;
    scores.push({ id, item: known.item, place: known.place, frame, score, label, line });
  }
  scores.sort((a, b) => a.place - b.place || (a.frame ?? -1) - (b.frame ?? -1) || a.line - b.line);
  return {
    join,
    scores,
    missing: [...itemOf.keys()].filter((id) => !matched.has(id)),
    extra: [...extra],
    matched: matched.size,
  };
}

/** A picture has one score; a clip may have one a frame. */
function refuseTwice(scores: readonly JoinedScore[], name: string): void {
  const seen = new Map<string, number>();
  for (const { id, item, frame, line } of scores) {
    if (item.kind === 'video' && frame === null) continue;
    const key = `${id}\u0000${String(frame)}`;
    const before = seen.get(key);
    if (before !== undefined)
      throw new AppError(
        'invalid',
        `${name}:${String(line)}: a second score of ${id}; the first is in line ${String(before)}.`,
        {
          path: name,
          line,
        },
      );
    seen.set(key, line);
  }
}

/** Rows in the order of the dataset's list: only when their number and their labels agree with it, row by row. */
function joinByOrder(rows: readonly Row[], items: readonly MediaItem[], name: string): Joined {
  if (rows.length !== items.length)
    throw new AppError(
      'invalid',
      `${name}: ${String(rows.length)} scores for ${String(items.length)} items of the set, so they cannot be joined by order.`,
      { path: name },
    );
  const classes = new Map<string, boolean>();
  rows.forEach(({ label, line }, index) => {
    const isBonaFide = items[index]?.attackType === null;
    if (label === null)
      throw new AppError('invalid', `${name}: scores are joined by order only when a label column confirms it.`, {
        path: name,
      });
    const known = classes.get(label);
    if (known !== undefined && known !== isBonaFide)
      throw new AppError(
        'invalid',
        `${name}:${String(line)}: label "${label}" stands for both classes, so the order is not that of the dataset's list.`,
        { path: name, line },
      );
    classes.set(label, isBonaFide);
  });
  const scores = rows.flatMap(({ frame, score, label, line }, index) => {
    const item = items[index];
    return item ? [{ id: item.path, item, frame, score, label, line }] : [];
  });
  return { join: 'order', scores, missing: [], extra: [], matched: scores.length };
}
