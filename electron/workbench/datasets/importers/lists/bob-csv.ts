import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import { parseCsv } from '@workbench/project/csv-rows';
import { readListText, readRows } from '../csv';
import type { ImportOptions, ListedItem, Listing } from '../importer';

const files: readonly (readonly [name: string, set: SetName])[] = [
  ['train.csv', 'train'],
  ['dev.csv', 'dev'],
  ['eval.csv', 'test'],
];

/**
 * The file lists of bob: `train.csv`, `dev.csv` and `eval.csv` with `filename,subject,attack_type[,extra…]`, an empty
 * attack_type = bona fide. Named by their folder or by one of them.
 * @throws AppError `not-found` when none is there, `invalid` naming file and line
 */
export async function listBobCsv(path: string, options: ImportOptions): Promise<Listing> {
  const folder = existsSync(path) && statSync(path).isFile() ? dirname(path) : path;
  const root = options.root ?? folder;
  const items: ListedItem[] = [];
  const findings: Finding[] = [];
  for (const [name, set] of files) {
    const file = join(folder, name);
    if (!existsSync(file)) {
      findings.push({
        kind: 'missing',
        severity: set === 'train' ? 'error' : 'warning',
        path: name,
        message: `${name} is not there: the dataset has no ${set} set.`,
      });
      continue;
    }
    const table = parseCsv(await readListText(file), file, 'filename, subject and attack_type');
    for (const column of ['filename', 'subject', 'attack_type'])
      if (!table.header.includes(column))
        throw new AppError('invalid', `${file}:1: missing column "${column}". Found: ${table.header.join(', ')}.`);
    const { items: read, bad } = readRows(table, file, root);
    for (const { line, column, message } of bad)
      findings.push({
        kind: 'bad-row',
        severity: 'error',
        path: `${name}:${line}`,
        message: `${name}:${line}: column "${column}": ${message}; the row is left out.`,
      });
    items.push(...read.map((item) => ({ ...item, set })));
  }
  if (findings.filter(({ kind }) => kind === 'missing').length === files.length)
    throw new AppError('not-found', `${folder}: none of train.csv, dev.csv and eval.csv is there.`, { path });
  return {
    root,
    items: withEndings(items, root),
    findings,
    oneSubjectPerImage: true,
    polarity: 'attack_type empty = bona fide',
  };
}

/** These lists often leave the ending away; the file that is there tells it. */
function withEndings(items: readonly ListedItem[], root: string): ListedItem[] {
  const endings = ['.png', '.jpg', '.jpeg', '.avi', '.mov', '.mp4', '.hdf5', '.h5'];
  return items.map((item) => {
    if (endings.includes(extname(item.path).toLowerCase()) || existsSync(join(root, item.path))) return item;
    const ending = endings.find((candidate) => existsSync(join(root, `${item.path}${candidate}`)));
    if (ending === undefined) return item;
    const isClip = endings.indexOf(ending) > 2;
    return {
      ...item,
      path: `${item.path}${ending}`,
      kind: isClip ? 'video' : 'image',
      videoId: item.videoId ?? (isClip ? basename(item.path) : null),
    };
  });
}
