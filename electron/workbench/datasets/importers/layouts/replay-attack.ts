import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { Condition, DatasetProtocol } from '@shared/domain/protocol';
import { either, isIn } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official, OfficialSet } from '../layout';
import { linesOf, padded, plain, setNamed } from './helpers';
import { badLine } from './oulu-npu';

const folders = { train: 'train', dev: 'devel', test: 'test' } as const;
const lights = ['adverse', 'controlled'] as const;
const supports = ['fixed', 'hand'] as const;
/** Instrument and what it shows. */
const shown = [
  ['print', 'photo'],
  ['mobile', 'photo'],
  ['mobile', 'video'],
  ['highdef', 'photo'],
  ['highdef', 'video'],
] as const;

const attackType = (instrument: string) => (instrument === 'print' ? 'print' : `replay/${instrument}`);
const realKey = (client: string, light: string, take: string) => `real/${plain(client)}/${light}/${take}`;
const attackKey = (support: string, instrument: string, client: string, medium: string, light: string) =>
  `attack/${support}/${instrument}/${plain(client)}/${medium}/${light}`;

/** Bona fide of the set, and those of its attacks that fit. */
function protocol(name: string, title: string, ...conditions: Condition[]): Omit<DatasetProtocol, 'from'> {
  const of = (set: SetName) =>
    either([isIn('set', set), isIn('class', 'bona fide')], [isIn('set', set), isIn('class', 'attack'), ...conditions]);
  return { name, title, sets: { train: of('train'), dev: of('dev'), test: of('test') }, carve: null };
}

/** A file's place by its name, wherever the list says it lies. */
function keyOfName(path: string): { key: string; subject: string; bonaFide: boolean } | null {
  const lower = path.toLowerCase().replaceAll('\\', '/');
  const real = /client(\d+)_session\d+_webcam_authenticate_(adverse|controlled)_(\d)(?:\.\w+)?$/.exec(lower);
  if (real)
    return { key: realKey(real[1] ?? '', real[2] ?? '', real[3] ?? ''), subject: plain(real[1]), bonaFide: true };
  const attack =
    /(fixed|hand)\/attack_(print|mobile|highdef)_client(\d+)_session\d+_\w+?_(photo|video)_(adverse|controlled)(?:\.\w+)?$/.exec(
      lower,
    );
  if (!attack) return null;
  const [, support = '', instrument = '', client = '', medium = '', light = ''] = attack;
  return { key: attackKey(support, instrument, client, medium, light), subject: plain(client), bonaFide: false };
}

function readLists(texts: readonly ListText[]): Official {
  const findings: Finding[] = [];
  const subjectSets = new Map<string, SetName>();
  const reals = new Map<SetName, ListedKey[]>();
  const attacks: { protocol: string; set: SetName; keys: ListedKey[] }[] = [];
  for (const { path, tail, text } of texts) {
    const name = tail.split('/').at(-1) ?? tail;
    if (name === 'clients.txt') {
      for (const { line, number } of linesOf(text)) {
        const [id, word] = line.split(/\s+/);
        const set = setNamed(word);
        if (!set || !/^\d+$/.test(id ?? '')) findings.push(badLine(`${path}:${number}`, line, '"1 train"'));
        else subjectSets.set(plain(id), set);
      }
      continue;
    }
    const keys = linesOf(text).flatMap(({ line, number }): ListedKey[] => {
      const named = keyOfName(line);
      if (named) return [{ ...named, name: line }];
      if (!/_enroll_/i.test(line)) findings.push(badLine(`${path}:${number}`, line, 'a path of this dataset'));
      return [];
    });
    const real = /^real-(train|devel|test)\.txt$/.exec(name);
    const attack = /^attack-(\w+)-(fixed|hand|allsupports)-(train|devel|test)\.txt$/.exec(name);
    const set = setNamed(real?.[1] ?? attack?.[3]);
    if (!set) continue;
    if (real) reals.set(set, keys);
    else if (attack?.[1] !== undefined)
      attacks.push({ protocol: attack[2] === 'allsupports' ? attack[1] : `${attack[1]}-${attack[2]}`, set, keys });
  }
  const sets: OfficialSet[] = attacks.map(({ protocol: name, set, keys }) => ({
    protocol: name,
    set,
    keys: [...(reals.get(set) ?? []), ...keys],
  }));
  return { sets, subjectSets, complete: true, findings };
}

