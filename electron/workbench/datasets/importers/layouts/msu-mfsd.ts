import type { SetName } from '@shared/domain/names';
import { all, isIn, none } from '../../protocols/rules';
import type { Layout, ListText, Official } from '../layout';
import { linesOf, padded, plain, withExtension } from './helpers';

const trainClients = new Set([2, 3, 5, 6, 7, 8, 9, 11, 12, 21, 22, 34, 53, 54, 55].map(String));
const extensions: Readonly<Record<string, string>> = { android: 'mp4', laptop: 'mov' };
const instruments: Readonly<Record<string, string>> = {
  ipad_video: 'replay/tablet',
  iphone_video: 'replay/phone',
  printed_photo: 'print',
};

const setOf = (client: string): SetName => (trainClients.has(plain(client)) ? 'train' : 'test');
const nameOf = (client: string, device: string, instrument: string | null) =>
  instrument === null
    ? `scene01/real/real_client${padded(client, 3)}_${device}_SD_scene01.${extensions[device] ?? 'mov'}`
    : `scene01/attack/attack_client${padded(client, 3)}_${device}_SD_${instrument}_scene01.${extensions[device] ?? 'mov'}`;
const keyOf = (client: string, device: string, instrument: string | null) =>
  `${plain(client)}/${device}/${instrument ?? 'real'}`;

/** `train_sub_list.txt`, `test_sub_list.txt`: a client number a line. */
function readLists(texts: readonly ListText[]): Official {
  const subjectSets = new Map<string, SetName>();
  for (const { tail, text } of texts) {
    const set = tail.includes('train_sub_list') ? 'train' : 'test';
    for (const { line } of linesOf(text)) for (const id of line.split(/\s+/)) subjectSets.set(plain(id), set);
  }
  return { sets: [], subjectSets, complete: false, findings: [] };
}

/** MSU-MFSD: 35 clients, a phone's and a laptop's camera, tablet, phone and printed photo. No official dev set. */
export const msuMfsd: Layout = {
  name: 'msu-mfsd',
  title: 'MSU-MFSD',
  media: 'video',
  polarity: 'folders real and attack',
  files: [
    {
      match:
        /scene01\/(?:real|attack)\/(?<kind>real|attack)_client(?<client>\d{2,3})_(?<device>android|laptop)_sd_(?:(?<instrument>ipad_video|iphone_video|printed_photo)_)?scene01\.(?:mp4|mov)/,
      read: ({ kind = '', client = '', device = '', instrument }) => {
        const real = kind.toLowerCase() === 'real';
        if (real !== (instrument === undefined)) return null;
        const camera = device.toLowerCase();
        const shown = instrument?.toLowerCase() ?? null;
        return {
          key: keyOf(client, camera, shown),
          canonical: nameOf(plain(client), camera, shown),
          subject: plain(client),
          device: camera,
          attackType: shown === null ? null : (instruments[shown] ?? 'unspecified'),
          set: setOf(client),
        };
      },
    },
  ],
  companions: [/.*\.face/, /(train|test)_sub_list\.txt/, /.*\.(txt|pdf|m)/],
  lists: { files: /(train|test)_sub_list\.txt/, read: readLists },
  slotsOf: (subject) =>
    Object.keys(extensions).flatMap((device) =>
      [null, ...Object.keys(instruments)].map((instrument) => ({
        key: keyOf(subject, device, instrument),
        path: nameOf(subject, device, instrument),
      })),
    ),
  expected: [
    { set: 'train', bonaFide: 30, attack: 90, total: 120 },
    { set: 'test', bonaFide: 40, attack: 120, total: 160 },
  ],
  protocols: [
    {
      name: 'official',
      title: 'Train and test clients of the lists; a dev set of 5 training clients is carved',
      sets: { train: all(isIn('set', 'train')), dev: none, test: all(isIn('set', 'test')) },
      carve: { share: 0.3333, seed: 1 },
    },
  ],
  facesOf: (path) => ({ path: withExtension(path, '.face'), format: 'corners' }),
  notes: [
    'There is no official dev set: the protocol carves one from training clients (10 train, 5 dev).',
    'Real phone clips of clients 3 and 5 to 9 lie upside down; their rotation metadata is followed.',
  ],
};
