import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { DatasetProtocol } from '@shared/domain/protocol';
import { all, isIn, isNotIn } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official, OfficialSet } from '../layout';
import { linesOf, padded, plain, range, setNamed, withExtension } from './helpers';

const folders = { train: 'Train_files', dev: 'Dev_files', test: 'Test_files' } as const;
/** Last number of a name: 1 bona fide, two printers, two displays. */
const attackTypes: Readonly<Record<string, string | null>> = {
  1: null,
  2: 'print/1',
  3: 'print/2',
  4: 'replay/1',
  5: 'replay/2',
};
const phones = range(1, 6).map(String);

const key = (phone: string, session: string, user: string, access: string) =>
  [phone, session, plain(user), access].join('_');
const fileName = (phone: string, session: string, user: string, access: string) =>
  `${phone}_${session}_${padded(plain(user), 2)}_${access}`;

function protocols(): Omit<DatasetProtocol, 'from'>[] {
  const own = { train: isIn('set', 'train'), dev: isIn('set', 'dev'), test: isIn('set', 'test') };
  const seen = isIn('access', '1', '2', '4');
  const unseen = isIn('access', '1', '3', '5');
  const early = isIn('session', '1', '2');
  const late = isIn('session', '3');
  return [
    {
      name: 'P1',
      title: 'Protocol 1: unseen environment',
      sets: { train: all(own.train, early), dev: all(own.dev, early), test: all(own.test, late) },
      carve: null,
    },
    {
      name: 'P2',
      title: 'Protocol 2: unseen printer and display',
      sets: { train: all(own.train, seen), dev: all(own.dev, seen), test: all(own.test, unseen) },
      carve: null,
    },
    ...phones.map((phone) => ({
      name: `P3_${phone}`,
      title: `Protocol 3, fold ${phone}: phone ${phone} unseen`,
      sets: {
        train: all(own.train, isNotIn('device', phone)),
        dev: all(own.dev, isNotIn('device', phone)),
        test: all(own.test, isIn('device', phone)),
      },
      carve: null,
    })),
    ...phones.map((phone) => ({
      name: `P4_${phone}`,
      title: `Protocol 4, fold ${phone}: environment, instruments and phone ${phone} unseen`,
      sets: {
        train: all(own.train, isNotIn('device', phone), early, seen),
        dev: all(own.dev, isNotIn('device', phone), early, seen),
        test: all(own.test, isIn('device', phone), late, unseen),
      },
      carve: null,
    })),
  ];
}

/** `Protocols/Protocol_3/Train_1.txt`, lines `+1,1_1_01_1`: +1 real, anything below zero an attack. */
function readLists(texts: readonly ListText[]): Official {
  const findings: Finding[] = [];
  const labels = new Map<string, ListedKey>();
  const sets = texts.flatMap(({ path, tail, text }): OfficialSet[] => {
    const found = /protocol_(\d)\/(train|dev|test)(?:_(\d))?\.txt$/.exec(tail);
    const set = setNamed(found?.[2]);
    if (!found || !set) return [];
    const keys = linesOf(text).flatMap(({ line, number }): ListedKey[] => {
      const entry = /^([+-]?\d+)\s*,\s*(\d)_(\d)_(\d+)_(\d)(?:\.avi)?$/i.exec(line);
      const [, token, phone, session, user, access] = entry ?? [];
      if (token === undefined || !phone || !session || !user || !access) {
        findings.push(badLine(`${path}:${number}`, line, '"+1,1_1_01_1"'));
        return [];
      }
      const listed = {
        key: key(phone, session, user, access),
        name: fileName(phone, session, user, access),
        subject: plain(user),
        bonaFide: Number(token) > 0,
      };
      labels.set(listed.key, listed);
      return [listed];
    });
    return [{ protocol: `P${found[1]}${found[3] === undefined ? '' : `_${found[3]}`}`, set, keys }];
  });
  return { sets, labels, complete: true, findings };
}

/** A line of a list that cannot be read. */
export function badLine(place: string, line: string, form: string): Finding {
  return {
    kind: 'list-line',
    severity: 'warning',
    path: place,
    message: `${place}: "${line.slice(0, 80)}" is not of the form ${form}; the line is left out.`,
  };
}

const counted = (set: SetName, bonaFide: number) => ({ set, bonaFide, attack: 4 * bonaFide, total: 5 * bonaFide });

/** OULU-NPU: 55 people, 6 phones, 3 sessions, two prints and two replays. */
export const ouluNpu: Layout = {
  name: 'oulu-npu',
  title: 'OULU-NPU',
  media: 'video',
  polarity: 'lists: +1 real, below zero attack (test lists: -1 print, -2 replay); last number of a name: 1 real',
  files: [
    {
      match: /(?<folder>train|dev|test)_files\/(?<phone>[1-6])_(?<session>[1-3])_(?<user>\d\d?)_(?<access>[1-5])\.avi/,
      read: ({ folder, phone = '', session = '', user = '', access = '' }) => {
        const set = setNamed(folder);
        if (!set || Number(user) < 1 || Number(user) > 55) return null;
        const name = fileName(phone, session, user, access);
        return {
          key: key(phone, session, user, access),
          canonical: `${folders[set]}/${name}.avi`,
          subject: plain(user),
          session,
          device: phone,
          attackType: attackTypes[access] ?? null,
          set,
          tags: { access },
        };
      },
    },
  ],
  companions: [/(train|dev|test)_files\/[\d_]+\.txt/, /protocols\/.*/, /readme.*/],
  lists: { files: /protocols\/protocol_[1-4]\/(train|dev|test)(_[1-6])?\.txt/, read: readLists },
  slotsOf: (subject, set) =>
    set === null
      ? []
      : phones.flatMap((phone) =>
          ['1', '2', '3'].flatMap((session) =>
            ['1', '2', '3', '4', '5'].map((access) => ({
              key: key(phone, session, subject, access),
              path: `${folders[set]}/${fileName(phone, session, subject, access)}.avi`,
            })),
          ),
        ),
  expected: [counted('train', 360), counted('dev', 270), counted('test', 360)],
  protocols: protocols(),
  facesOf: (path) => ({ path: withExtension(path, '.txt'), format: 'eyes' }),
  notes: [
    'The release that is handed out has 4,950 videos; the dataset’s paper counts 5,940.',
    'Rates of protocols 3 and 4 are means over six folds. APCER is the worse of print and replay; attack types are kept apart as print/1, print/2, replay/1 and replay/2.',
  ],
};
