import type { DatasetProtocol } from '@shared/domain/protocol';
import { all, either, isIn, none } from '../../protocols/rules';
import type { Layout } from '../layout';
import { plain } from './helpers';

/** Clip name → what it shows; odd numbers normal, even low, HR high quality. */
const clips: Readonly<Record<string, { attackType: string | null; quality: string }>> = {
  1: { attackType: null, quality: 'normal' },
  2: { attackType: null, quality: 'low' },
  hr_1: { attackType: null, quality: 'high' },
  3: { attackType: 'print/warped', quality: 'normal' },
  4: { attackType: 'print/warped', quality: 'low' },
  hr_2: { attackType: 'print/warped', quality: 'high' },
  5: { attackType: 'print/cut', quality: 'normal' },
  6: { attackType: 'print/cut', quality: 'low' },
  hr_3: { attackType: 'print/cut', quality: 'high' },
  7: { attackType: 'replay/video', quality: 'normal' },
  8: { attackType: 'replay/video', quality: 'low' },
  hr_4: { attackType: 'replay/video', quality: 'high' },
};

const people = { train: 20, test: 30 } as const;

function scenario(name: string, title: string, condition: ReturnType<typeof isIn>): Omit<DatasetProtocol, 'from'> {
  const bonaFideToo = condition.field === 'attackType';
  const of = (set: string) =>
    bonaFideToo
      ? either([isIn('set', set), isIn('class', 'bona fide')], [isIn('set', set), condition])
      : all(isIn('set', set), condition);
  return { name, title, sets: { train: of('train'), dev: none, test: of('test') }, carve: { share: 0.25, seed: 1 } };
}

/** CASIA-FASD (also CASIA-MFSD): 50 people, 12 clips each. No official dev set. */
export const casiaFasd: Layout = {
  name: 'casia-fasd',
  title: 'CASIA-FASD',
  media: 'video',
  polarity: 'clips 1, 2 and HR_1 are real, all others attacks',
  files: [
    {
      match: /(?<set>train|test)(?:_release)?\/(?<person>\d{1,2})\/(?:nm_)?(?<clip>hr_[1-4]|[1-8])\.avi/,
      read: ({ set: word = '', person = '', clip = '' }) => {
        const set = word.toLowerCase() === 'train' ? 'train' : 'test';
        const shown = clips[clip.toLowerCase()];
        const number = Number(person);
        if (!shown || number < 1 || number > people[set]) return null;
        const name = clip.toUpperCase();
        return {
          key: `${set}/${number}/${name}`,
          canonical: `${set}_release/${number}/${name}.avi`,
          subject: String(set === 'train' ? number : number + people.train),
          attackType: shown.attackType,
          set,
          tags: { quality: shown.quality },
        };
      },
    },
  ],
  companions: [/.*\.face/, /.*\.(txt|pdf|doc|m)/],
  slotsOf: (subject, set) => {
    if (set !== 'train' && set !== 'test') return [];
    const folder = plain(String(set === 'train' ? Number(subject) : Number(subject) - people.train));
    return Object.keys(clips).map((clip) => ({
      key: `${set}/${folder}/${clip.toUpperCase()}`,
      path: `${set}_release/${folder}/${clip.toUpperCase()}.avi`,
    }));
  },
  expected: [
    { set: 'train', bonaFide: 60, attack: 180, total: 240 },
    { set: 'test', bonaFide: 90, attack: 270, total: 360 },
  ],
  protocols: [
    {
      name: 'overall',
      title: 'All clips; a dev set of 5 training subjects is carved',
      sets: { train: all(isIn('set', 'train')), dev: none, test: all(isIn('set', 'test')) },
      carve: { share: 0.25, seed: 1 },
    },
    ...['low', 'normal', 'high'].map((quality) =>
      scenario(quality, `Quality test: ${quality}`, isIn('quality', quality)),
    ),
    scenario('warped', 'Fake-face test: warped photo', isIn('attackType', 'print/warped')),
    scenario('cut', 'Fake-face test: cut photo', isIn('attackType', 'print/cut')),
    scenario('video', 'Fake-face test: video', isIn('attackType', 'replay/video')),
  ],
  facesOf: (path) => ({ path: path.replace(/\.avi$/i, '.face'), format: 'box' }),
  notes: ['There is no official dev set: the protocols carve one from training subjects (5 of 20: 180 and 60 videos).'],
};
