import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import { all, isIn } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official } from '../layout';
import { linesOf } from './helpers';
import { badLine } from './oulu-npu';

const keyOf = (path: string) =>
  path
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^.*?(training|val|testing)\//, '$1/')
    .replace(/\.\w+$/, '');
const listSets: Readonly<Record<string, SetName>> = { train: 'train', val: 'dev', test: 'test' };

/** Three paths and a label (1 live) a line; which column is which differs, so the modality is read from the path. */
function readLists(texts: readonly ListText[]): Official {
  const findings: Finding[] = [];
  const labels = new Map<string, ListedKey>();
  const ownSets = new Map<string, SetName>();
  for (const { path, tail, text } of texts) {
    const set = listSets[/(train|val|test)(_private)?_list\.txt$/.exec(tail)?.[1] ?? ''] ?? 'train';
    for (const { line, number } of linesOf(text)) {
      const columns = line.split(/\s+/);
      const colour = columns.find((column) => /(\/color\/|-color\.)/i.test(column));
      const label = columns.at(-1);
      if (colour === undefined || (label !== '0' && label !== '1')) {
        findings.push(badLine(`${path}:${number}`, line, '"colour depth infrared label"'));
        continue;
      }
      const key = keyOf(colour);
      labels.set(key, { key, name: colour, subject: null, bonaFide: label === '1' });
      ownSets.set(key, set);
    }
  }
  return { sets: [], labels, ownSets, complete: true, findings };
}

/** CASIA-SURF: colour, depth and infrared; the colour pictures are taken. */
export const casiaSurf: Layout = {
  name: 'casia-surf',
  title: 'CASIA-SURF',
  media: 'image',
  polarity: 'lists: 1 = live; training folders real_part and fake_part',
  files: [
    {
      match: /training\/(?<part>real|fake)_part\/(?<subject>[^/]+)\/(?<clip>[^/]*rssdk)\/color\/(?<frame>[^/]+)\.jpg/,
      read: ({ part = '', subject = '', clip = '', frame = '' }) => {
        const bonaFide = part.toLowerCase() === 'real';
        const kind = /^(\d+)_/.exec(clip)?.[1];
        const canonical = `Training/${part.toLowerCase()}_part/${subject}/${clip}/color/${frame}.jpg`;
        return {
          key: keyOf(canonical),
          canonical,
          subject,
          attackType: bonaFide ? null : `print/${kind === undefined ? 'cut' : `cut-${Number(kind)}`}`,
          set: 'train',
          videoId: `${part.toLowerCase()}/${subject}/${clip}`,
          frame: /^\d+$/.test(frame) ? Number(frame) : null,
        };
      },
    },
    {
      match: /(?<folder>val|testing)\/(?<group>[^/]+)\/(?<name>[^/]+)-color\.jpg/,
      read: ({ folder = '', group = '', name = '' }) => {
        const isVal = folder.toLowerCase() === 'val';
        const canonical = `${isVal ? 'Val' : 'Testing'}/${group}/${name}-color.jpg`;
        return {
          key: keyOf(canonical),
          canonical,
          subject: null,
          attackType: 'print/cut',
          needsLabel: true,
          set: null,
        };
      },
    },
  ],
  companions: [/.*\/(ir|depth|profile)\/[^/]+\.jpg/, /.*-(ir|depth|profile)\.jpg/, /\w+_list\.txt/, /.*\.(txt|md|pdf)/],
  lists: { files: /(train|val_private|val|test_private|test)_list\.txt/, read: readLists },
  expected: [
    { set: 'train', bonaFide: null, attack: null, total: 29_266 },
    { set: 'dev', bonaFide: null, attack: null, total: 9608 },
    { set: 'test', bonaFide: null, attack: null, total: 57_710 },
  ],
  protocols: [
    {
      name: 'official',
      title: 'Training, validation and test lists',
      sets: { train: all(isIn('set', 'train')), dev: all(isIn('set', 'dev')), test: all(isIn('set', 'test')) },
      carve: null,
    },
  ],
  depthOf: (path) => ({
    path: path.replace(/\/color\/(?=[^/]+$)/i, '/depth/').replace(/-color(?=\.\w+$)/i, '-depth'),
    format: 'picture',
    nearest: 'as-mesh',
  }),
  notes: ['Of the three modalities the colour pictures are taken; depth pictures can be had as depth targets.'],
};
