import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { Condition, DatasetProtocol } from '@shared/domain/protocol';
import { either, isIn } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official, OfficialSet } from '../layout';
import { linesOf, plain, setNamed } from './helpers';
import { badLine } from './oulu-npu';

const folders = { train: 'train', dev: 'devel', test: 'test' } as const;
const realName =
  /client(?<client>\d{3})_session(?<session>\d\d)_authenticate_(?<device>mobile|tablet)_(?<light>[a-z]+)/;
const attackName =
  /attack_client(?<client>\d{3})_session(?<session>\d\d)_(?<instrument>print|mattescreen)_(?<support>fixed|hand)_(?<device>mobile|tablet)_(?<medium>photo|video)_(?<light>[a-z]+)/;

function protocol(name: string, title: string, ...conditions: Condition[]): Omit<DatasetProtocol, 'from'> {
  const of = (set: SetName) =>
    either([isIn('set', set), isIn('class', 'bona fide')], [isIn('set', set), isIn('class', 'attack'), ...conditions]);
  return { name, title, sets: { train: of('train'), dev: of('dev'), test: of('test') }, carve: null };
}

const keyOf = (name: string) => name.toLowerCase();

function listed(line: string): ListedKey | null {
  const name = (line.replaceAll('\\', '/').split('/').at(-1) ?? line).replace(/\.\w+$/, '').toLowerCase();
  const real = realName.exec(name);
  const attack = attackName.exec(name);
  const subject = plain((attack ?? real)?.groups?.['client']);
  return real || attack ? { key: keyOf(name), name: line, subject, bonaFide: !attack } : null;
}

/** `protocols/alldevices/{real-alldevices,attack-<protocol>-<support>-alldevices[-alltype]}-{train,devel,test}.txt`. */
function readLists(texts: readonly ListText[]): Official {
  const findings: Finding[] = [];
  const subjectSets = new Map<string, SetName>();
  const reals = new Map<SetName, ListedKey[]>();
  const attacks: OfficialSet[] = [];
  for (const { path, tail, text } of texts) {
    const name = tail.split('/').at(-1) ?? tail;
    if (name === 'clients.txt') {
      for (const { line } of linesOf(text)) {
        const [id, word] = line.split(/\s+/);
        const set = setNamed(word);
        if (set) subjectSets.set(plain(id), set);
      }
      continue;
    }
    const set = setNamed(/-(train|devel|test)\.txt$/.exec(name)?.[1]);
    if (!set) continue;
    const keys = linesOf(text).flatMap(({ line, number }) => {
      const entry = listed(line);
      if (!entry) findings.push(badLine(`${path}:${number}`, line, 'a path of this dataset'));
      return entry ?? [];
    });
    const attack = /^attack-(\w+)-/.exec(name)?.[1];
    if (attack !== undefined) attacks.push({ protocol: attack, set, keys });
    else reals.set(set, keys);
  }
  const sets = attacks.map((list) => ({ ...list, keys: [...(reals.get(list.set) ?? []), ...list.keys] }));
  return { sets, subjectSets, complete: true, findings };
}

/** Idiap Replay-Mobile: 40 clients, phone and tablet, printed photos and a matte screen. */
export const replayMobile: Layout = {
  name: 'replay-mobile',
  title: 'Replay-Mobile',
  media: 'video',
  polarity: 'folders real and attack',
  files: [
    {
      match: new RegExp(`(?<set>train|devel|dev|test)/real/${realName.source}\\.mov`),
      read: ({ set: word, client = '', session = '', device = '', light = '' }) => {
        const set = setNamed(word) ?? 'train';
        const name = `client${client}_session${session}_authenticate_${device}_${light}`.toLowerCase();
        return {
          key: keyOf(name),
          canonical: `${folders[set]}/real/${name}.mov`,
          subject: plain(client),
          session,
          device: device.toLowerCase(),
          attackType: null,
          set,
          tags: { light: light.toLowerCase() },
        };
      },
    },
    {
      match: new RegExp(`(?<set>train|devel|dev|test)/attack/${attackName.source}\\.mov`),
      read: (groups) => {
        const set = setNamed(groups['set']) ?? 'train';
        const of = (name: string) => (groups[name] ?? '').toLowerCase();
        const name = `attack_client${of('client')}_session${of('session')}_${of('instrument')}_${of('support')}_${of('device')}_${of('medium')}_${of('light')}`;
        return {
          key: keyOf(name),
          canonical: `${folders[set]}/attack/${name}.mov`,
          subject: plain(groups['client']),
          session: of('session'),
          device: of('device'),
          attackType: of('instrument') === 'print' ? 'print' : 'replay/mattescreen',
          set,
          tags: { light: of('light'), support: of('support'), instrument: of('instrument'), medium: of('medium') },
        };
      },
    },
  ],
  companions: [/faceloc\/.*/, /protocols\/.*/, /readme.*/],
  leftOut: [{ match: /enroll\/.*\.mov/, why: 'enrolment clips are left out: they are for face recognition.' }],
  lists: {
    files: /protocols\/(clients\.txt|(alldevices\/)?(real|attack)-[\w-]*alldevices(-alltype)?-(train|devel|test)\.txt)/,
    read: readLists,
  },
  expected: [
    { set: 'train', bonaFide: null, attack: null, total: 312 },
    { set: 'dev', bonaFide: null, attack: null, total: 416 },
    { set: 'test', bonaFide: null, attack: null, total: 302 },
  ],
  protocols: [
    protocol('grandtest', 'All attacks'),
    protocol('mattescreen', 'Photos and videos on a matte screen', isIn('instrument', 'mattescreen')),
    protocol('print', 'Printed photos', isIn('instrument', 'print')),
  ],
  facesOf: (path) => ({ path: `faceloc/rect/${path.replace(/\.mov$/i, '.face')}`, format: 'box' }),
  notes: ['Some clips lie upside down; their rotation metadata is followed.'],
};
