import { open, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { layoutNames } from '@shared/domain/dataset';
import type { SourceCandidate } from '@shared/domain/import-preview';
import { systemCode, withFileErrors } from '@workbench/project/file-errors';
import { parseCsv } from '@workbench/project/csv-rows';
import { listTree } from './file-tree';
import { isClassFolder } from './folder';
import { layouts } from './layouts';
import { clipExtensions, pictureExtensions } from './media-kinds';
import { recognise } from './read-layout';

/** Names that are tried on each layout; of a larger tree, as many spread over it. */
const triedNames = 6000;
/** The head of a list that tells what it is. */
const headBytes = 64 * 1024;
/** Lists that are looked into, of those that lie directly in a folder. */
const mostLists = 24;
/** A layout that explains less than this is not what the folder is. */
const leastShare = 0.3;

/**
 * How a folder or a list could be imported, the likeliest first. Only names, and the heads of lists, are read.
 * @throws AppError `not-found`, `permission`
 */
export async function recogniseSource(path: string): Promise<SourceCandidate[]> {
  const isFile = await withFileErrors('look at', path, async () => (await stat(path)).isFile());
  if (isFile) return listCandidates(path);
  const tree = await listTree(path);
  const media = tree.paths.filter(isMedia);
  const lists = tree.paths.filter((name) => !name.includes('/') && /\.(csv|json|txt)$/i.test(name));
  const ofLists: SourceCandidate[] = [];
  for (const name of lists.slice(0, mostLists)) ofLists.push(...(await listCandidates(join(path, name))));
  return sorted([
    ...layoutCandidates(path, spread(tree.paths, triedNames)),
    ...bobCandidate(path, lists, ofLists),
    ...ofLists.filter(({ importer }) => importer !== 'bob-csv'),
    ...folderCandidate(path, media),
  ]);
}

const isMedia = (path: string) =>
  pictureExtensions.has(extname(path).toLowerCase()) || clipExtensions.has(extname(path).toLowerCase());

function spread(paths: readonly string[], most: number): readonly string[] {
  if (paths.length <= most) return paths;
  return Array.from({ length: most }, (_, index) => paths[Math.floor((index * paths.length) / most)] ?? '');
}

/** The more of the names a layout explains the likelier it is; a published layout before a mere class folder. */
function sorted(candidates: readonly SourceCandidate[]): SourceCandidate[] {
  const weight = ({ importer, share }: SourceCandidate) => share - (importer === 'folder' ? 0.25 : 0);
  return [...candidates].sort((a, b) => weight(b) - weight(a));
}

function layoutCandidates(root: string, paths: readonly string[]): SourceCandidate[] {
  return layoutNames.flatMap((name): SourceCandidate[] => {
    const layout = layouts[name];
    const { known, leftOut, media } = recognise(layout, { root, paths });
    const out = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
    const first = known[0]?.path;
    if (first === undefined || media === 0) return [];
    const share = Math.min(1, (known.length + out) / media);
    if (share < leastShare) return [];
    const kind = layout.media === 'image' ? 'pictures' : 'clips';
    const why = `${Math.round(100 * share)} % of its ${kind} are named as ${layout.title} names them, such as ${first}.`;
    return [{ importer: name, title: layout.title, path: root, why, share }];
  });
}

function folderCandidate(root: string, media: readonly string[]): SourceCandidate[] {
  const inClass = media.filter((path) => path.split('/').slice(0, -1).some(isClassFolder));
  const first = inClass[0];
  if (first === undefined) return [];
  const share = inClass.length / media.length;
  const why = `${Math.round(100 * share)} % of its files lie in a folder named after their class, such as ${first}.`;
  return [{ importer: 'folder', title: 'Folder by class', path: root, why, share }];
}

function bobCandidate(root: string, lists: readonly string[], found: readonly SourceCandidate[]): SourceCandidate[] {
  const own = found.filter(({ importer }) => importer === 'bob-csv');
  const names = lists.filter((name) => ['train.csv', 'dev.csv', 'eval.csv'].includes(name.toLowerCase()));
  if (own.length === 0 || names.length === 0) return [];
  return [
    {
      importer: 'bob-csv',
      title: 'bob file lists',
      path: root,
      why: `${names.join(', ')} have filename, subject and attack_type.`,
      share: 1,
    },
  ];
}

/** What one list could be, by its name and its head. */
async function listCandidates(file: string): Promise<SourceCandidate[]> {
  const name = basename(file);
  const { text, whole } = await headOf(file);
  const lines = text.split(/\r?\n/);
  // The last line of a head is cut somewhere.
  const complete = (whole ? lines : lines.slice(0, -1)).filter((line) => line.trim() !== '');
  switch (extname(name).toLowerCase()) {
    case '.csv':
      return csvCandidates(file, name, complete);
    case '.json':
      return /^\s*\[\s*\{[^}]*"photo_path"/s.test(text)
        ? [
            {
              importer: 'ssdg-json',
              title: 'SSDG list',
              path: file,
              why: `${name} lists photo_path and photo_label.`,
              share: 0.99,
            },
          ]
        : [];
    case '.txt': {
      const fitting = complete.filter((line) => /^.+,\s*[0-3]\s*$/.test(line)).length;
      if (fitting === 0 || fitting < complete.length / 2) return [];
      const why = `${fitting} of the first ${complete.length} lines of ${name} are a path and a label from 0 to 3.`;
      return [
        { importer: 'fas-list', title: 'List of paths and labels', path: file, why, share: fitting / complete.length },
      ];
    }
    default:
      return [];
  }
}

function csvCandidates(file: string, name: string, lines: readonly string[]): SourceCandidate[] {
  let header: readonly string[];
  try {
    header = parseCsv(lines.slice(0, 1).join('\n'), file, 'path').header;
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
  const has = (...columns: string[]) => columns.some((column) => header.includes(column));
  const isBob = ['filename', 'subject', 'attack_type'].every((column) => header.includes(column));
  if (isBob && ['train.csv', 'dev.csv', 'eval.csv'].includes(name.toLowerCase()))
    return [
      {
        importer: 'bob-csv',
        title: 'bob file lists',
        path: file,
        why: `${name} has filename, subject and attack_type.`,
        share: 1,
      },
    ];
  const native = has('path', 'filename') && has('attack_type', 'is_bonafide');
  const foreign = has('path', 'filename', 'file', 'image', 'img', 'photo_path', 'image_path', 'filepath');
  if (!native && !foreign) return [];
  const why = native
    ? `${name} has columns for the path and the class.`
    : `${name} has a column of paths; which of its columns says the class has to be chosen.`;
  return [{ importer: 'csv', title: 'CSV list', path: file, why, share: native ? 0.98 : 0.6 }];
}

async function headOf(file: string): Promise<{ text: string; whole: boolean }> {
  const handle = await withFileErrors('read', file, () => open(file, 'r'));
  try {
    const bytes = Buffer.alloc(headBytes);
    const { bytesRead } = await handle.read(bytes, 0, headBytes, 0);
    return { text: bytes.toString('utf8', 0, bytesRead), whole: bytesRead < headBytes };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { text: '', whole: true };
  } finally {
    await handle.close();
  }
}
