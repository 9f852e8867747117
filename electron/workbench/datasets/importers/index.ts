import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { ImporterName } from '@shared/domain/dataset';
import { withFileErrors } from '@workbench/project/file-errors';
import { listCsv } from './csv';
import { listTree } from './file-tree';
import { listFolder } from './folder';
import type { Importer } from './importer';
import type { Layout, ListText } from './layout';
import { layouts } from './layouts';
import { listBobCsv } from './lists/bob-csv';
import { listFasList } from './lists/fas-list';
import { listSsdgJson } from './lists/ssdg-json';
import { readLayout, recognise } from './read-layout';

/** The largest official list: CelebA-Spoof's labels have about 100 MB. */
const mostListBytes = 384 * 1024 * 1024;

const byLayout =
  (layout: Layout): Importer =>
  (root) =>
    listLayout(layout, root);

/** Every importer that a person can name. */
export const importers: Readonly<Record<Exclude<ImporterName, 'synthetic'>, Importer>> = {
  'oulu-npu': byLayout(layouts['oulu-npu']),
  'casia-fasd': byLayout(layouts['casia-fasd']),
  'replay-attack': byLayout(layouts['replay-attack']),
  'replay-mobile': byLayout(layouts['replay-mobile']),
  'msu-mfsd': byLayout(layouts['msu-mfsd']),
  siw: byLayout(layouts.siw),
  'celeba-spoof': byLayout(layouts['celeba-spoof']),
  nuaa: byLayout(layouts.nuaa),
  'rose-youtu': byLayout(layouts['rose-youtu']),
  'lcc-fasd': byLayout(layouts['lcc-fasd']),
  'casia-surf': byLayout(layouts['casia-surf']),
  wmca: byLayout(layouts.wmca),
  '3dmad': byLayout(layouts['3dmad']),
  'siw-mv2': byLayout(layouts['siw-mv2']),
  folder: listFolder,
  csv: listCsv,
  'bob-csv': listBobCsv,
  'ssdg-json': listSsdgJson,
  'fas-list': listFasList,
};

/** Importers that are given a list's file rather than a folder. */
export const fromFile: ReadonlySet<ImporterName> = new Set(['csv', 'ssdg-json', 'fas-list']);

/**
 * Reads a public dataset from its folder.
 * @throws AppError `invalid` when nothing in it is named as that dataset names its files
 */
async function listLayout(layout: Layout, root: string) {
  const tree = await listTree(root);
  if (tree.more)
    throw new AppError(
      'invalid',
      `${root} holds more than ${tree.paths.length} files; name the folder of the dataset.`,
    );
  const { known, lists } = recognise(layout, tree);
  if (known.length === 0)
    throw new AppError(
      'invalid',
      `${root}: no file is named as ${layout.title} names its files. Name the folder that holds the dataset, or import it as "folder".`,
      { path: root, importer: layout.name },
    );
  const texts: ListText[] = [];
  for (const { path, tail } of lists) texts.push({ path, tail, text: await readList(join(root, path), path) });
  return readLayout(layout, tree, texts);
}

async function readList(file: string, name: string): Promise<string> {
  return withFileErrors('read', file, async () => {
    const { size } = await stat(file);
    if (size > mostListBytes)
      throw new AppError('invalid', `${name} has ${size} bytes; a list has at most ${mostListBytes}.`, { path: name });
    return readFile(file, 'utf8');
  });
}
