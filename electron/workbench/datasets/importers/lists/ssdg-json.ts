import { basename, dirname, extname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import { z } from '@shared/zod';
import { readListText } from '../csv';
import type { ImportOptions, ListedItem, Listing } from '../importer';
import { clipExtensions } from '../media-kinds';
import { ListPaths } from '../paths-in-lists';

const Entry = z.looseObject({
  photo_path: z.string(),
  photo_label: z.union([z.literal(0), z.literal(1)]),
  photo_belong_to_video_ID: z.union([z.int(), z.string()]).optional(),
});

/** Entries named one by one as bad. */
const mostBad = 100;

/**
 * A JSON list `[{ photo_path, photo_label (1 = live), photo_belong_to_video_ID }]`; train, dev or test by the file's own name.
 * @throws AppError `invalid` naming file and entry
 */
export async function listSsdgJson(file: string, options: ImportOptions): Promise<Listing> {
  const root = options.root ?? dirname(file);
  const text = await readListText(file);
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `${file} is not valid JSON: ${error instanceof Error ? error.message : ''}`, {
      file,
    });
  }
  if (!Array.isArray(entries))
    throw new AppError(
      'invalid',
      `${file}: expected a list of { photo_path, photo_label, photo_belong_to_video_ID }.`,
      {
        file,
      },
    );
  const paths = new ListPaths(root);
  const items: ListedItem[] = [];
  const findings: Finding[] = [];
  let bad = 0;
  const refuse = (index: number, why: string) => {
    if (bad++ < mostBad)
      findings.push({
        kind: 'bad-row',
        severity: 'error',
        path: `${basename(file)}:${index + 1}`,
        message: `${basename(file)}, entry ${index + 1}: ${why}; left out.`,
      });
  };
  entries.forEach((value: unknown, index) => {
    const entry = Entry.safeParse(value);
    if (!entry.success) {
      const issue = entry.error.issues[0];
      refuse(index, `${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? 'is not of the expected form'}`);
      return;
    }
    const place = paths.read(entry.data.photo_path);
    if ('why' in place) {
      refuse(index, `photo_path ${place.why}`);
      return;
    }
    const video = entry.data.photo_belong_to_video_ID;
    items.push({
      path: place.path,
      kind: clipExtensions.has(extname(place.path).toLowerCase()) ? 'video' : 'image',
      subject: null,
      session: null,
      device: null,
      videoId: video === undefined ? null : String(video),
      frame: frameOf(place.path),
      attackType: entry.data.photo_label === 1 ? null : 'unspecified',
      set: setOf(file),
      box: null,
      tags: {},
    });
  });
  if (items.length === 0)
    throw new AppError('invalid', `${file}: no usable entry. ${findings[0]?.message ?? 'The list is empty.'}`, {
      file,
    });
  if (bad > mostBad)
    findings.push({ kind: 'bad-row', severity: 'error', path: null, message: `${bad - mostBad} more bad entries.` });
  return { root, items, findings, oneSubjectPerImage: true, polarity: 'photo_label 1 = bona fide' };
}

function setOf(file: string): SetName | null {
  const name = basename(file).toLowerCase();
  if (name.includes('train')) return 'train';
  if (/(dev|val)/.test(name)) return 'dev';
  return name.includes('test') ? 'test' : null;
}

/** Frames are written as pictures whose name ends in their number. */
function frameOf(path: string): number | null {
  const digits = /(\d+)\.\w+$/.exec(path)?.[1];
  return digits === undefined || digits.length > 9 ? null : Number(digits);
}
