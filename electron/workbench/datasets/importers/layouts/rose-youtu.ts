import { all, isIn, none } from '../../protocols/rules';
import type { Layout } from '../layout';
import { setNamed } from './helpers';

/** First word of a name: what the clip shows. */
const attackTypes: Readonly<Record<string, string | null>> = {
  g: null,
  ps: 'print/still',
  pq: 'print/quivering',
  vl: 'replay/laptop',
  vm: 'replay/mobile',
  mc: 'paper-mask/cropped',
  mf: 'paper-mask/full',
  mu: 'paper-mask/upper',
};
const devices: Readonly<Record<string, string>> = { hs: 'HS', hw: 'HW', ip: 'IP', '5s': '5s', zte: 'ZTE' };

/** ROSE-Youtu: 20 subjects (as handed out), five phones, print, replay and paper masks. */
export const roseYoutu: Layout = {
  name: 'rose-youtu',
  title: 'ROSE-Youtu',
  media: 'video',
  polarity: 'first word of a name: G genuine, all others attacks',
  files: [
    {
      match:
        /(?:(?<set>train|test)\/)?(?:_?\d+\/)?(?<label>g|ps|pq|vl|vm|mc|mf|mu)_(?<speech>t|nt)_(?<device>hs|hw|ip|5s|zte)_(?<glasses>g|wg)_(?<background>[a-z0-9]+)_(?<person>\d+)_(?<number>\d+)\.mp4/,
      read: (groups) => {
        const of = (name: string) => groups[name] ?? '';
        const label = of('label').toLowerCase();
        const written = `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
        const glasses = of('glasses').toLowerCase();
        const device = devices[of('device').toLowerCase()] ?? of('device');
        const name = `${written}_${of('speech').toUpperCase()}_${device}_${glasses}_${of('background')}_${of('person')}_${of('number')}`;
        return {
          key: name.toLowerCase(),
          canonical: `${name}.mp4`,
          subject: of('person'),
          device,
          attackType: attackTypes[label] ?? null,
          set: setNamed(groups['set']),
          tags: {
            talking: of('speech').toLowerCase() === 't' ? 'yes' : 'no',
            glasses: glasses === 'g' ? 'yes' : 'no',
            background: of('background'),
          },
        };
      },
    },
  ],
  companions: [/.*\.(txt|pdf|docx?|xlsx?|csv)/],
  expected: [{ set: null, bonaFide: 500, attack: 2850, total: 3350 }],
  protocols: [
    {
      name: 'official',
      title: 'Training and test folders; a dev set of training subjects is carved',
      sets: { train: all(isIn('set', 'train')), dev: none, test: all(isIn('set', 'test')) },
      carve: { share: 0.2, seed: 1 },
    },
  ],
  notes: [],
};
