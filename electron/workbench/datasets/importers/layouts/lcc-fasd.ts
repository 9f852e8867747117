import { all, isIn } from '../../protocols/rules';
import type { Layout } from '../layout';
import { setNamed } from './helpers';

const folders = { train: 'LCC_FASD_training', dev: 'LCC_FASD_development', test: 'LCC_FASD_evaluation' } as const;

/** LCC-FASD: pictures from the web and own recordings, real and spoof, with a development set. */
export const lccFasd: Layout = {
  name: 'lcc-fasd',
  title: 'LCC-FASD',
  media: 'image',
  polarity: 'folders real and spoof (public loaders write 1 = spoof)',
  files: [
    {
      match:
        /lcc_fasd_(?<set>training|development|evaluation)\/(?<kind>real|spoof)\/(?<name>[^/]+)\.(?<extension>png|jpe?g)/,
      read: ({ set: word, kind = '', name = '', extension = '' }) => {
        const set = setNamed(word) ?? 'train';
        const folder = kind.toLowerCase();
        const subject = /(?:^|_)id(\d+)(?:_|$)/i.exec(name)?.[1] ?? null;
        const source = /^([A-Za-z][A-Za-z0-9]*)_/.exec(name)?.[1];
        return {
          key: `${set}/${folder}/${name}`.toLowerCase(),
          canonical: `${folders[set]}/${folder}/${name}.${extension.toLowerCase()}`,
          subject: subject === null ? null : `${set}/${subject}`,
          session: /_s(\d+)_/i.exec(name)?.[1] ?? null,
          attackType: folder === 'real' ? null : 'replay/unspecified',
          set,
          tags: source === undefined || /^id\d/i.test(source) ? {} : { source },
        };
      },
    },
  ],
  companions: [/.*\.(txt|md|pdf|csv)/],
  expected: [],
  protocols: [
    {
      name: 'official',
      title: 'Training, development and evaluation folders',
      sets: { train: all(isIn('set', 'train')), dev: all(isIn('set', 'dev')), test: all(isIn('set', 'test')) },
      carve: null,
    },
  ],
  notes: ['Ids in file names are counted within each set; whether sets share people is not known.'],
};
