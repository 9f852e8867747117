import type { DatasetProtocol } from '@shared/domain/protocol';
import { all, either, isIn, isNotIn, none } from '../../protocols/rules';
import type { Layout } from '../layout';
import { plain, withExtension } from './helpers';

const carve = { share: 0.1111, seed: 1 } as const; // 10 of 90 training subjects
const live = isIn('class', 'bona fide');
const own = (set: string) => isIn('set', set);

function protocols(): Omit<DatasetProtocol, 'from'>[] {
  const ofKind = (set: string, kind: string) => either([own(set), live], [own(set), isIn('attackType', `${kind}/*`)]);
  return [
    {
      name: 'P1',
      title: 'Protocol 1: pose and expression; the first 60 frames of training videos',
      sets: { train: all(own('train')), dev: none, test: all(own('test')) },
      carve,
    },
    ...['1', '2', '3', '4'].map((medium) => ({
      name: `P2_${medium}`,
      title: `Protocol 2, fold ${medium}: replay medium ${medium} unseen`,
      sets: {
        train: either([own('train'), live], [own('train'), isIn('attackType', 'replay/*'), isNotIn('medium', medium)]),
        dev: none,
        test: either([own('test'), live], [own('test'), isIn('attackType', `replay/${medium}`)]),
      },
      carve,
    })),
    {
      name: 'P3_1',
      title: 'Protocol 3: trained on print, tested on replay',
      sets: { train: ofKind('train', 'print'), dev: none, test: ofKind('test', 'replay') },
      carve,
    },
    {
      name: 'P3_2',
      title: 'Protocol 3: trained on replay, tested on print',
      sets: { train: ofKind('train', 'replay'), dev: none, test: ofKind('test', 'print') },
      carve,
    },
  ];
}

/** SiW: 165 subjects, print and replay in several media. No official dev set. */
export const siw: Layout = {
  name: 'siw',
  title: 'SiW',
  media: 'video',
  polarity: 'folders live and spoof; third number of a name: 1 live, 2 print, 3 replay',
  files: [
    {
      match:
        /(?<set>train|test)\/(?<kind>live|spoof)\/(?<folder>\d{3})\/(?<subject>\d{3})-(?<sensor>\d)-(?<type>[123])-(?<medium>\d)-(?<session>\d)(?<m>\.m)?\.mov/,
      read: ({
        set: word = '',
        kind = '',
        folder = '',
        subject = '',
        sensor = '',
        type = '',
        medium = '',
        session = '',
        m,
      }) => {
        const isLive = kind.toLowerCase() === 'live';
        if (isLive !== (type === '1') || folder !== subject) return null;
        const set = word.toLowerCase() === 'train' ? 'train' : 'test';
        const name = `${subject}-${sensor}-${type}-${medium}-${session}`;
        return {
          key: name,
          canonical: `${set === 'train' ? 'Train' : 'Test'}/${isLive ? 'live' : 'spoof'}/${subject}/${name}${m === undefined ? '' : '.m'}.mov`,
          subject: plain(subject),
          session,
          device: sensor,
          attackType: isLive ? null : `${type === '2' ? 'print' : 'replay'}/${medium}`,
          set,
          videoId: `${set}/${name}`,
          tags: { medium },
        };
      },
    },
  ],
  companions: [/.*\.face/, /.*\.(txt|pdf)/],
  expected: [
    { set: 'train', bonaFide: null, attack: null, total: 2416 },
    { set: 'test', bonaFide: 599, attack: 1454, total: 2053 },
  ],
  protocols: protocols(),
  facesOf: (path) => ({ path: withExtension(path, '.face'), format: 'line-corners' }),
  notes: [
    'There is no official dev set: the protocols carve one from 10 of 90 training subjects. Many published rates use the test set’s own EER.',
    'The face files that come with it are rough; detection is often better.',
  ],
};
