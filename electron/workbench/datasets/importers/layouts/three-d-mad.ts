import type { SetName } from '@shared/domain/names';
import { all, isIn } from '../../protocols/rules';
import type { Layout } from '../layout';
import { padded, plain, range } from './helpers';

const setOf = (client: number): SetName => (client <= 7 ? 'train' : client <= 12 ? 'dev' : 'test');

/** 3DMAD: 17 clients, two real sessions and one of worn masks, colour and depth in HDF5. */
export const threeDMad: Layout = {
  name: '3dmad',
  title: '3DMAD',
  media: 'video',
  polarity: 'sessions 1 and 2 real, session 3 mask',
  files: [
    {
      match: /(?<client>\d\d)_(?<session>\d\d)_(?<shot>\d\d)\.(?:hdf5|h5)/,
      read: ({ client = '', session = '', shot = '' }) => {
        const number = Number(client);
        if (number < 1 || number > 17 || !/^0[123]$/.test(session) || !/^0[1-5]$/.test(shot)) return null;
        return {
          key: `${client}_${session}_${shot}`,
          canonical: `${client}_${session}_${shot}.hdf5`,
          subject: plain(client),
          session: plain(session),
          device: 'kinect',
          attackType: session === '03' ? 'mask/3d' : null,
          set: setOf(number),
        };
      },
    },
  ],
  companions: [/.*\.(txt|md|pdf|csv|avi)/],
  slotsOf: (subject) =>
    ['01', '02', '03'].flatMap((session) =>
      range(1, 5).map((shot) => {
        const key = `${padded(subject, 2)}_${session}_${padded(shot, 2)}`;
        return { key, path: `${key}.hdf5` };
      }),
    ),
  expected: [
    { set: 'train', bonaFide: 70, attack: 35, total: 105 },
    { set: 'dev', bonaFide: 50, attack: 25, total: 75 },
    { set: 'test', bonaFide: 50, attack: 25, total: 75 },
  ],
  protocols: [
    {
      name: 'classical',
      title: 'Clients 1–7 train, 8–12 dev, 13–17 test',
      sets: { train: all(isIn('set', 'train')), dev: all(isIn('set', 'dev')), test: all(isIn('set', 'test')) },
      carve: null,
    },
  ],
  depthOf: (path) => ({ path, format: 'recording', nearest: 'low' }),
  facesOf: (path) => ({ path, format: 'hdf5-eyes' }),
  notes: ['Zeros as depth targets say little about 3D masks: they have a relief of their own.'],
};
