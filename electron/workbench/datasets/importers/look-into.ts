import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import type { Box } from '@shared/domain/media-item';
import { readImageSize } from '@workbench/images/decode';
import { systemCode } from '@workbench/project/file-errors';
import { isWithin } from '@workbench/project/within';
import { RecordingReader } from '../recordings/recording';
import { lookIntoClip } from './clip-header';
import type { ListedItem, Listing } from './importer';
import { recordingExtensions } from './media-kinds';

/** Files looked into at the same time. */
const parallelReads = 8;
/** A box file holds one line. */
const mostBoxBytes = 4096;

interface Verdict {
  readonly usable: boolean;
  readonly finding: Finding | null;
  readonly box?: Box;
}

const fine: Verdict = { usable: true, finding: null };

/**
 * Looks into every file's head: one that cannot be what it should is left out and named. Boxes that lie beside pictures are
 * read on the way. Files are only read.
 */
export async function lookInto(
  { root, items, boxFileOf }: Listing,
  onProgress?: (done: number, total: number) => void,
): Promise<{ usable: ListedItem[]; findings: Finding[] }> {
  const verdicts = new Array<Verdict>(items.length).fill(fine);
  const seen = new Set<string>();
  const realRoot = await realpath(root).catch(() => root);
  const recordings = new RecordingReader();
  let [next, done] = [0, 0];
  const reader = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (!item) return;
      const isFirst = !seen.has(item.path);
      seen.add(item.path);
      verdicts[index] = isFirst
        ? await lookIntoItem(item, { root, realRoot, boxFileOf, recordings })
        : refused('duplicate', item.path, `${item.path} is listed twice; the first stands.`, 'warning');
      onProgress?.(++done, items.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallelReads }, reader));
  } finally {
    await recordings.close();
  }
  return {
    usable: items.flatMap((item, index) => {
      const verdict = verdicts[index] ?? fine;
      return verdict.usable ? (verdict.box ? { ...item, box: verdict.box } : item) : [];
    }),
    findings: verdicts.flatMap(({ finding }) => finding ?? []),
  };
}

interface Place {
  readonly root: string;
  readonly realRoot: string;
  readonly boxFileOf: Listing['boxFileOf'];
  readonly recordings: RecordingReader;
}

function refused(kind: string, path: string, message: string, severity: Finding['severity'] = 'error'): Verdict {
  return { usable: false, finding: { kind, severity, path, message } };
}

async function lookIntoItem(item: ListedItem, place: Place): Promise<Verdict> {
  const { path, kind } = item;
  const file = join(place.root, path);
  try {
    if (!isWithin(place.realRoot, await realpath(file)))
      return refused('link-outside', path, `${path} is a link that leads outside the folder.`);
    if (!(await stat(file)).isFile()) return refused('not-a-file', path, `${path} is not a file.`);
    if (kind === 'image') return await lookIntoPicture(item, file, place);
    const verdict = await lookIntoClip(file);
    if (verdict) return refused(verdict.kind, path, `${path} ${verdict.why}.`);
    if (recordingExtensions.has(extname(path).toLowerCase())) await place.recordings.shape(file, path);
    return fine;
  } catch (error) {
    if (error instanceof AppError) {
      const reason = error.data['reason'];
      return refused(typeof reason === 'string' ? reason : 'unreadable', path, error.message.replace(file, path));
    }
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT') return refused('missing', path, `${path} is listed, but there is no such file.`);
    if (code === 'ELOOP') return refused('link-loop', path, `${path} is a link that leads to itself.`);
    if (code === 'EACCES' || code === 'EPERM')
      return refused('no-permission', path, `${path}: no permission to read it.`);
    return refused('unreadable', path, `${path} cannot be read (${code}).`);
  }
}

async function lookIntoPicture(item: ListedItem, file: string, { root, boxFileOf }: Place): Promise<Verdict> {
  const size = await readImageSize(file);
  const boxFile = boxFileOf?.(item);
  if (!boxFile) return fine;
  const path = join(root, boxFile.path);
  const text = (await stat(path)).size > mostBoxBytes ? 'too long' : await readFile(path, 'utf8');
  const box = boxFile.read(text, size);
  if (typeof box !== 'string') return { usable: true, finding: null, box };
  return {
    usable: true,
    finding: {
      kind: 'bad-box',
      severity: 'warning',
      path: boxFile.path,
      message: `${item.path}: ${box}; the face is looked for instead.`,
    },
  };
}
