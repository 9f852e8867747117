import { readFile, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { Box, type DepthFile } from '@shared/domain/media-item';
import { AttackType, type SetName } from '@shared/domain/names';
import { type CsvTable, parseCsv } from '@workbench/project/csv-rows';
import { withFileErrors } from '@workbench/project/file-errors';
import { unspecifiedAttack } from './folder';
import type { ColumnChoice, ImportOptions, ListedItem, Listing } from './importer';
import { setNamed } from './layouts/helpers';
import { clipExtensions, pictureExtensions, recordingExtensions } from './media-kinds';
import { ListPaths } from './paths-in-lists';

/** Columns that Relief reads; every other column becomes a tag. */
const knownColumns = [
  'path',
  'filename',
  'video_id',
  'frame',
  'subject',
  'split',
  'set',
  'is_bonafide',
  'attack_type',
  'device',
  'session',
  'x',
  'y',
  'w',
  'h',
  'depth',
] as const;
type KnownColumn = (typeof knownColumns)[number];

const trueWords = new Set(['1', 'true', 'yes']);
const falseWords = new Set(['0', 'false', 'no']);
/** A list of this size is read whole; a larger one is none. */
const mostBytes = 256 * 1024 * 1024;
/** Bad rows that a message counts up. */
const mostInMessage = 8;

/** A row that cannot be taken, and why. */
export interface BadRow {
  readonly line: number;
  readonly column: string;
  readonly message: string;
}

/** What a list says, row by row. */
export interface ReadRows {
  readonly items: readonly ListedItem[];
  readonly bad: readonly BadRow[];
  /** Leading folders that absolute paths of another machine lost. */
  readonly droppedFolders: number | null;
}

/**
 * A CSV file with a header line. Needs `path` (or `filename`), relative to the file's own folder, and `attack_type` (empty =
 * bona fide) or `is_bonafide` (1 or 0); both, and they must agree. Takes `subject`, `split` (train, dev, test), `device`,
 * `session`, `video_id`, `frame`, a face box `x,y,w,h` and a file of `depth`; further columns become tags. Foreign headers are read by a choice
 * of columns, in which a label column comes with the values that mean bona fide.
 *
 * A bare `label` is refused: half of the public lists mean 1 = live, the other half 1 = spoof.
 * @throws AppError `invalid` naming file, line and column
 */
export async function listCsv(file: string, { root = dirname(file), columns }: ImportOptions = {}): Promise<Listing> {
  const table = await readTable(file);
  const { items, bad, droppedFolders } = readRows(table, file, root, columns);
  const [first, ...others] = bad;
  if (first) {
    const lines = others.slice(0, mostInMessage).map(({ line }) => String(line));
    const rest = others.length > mostInMessage ? ' …' : '';
    const more = others.length > 0 ? ` ${others.length} more bad rows, in lines ${lines.join(', ')}${rest}.` : '';
    throw new AppError('invalid', `${file}:${first.line}: column "${first.column}": ${first.message}${more}`, {
      file,
      line: first.line,
      bad,
    });
  }
  return {
    root,
    items,
    findings:
      droppedFolders === null
        ? []
        : [
            {
              kind: 'rebased',
              severity: 'info',
              path: null,
              message: `Paths are absolute and of another machine: their first ${droppedFolders} folders were left away.`,
            },
          ],
    oneSubjectPerImage: items.every((item) => item.subject !== null),
    polarity: columns?.label
      ? `column "${columns.label.column}": ${columns.label.bonaFide.join(', ')} = bona fide`
      : 'attack_type empty, or is_bonafide 1, = bona fide',
  };
}

export async function readTable(file: string): Promise<CsvTable> {
  const text = await readListText(file);
  const table = parseCsv(text, file, 'path and attack_type');
  if (table.rows.length === 0) throw new AppError('invalid', `${file}: there is a header but no row.`);
  return table;
}

/** The text of a list file. @throws AppError `invalid` when it is larger than any list */
export async function readListText(file: string): Promise<string> {
  return withFileErrors('read', file, async () => {
    const { size } = await stat(file);
    if (size > mostBytes) throw new AppError('invalid', `${file} has ${size} bytes; a list has at most ${mostBytes}.`);
    return readFile(file, 'utf8');
  });
}

/**
 * The rows of a table as items; those that cannot be taken are told by line.
 * @throws AppError `invalid` when a column that is needed is missing
 */
export function readRows(table: CsvTable, file: string, root: string, choice: ColumnChoice = {}): ReadRows {
  const columns = findColumns(table.header, file, choice);
  const paths = new ListPaths(root);
  const items: ListedItem[] = [];
  const bad: BadRow[] = [];
  for (const { values, line } of table.rows) {
    try {
      items.push(readRow(table.header, values, columns, paths));
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      bad.push({ line, column: error.column, message: error.message });
    }
  }
  return { items, bad, droppedFolders: paths.droppedFolders };
}

class RowProblem extends Error {
  constructor(
    readonly column: string,
    message: string,
  ) {
    super(message);
  }
}

interface Columns {
  readonly at: (name: KnownColumn) => number;
  readonly label: { readonly index: number; readonly bonaFide: ReadonlySet<string>; readonly name: string } | null;
  readonly used: ReadonlySet<number>;
}

function findColumns(header: readonly string[], file: string, choice: ColumnChoice): Columns {
  const chosen: Partial<Record<KnownColumn, string | undefined>> = {
    path: choice.path,
    attack_type: choice.attackType,
    subject: choice.subject,
    session: choice.session,
    device: choice.device,
    set: choice.set,
    video_id: choice.video,
    frame: choice.frame,
  };
  const taken = new Set(
    [...Object.values(chosen), choice.label?.column].flatMap((name) => name?.trim().toLowerCase() ?? []),
  );
  const indexOf = (name: string) => {
    const index = header.indexOf(name.trim().toLowerCase());
    if (index < 0) throw missingColumn(file, header, `"${name}", which was chosen`);
    return index;
  };
  const at = (name: KnownColumn) => {
    const given = chosen[name];
    if (given !== undefined) return indexOf(given);
    const found = name === 'path' ? Math.max(header.indexOf('path'), header.indexOf('filename')) : header.indexOf(name);
    return taken.has(header[found] ?? '') ? -1 : found; // A column that was chosen for something else.
  };
  const label = choice.label
    ? {
        index: indexOf(choice.label.column),
        name: choice.label.column,
        bonaFide: new Set(choice.label.bonaFide.map((value) => value.trim().toLowerCase())),
      }
    : null;
  if (at('path') < 0) throw missingColumn(file, header, '"path" (the image, relative to this file)');
  if (!label && at('attack_type') < 0 && at('is_bonafide') < 0) {
    const bare = header.some((name) => name === 'label' || name === 'photo_label' || name === 'class');
    throw missingColumn(
      file,
      header,
      `"attack_type" (empty = bona fide) or "is_bonafide" (1 or 0)${bare ? '; a bare "label" does not say which class 1 is, so rename it or say which of its values mean bona fide' : ''}`,
    );
  }
  const used = new Set([...knownColumns.map(at), label?.index ?? -1].filter((index) => index >= 0));
  return { at, label, used };
}

function missingColumn(file: string, header: readonly string[], what: string): AppError {
  return new AppError('invalid', `${file}:1: missing column ${what}. Found: ${header.join(', ')}.`, { file, line: 1 });
}

function readRow(
  header: readonly string[],
  values: readonly string[],
  { at, label, used }: Columns,
  paths: ListPaths,
): ListedItem {
  const text = (name: KnownColumn) => values[at(name)]?.trim() ?? '';
  const place = paths.read(values[at('path')]?.trim() ?? '');
  if ('why' in place) throw new RowProblem(header[at('path')] ?? 'path', place.why);
  return {
    path: place.path,
    kind: clipExtensions.has(extname(place.path).toLowerCase()) ? 'video' : 'image',
    subject: text('subject') || null,
    session: text('session') || null,
    device: text('device') || null,
    videoId: text('video_id') || null,
    frame: readFrame(text('frame')),
    attackType: label
      ? labelled(values[label.index]?.trim() ?? '', label, text('attack_type'))
      : readAttackType(at('is_bonafide') >= 0, at('attack_type') >= 0, text),
    set: readSet(text('split') || text('set'), at('split') >= 0 ? 'split' : 'set'),
    box: readBox([text('x'), text('y'), text('w'), text('h')]),
    ...readDepthFile(text('depth'), paths),
    tags: Object.fromEntries(
      header.flatMap((name, index) => {
        const value = values[index]?.trim() ?? '';
        return used.has(index) || name === 'filename' || value === '' ? [] : [[name, value]];
      }),
    ),
  };
}

/** A foreign label: the chosen values mean bona fide; the others attacks, by their own name where it is one. */
function labelled(value: string, label: NonNullable<Columns['label']>, type: string): string | null {
  if (value === '') throw new RowProblem(label.name, 'is empty');
  if (label.bonaFide.has(value.toLowerCase())) {
    if (type !== '') throw new RowProblem(label.name, `says bona fide, but the attack type is "${type}"`);
    return null;
  }
  const name = type || (/[a-z]/i.test(value) ? value.replace(/[\s,]+/g, '-') : unspecifiedAttack);
  if (!AttackType.safeParse(name).success) throw new RowProblem(label.name, `"${name}" cannot name an attack type`);
  return name;
}

function readAttackType(hasFlag: boolean, hasType: boolean, text: (name: KnownColumn) => string): string | null {
  const type = text('attack_type');
  if (type !== '' && !AttackType.safeParse(type).success)
    throw new RowProblem('attack_type', `"${type}" has blanks or commas`);
  if (!hasFlag) return type || null;
  const flag = text('is_bonafide').toLowerCase();
  if (!trueWords.has(flag) && !falseWords.has(flag))
    throw new RowProblem('is_bonafide', `"${flag}" is neither 1 nor 0`);
  const bonaFide = trueWords.has(flag);
  if (bonaFide && type !== '')
    throw new RowProblem('is_bonafide', `says bona fide, but attack_type is "${type}"; check the polarity`);
  if (!bonaFide && hasType && type === '')
    throw new RowProblem('is_bonafide', 'says attack, but attack_type is empty (bona fide); check the polarity');
  return bonaFide ? null : type || unspecifiedAttack;
}

function readSet(text: string, column: string): SetName | null {
  if (text === '') return null;
  const set = setNamed(text);
  if (!set) throw new RowProblem(column, `"${text}" is none of train, dev, test`);
  return set;
}

function readFrame(text: string): number | null {
  if (text === '') return null;
  const frame = Number(text);
  if (!Number.isInteger(frame) || frame < 0) throw new RowProblem('frame', `"${text}" is no frame number`);
  return frame;
}

/** A file of measured or drawn depth beside the picture; which of its values are near is seen at the face's mesh. */
function readDepthFile(text: string, paths: ListPaths): { depth?: DepthFile } {
  if (text === '') return {};
  const place = paths.read(text);
  if ('why' in place) throw new RowProblem('depth', place.why);
  const extension = extname(place.path).toLowerCase();
  const format = extension === '.npy' ? 'npy' : recordingExtensions.has(extension) ? 'recording' : 'picture';
  if (format === 'picture' && !pictureExtensions.has(extension))
    throw new RowProblem('depth', `"${text}" is no picture, NumPy array or HDF5 recording`);
  return { depth: { path: place.path, format, nearest: 'as-mesh' } };
}

function readBox(texts: readonly string[]): Box | null {
  if (texts.every((text) => text === '')) return null;
  const box = Box.safeParse(texts.map((text) => (text === '' ? NaN : Number(text))));
  if (!box.success)
    throw new RowProblem('x,y,w,h', `"${texts.join(',')}" is no face box (pixels; width and height above 0)`);
  return box.data;
}