/** Idiap Replay-Attack: 50 clients, print, mobile and highdef attacks on a fixed support or in a hand. */
export const replayAttack: Layout = {
  name: 'replay-attack',
  title: 'Replay-Attack',
  media: 'video',
  polarity: 'folders real and attack',
  files: [
    {
      match:
        /(?<set>train|devel|dev|test)\/real\/client(?<client>\d{3})_session(?<session>\d\d)_webcam_authenticate_(?<light>adverse|controlled)_(?<take>\d)\.mov/,
      read: ({ set: word, client = '', session = '', light = '', take = '' }) => {
        const set = setNamed(word) ?? 'train';
        const lit = light.toLowerCase();
        return {
          key: realKey(client, lit, take),
          canonical: `${folders[set]}/real/client${client}_session${session}_webcam_authenticate_${lit}_${take}.mov`,
          subject: plain(client),
          session,
          attackType: null,
          set,
          tags: { light: lit },
        };
      },
    },
    {
      match:
        /(?<set>train|devel|dev|test)\/attack\/(?<support>fixed|hand)\/attack_(?<instrument>print|mobile|highdef)_client(?<client>\d{3})_session(?<session>\d\d)_(?<camera>mobile|highdef)_(?<medium>photo|video)_(?<light>adverse|controlled)\.mov/,
      read: (groups) => {
        const set = setNamed(groups['set']) ?? 'train';
        const lower = (name: string) => (groups[name] ?? '').toLowerCase();
        const [support, instrument, camera, medium, light] = ['support', 'instrument', 'camera', 'medium', 'light'].map(
          lower,
        );
        const client = groups['client'] ?? '';
        const session = groups['session'] ?? '';
        return {
          key: attackKey(support ?? '', instrument ?? '', client, medium ?? '', light ?? ''),
          canonical: `${folders[set]}/attack/${support}/attack_${instrument}_client${client}_session${session}_${camera}_${medium}_${light}.mov`,
          subject: plain(client),
          session,
          attackType: attackType(instrument ?? ''),
          set,
          tags: { light: light ?? '', support: support ?? '', instrument: instrument ?? '', medium: medium ?? '' },
        };
      },
    },
  ],
  companions: [/face-locations\/.*/, /protocols?\/.*/, /readme.*/],
  leftOut: [{ match: /enroll\/.*\.mov/, why: 'enrolment clips are left out: they are for face recognition.' }],
  lists: {
    files: /protocols?\/(clients|real-(train|devel|test)|attack-\w+-(fixed|hand|allsupports)-(train|devel|test))\.txt/,
    read: readLists,
  },
  slotsOf: (subject, set) => {
    if (set === null) return [];
    const client = padded(subject, 3);
    return [
      ...lights.flatMap((light) =>
        ['1', '2'].map((take) => ({
          key: realKey(client, light, take),
          path: `${folders[set]}/real/client${client}_session01_webcam_authenticate_${light}_${take}.mov`,
        })),
      ),
      ...supports.flatMap((support) =>
        shown.flatMap(([instrument, medium]) =>
          lights.map((light) => ({
            key: attackKey(support, instrument, client, medium, light),
            path: `${folders[set]}/attack/${support}/attack_${instrument}_client${client}_session01_${instrument === 'mobile' ? 'mobile' : 'highdef'}_${medium}_${light}.mov`,
          })),
        ),
      ),
    ];
  },
  expected: [
    { set: 'train', bonaFide: 60, attack: 300, total: 360 },
    { set: 'dev', bonaFide: 60, attack: 300, total: 360 },
    { set: 'test', bonaFide: 80, attack: 400, total: 480 },
  ],
  protocols: [
    protocol('grandtest', 'All attacks'),
    protocol('print', 'Printed photos', isIn('instrument', 'print')),
    protocol('mobile', 'Photos and videos on a phone', isIn('instrument', 'mobile')),
    protocol('highdef', 'Photos and videos on a tablet', isIn('instrument', 'highdef')),
    protocol('digitalphoto', 'Photos on a display', isIn('instrument', 'mobile', 'highdef'), isIn('medium', 'photo')),
    protocol('photo', 'Photos, printed or displayed', isIn('medium', 'photo')),
    protocol('video', 'Videos on a display', isIn('medium', 'video')),
  ],
  facesOf: (path) => ({ path: `face-locations/${path.replace(/\.mov$/i, '.face')}`, format: 'box' }),
  notes: ['The protocol "smalltest" exists only as lists; it is there when the dataset’s protocols folder is.'],
};
