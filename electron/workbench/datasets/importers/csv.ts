import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { Box } from '@shared/domain/media-item';
import { AttackType, type SetName } from '@shared/domain/names';
import { type CsvTable, parseCsv } from '@workbench/project/csv-rows';
import { withFileErrors } from '@workbench/project/file-errors';
import { isWithin } from '@workbench/project/within';
import { unspecifiedAttack } from './folder';
import type { ListedItem, Listing } from './importer';

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
] as const;
type KnownColumn = (typeof knownColumns)[number];

const trueWords = new Set(['1', 'true', 'yes']);
const falseWords = new Set(['0', 'false', 'no']);
const setWords: ReadonlyMap<string, SetName> = new Map([
  ['train', 'train'],
  ['dev', 'dev'],
  ['devel', 'dev'],
  ['val', 'dev'],
  ['test', 'test'],
  ['eval', 'test'],
]);

/**
 * A CSV file with a header line. Needs `path` (or `filename`), relative to the file's own folder, and `attack_type` (empty =
 * bona fide) or `is_bonafide` (1 or 0); both, and they must agree. Takes `subject`, `split` (train, dev, test), `device`,
 * `session`, `video_id`, `frame` and a face box `x,y,w,h`; further columns become tags.
 *
 * A bare `label` is refused: half of the public lists mean 1 = live, the other half 1 = spoof.
 * @throws AppError `invalid` naming file, line and column
 */
export async function listCsv(file: string): Promise<Listing> {
  const root = dirname(file);
  const { header, rows } = await readTable(file);
  const column = (name: KnownColumn) => header.indexOf(name);
  const pathColumn = Math.max(column('path'), column('filename'));
  if (pathColumn < 0) throw missingColumn(file, header, '"path" (the image, relative to this file)');
  if (column('attack_type') < 0 && column('is_bonafide') < 0) {
    const label = header.some((name) => name === 'label' || name === 'photo_label' || name === 'class');
    throw missingColumn(
      file,
      header,
      `"attack_type" (empty = bona fide) or "is_bonafide" (1 or 0)${label ? '; a bare "label" does not say which class 1 is, so rename it' : ''}`,
    );
  }

  const items = rows.map(({ values, line }): ListedItem => {
    const text = (name: KnownColumn) => values[column(name)]?.trim() ?? '';
    const fail = (name: string, why: string) =>
      new AppError('invalid', `${file}:${line}: column "${name}": ${why}`, { file, line });
    const attackType = readAttackType(column('is_bonafide') >= 0, column('attack_type') >= 0, text, fail);
    return {
      path: readPath(values[pathColumn]?.trim() ?? '', root, (why) => fail(header[pathColumn] ?? 'path', why)),
      kind: 'image',
      subject: text('subject') || null,
      session: text('session') || null,
      device: text('device') || null,
      videoId: text('video_id') || null,
      frame: readFrame(text('frame'), fail),
      attackType,
      set: readSet(text('split') || text('set'), column('split') >= 0 ? 'split' : 'set', fail),
      box: readBox([text('x'), text('y'), text('w'), text('h')], fail),
      tags: Object.fromEntries(
        header.flatMap((name, index) => {
          const value = values[index]?.trim() ?? '';
          return knownColumns.some((known) => known === name) || value === '' ? [] : [[name, value]];
        }),
      ),
    };
  });
  return { root, items, findings: [], oneSubjectPerImage: items.every((item) => item.subject !== null) };
}

type Fail = (column: string, why: string) => AppError;
type Read = (column: KnownColumn) => string;

async function readTable(file: string): Promise<CsvTable> {
  const text = await withFileErrors('read', file, () => readFile(file, 'utf8'));
  const table = parseCsv(text, file, 'path and attack_type');
  if (table.rows.length === 0) throw new AppError('invalid', `${file}: there is a header but no row.`);
  return table;
}

function missingColumn(file: string, header: readonly string[], what: string): AppError {
  return new AppError('invalid', `${file}:1: missing column ${what}. Found: ${header.join(', ')}.`, { file, line: 1 });
}

/** A path below the root in forward slashes; anything that leaves the root, by name or by link, is refused. */
function readPath(text: string, root: string, fail: (why: string) => AppError): string {
  if (text === '') throw fail('is empty');
  if (text.includes('\0')) throw fail('holds a zero byte');
  const normal = text.replaceAll('\\', '/');
  const inside = relative(root, resolve(root, normal));
  if (isAbsolute(normal) || inside === '' || !isWithin(root, resolve(root, normal)))
    throw fail(`"${text}" lies outside the folder of this file`);
  if (existsSync(join(root, inside)) && !isWithin(realpathSync(root), realpathSync(join(root, inside))))
    throw fail(`"${text}" is a link that leads outside the folder of this file`);
  return inside.split(sep).join('/');
}

function readAttackType(hasFlag: boolean, hasType: boolean, text: Read, fail: Fail): string | null {
  const type = text('attack_type');
  if (type !== '' && !AttackType.safeParse(type).success) throw fail('attack_type', `"${type}" has blanks or commas`);
  if (!hasFlag) return type || null;
  const flag = text('is_bonafide').toLowerCase();
  if (!trueWords.has(flag) && !falseWords.has(flag)) throw fail('is_bonafide', `"${flag}" is neither 1 nor 0`);
  const bonaFide = trueWords.has(flag);
  if (bonaFide && type !== '')
    throw fail('is_bonafide', `says bona fide, but attack_type is "${type}"; check the polarity`);
  if (!bonaFide && hasType && type === '')
    throw fail('is_bonafide', 'says attack, but attack_type is empty (bona fide); check the polarity');
  return bonaFide ? null : type || unspecifiedAttack;
}

function readSet(text: string, column: string, fail: Fail): SetName | null {
  if (text === '') return null;
  const set = setWords.get(text.toLowerCase());
  if (!set) throw fail(column, `"${text}" is none of train, dev, test`);
  return set;
}

function readFrame(text: string, fail: Fail): number | null {
  if (text === '') return null;
  const frame = Number(text);
  if (!Number.isInteger(frame) || frame < 0) throw fail('frame', `"${text}" is no frame number`);
  return frame;
}

function readBox(texts: readonly string[], fail: Fail): Box | null {
  if (texts.every((text) => text === '')) return null;
  const box = Box.safeParse(texts.map((text) => (text === '' ? NaN : Number(text))));
  if (!box.success) throw fail('x,y,w,h', `"${texts.join(',')}" is no face box (pixels; width and height above 0)`);
  return box.data;
}
