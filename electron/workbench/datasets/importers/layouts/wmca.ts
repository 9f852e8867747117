import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { Layout, ListedKey, ListText, Official, OfficialSet } from '../layout';
import { linesOf, plain, setNamed, stem } from './helpers';
import { badLine } from './oulu-npu';

/** Fourth number of a name. */
const types: readonly (string | null)[] = [null, 'disguise', 'mask', 'print', 'replay'];

/** `file,label,attack,set` a line, the protocol by the file's name. */
function readLists(texts: readonly ListText[]): Official {
  const findings: Finding[] = [];
  const ownSets = new Map<string, SetName>();
  const labels = new Map<string, ListedKey>();
  const sets: OfficialSet[] = [];
  for (const { path, text } of texts) {
    const [head, ...lines] = linesOf(text);
    const columns = head?.line.toLowerCase().split(',') ?? [];
    const at = (name: string) => columns.indexOf(name);
    if (at('file') < 0 || at('label') < 0 || at('set') < 0) continue;
    const bySet = new Map<SetName, ListedKey[]>();
    for (const { line, number } of lines) {
      const values = line.split(',');
      const file = values[at('file')] ?? '';
      const set = setNamed(values[at('set')]?.trim());
      const label = values[at('label')]?.trim().toLowerCase() ?? '';
      const subject = /(\d+)_\d+_\d+_\d+_\d+/.exec(stem(file))?.[1];
      if (!set || subject === undefined || !/^(bonafide|bona fide|attack)$/.test(label)) {
        findings.push(badLine(`${path}:${number}`, line, '"file,label,attack,set"'));
        continue;
      }
      const key = stem(file).toLowerCase();
      const entry = { key, name: file, subject: plain(subject), bonaFide: label !== 'attack' };
      bySet.set(set, [...(bySet.get(set) ?? []), entry]);
      labels.set(key, entry);
    }
    const protocol = stem(path)
      .replace(/^protocol[-_]/i, '')
      .replace(/[^A-Za-z0-9._-]+/g, '-');
    for (const [set, keys] of bySet) {
      sets.push({ protocol, set, keys });
      if (/grand_?test/i.test(protocol) || ownSets.size === 0) for (const { key } of keys) ownSets.set(key, set);
    }
  }
  return { sets, ownSets, labels, complete: true, findings };
}

/** WMCA: colour, depth, infrared and thermal in one HDF5 file a recording; the colour channel is taken. */
export const wmca: Layout = {
  name: 'wmca',
  title: 'WMCA',
  media: 'video',
  polarity: 'fourth number of a name: 0 bona fide; protocol lists say bonafide or attack',
  files: [
    {
      match:
        /(?:(?<date>[^/]+)\/)?(?<client>\d+)_(?<session>\d+)_(?<presenter>\d+)_(?<type>[0-4])_(?<pai>\d+)\.(?<extension>hdf5|h5)/,
      read: ({ date, client = '', session = '', presenter = '', type = '', pai = '', extension = '' }) => {
        const name = `${client}_${session}_${presenter}_${type}_${pai}`;
        const kind = types[Number(type)];
        return {
          key: name,
          canonical: `${date === undefined ? '' : `${date}/`}${name}.${extension.toLowerCase()}`,
          subject: plain(client),
          session,
          attackType: kind === null || kind === undefined ? null : `${kind}/${Number(pai)}`,
          set: null,
          tags: { presenter: Number(presenter) === 0 ? 'support' : plain(presenter) },
        };
      },
    },
  ],
  companions: [/.*\.(csv|txt|md|pdf|json)/],
  lists: { files: /[^/]+\.csv/, read: readLists },
  expected: [],
  protocols: [],
  depthOf: (path) => ({ path, format: 'recording', nearest: 'low' }),
  notes: ['Of each recording the colour channel is read; its depth channel can be had as depth targets.'],
};
