import { basename, dirname, extname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import { readListText } from '../csv';
import type { ImportOptions, ListedItem, Listing } from '../importer';
import { linesOf, setNamed } from '../layouts/helpers';
import { clipExtensions } from '../media-kinds';
import { ListPaths } from '../paths-in-lists';

/** 0 live, 1 printed, 2 displayed, 3 a mask. */
const attackTypes: readonly (string | null)[] = [null, 'print', 'replay', 'mask'];
const mostBad = 100;

/**
 * A list without a header: `path,label` a line, 0 live, 1 print, 2 replay, 3 mask. The set is taken from the file's name.
 * @throws AppError `invalid` when no line can be used
 */
export async function listFasList(file: string, options: ImportOptions): Promise<Listing> {
  const root = options.root ?? dirname(file);
  const paths = new ListPaths(root);
  const items: ListedItem[] = [];
  const findings: Finding[] = [];
  let bad = 0;
  const name = basename(file);
  const set = setNamed(/(?:^|[-_.])(train|dev|devel|val|test|eval)(?:[-_.]|$)/i.exec(name)?.[1]);
  for (const { line, number } of linesOf(await readListText(file))) {
    const comma = line.lastIndexOf(',');
    const label = line.slice(comma + 1).trim();
    const attackType = /^[0-3]$/.test(label) ? attackTypes[Number(label)] : undefined;
    const place = comma < 0 ? { why: 'there is no comma' } : paths.read(line.slice(0, comma).trim());
    if (attackType === undefined || 'why' in place) {
      const why = attackType === undefined ? `"${label}" is none of 0, 1, 2, 3` : 'why' in place ? place.why : '';
      if (bad++ < mostBad)
        findings.push({
          kind: 'bad-row',
          severity: 'error',
          path: `${name}:${number}`,
          message: `${name}:${number}: ${why}; the line is left out.`,
        });
      continue;
    }
    const isClip = clipExtensions.has(extname(place.path).toLowerCase());
    items.push({
      path: place.path,
      kind: isClip ? 'video' : 'image',
      subject: null,
      session: null,
      device: null,
      videoId: isClip ? place.path : null,
      frame: null,
      attackType,
      set,
      box: null,
      tags: {},
    });
  }
  if (items.length === 0)
    throw new AppError(
      'invalid',
      `${file}: no line of the form "path,label" with 0 live, 1 print, 2 replay, 3 mask. ${findings[0]?.message ?? ''}`,
      { file },
    );
  if (bad > mostBad)
    findings.push({ kind: 'bad-row', severity: 'error', path: null, message: `${bad - mostBad} more bad lines.` });
  if (paths.droppedFolders !== null)
    findings.push({
      kind: 'rebased',
      severity: 'info',
      path: null,
      message: `Paths are absolute and of another machine: their first ${paths.droppedFolders} folders were left away.`,
    });
  return { root, items, findings, oneSubjectPerImage: true, polarity: 'labels: 0 live, 1 print, 2 replay, 3 mask' };
}
