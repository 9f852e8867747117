import type { SetName } from '@shared/domain/names';
import { all, either, isIn, isNotIn, none } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official, OfficialSet } from '../layout';
import { linesOf, stem } from './helpers';

/** How names call the fourteen attacks → what they are. */
const attackTypes: Readonly<Record<string, string>> = {
  makeup_co: 'makeup/cosmetic',
  makeup_im: 'makeup/impersonation',
  makeup_ob: 'makeup/obfuscation',
  mask_half: 'mask/half',
  mask_mann: 'mask/mannequin',
  mask_paper: 'mask/paper',
  mask_silicone: 'mask/silicone',
  mask_trans: 'mask/transparent',
  partial_eye: 'partial/eye',
  partial_funnyeye: 'partial/funny-eye',
  partial_mouth: 'partial/mouth',
  partial_paperglass: 'partial/paper-glasses',
  paper: 'print',
  replay: 'replay',
};
const kinds = Object.keys(attackTypes).sort((a, b) => b.length - a.length);

/** `Spoof_Mask_Half_12`, `Mask_Half_12` → its attack type. */
function typeOf(name: string): string | null {
  const lower = name.toLowerCase().replace(/^spoof_/, '');
  const kind = kinds.find((known) => lower === known || lower.startsWith(`${known}_`));
  return kind === undefined ? null : (attackTypes[kind] ?? null);
}

/** A list's own name → protocol and set. */
const listNames: readonly (readonly [RegExp, string, SetName])[] = [
  [/^trainlist_(all|live)\.txt$/, 'P1', 'train'],
  [/^testlist_(all|live)\.txt$/, 'P1', 'test'],
  [/^(train_a_pretrain|pretrain_a_train_balanced)\.txt$/, 'P3', 'train'],
  [/^(test_a_pretrain|pretrain_a_test|test_b_spoof|test_c_race|test_d_age|test_e_ill)\.txt$/, 'P3', 'test'],
];

function readLists(texts: readonly ListText[]): Official {
  const sets: OfficialSet[] = [];
  const ownSets = new Map<string, SetName>();
  for (const { tail, text } of texts) {
    const name = tail.split('/').at(-1) ?? tail;
    const found = listNames.find(([pattern]) => pattern.test(name));
    if (!found) continue;
    const [, protocol, set] = found;
    const keys = linesOf(text).map(({ line }): ListedKey => {
      const key = stem(line).toLowerCase();
      return { key, name: line, subject: null, bonaFide: key.startsWith('live') };
    });
    sets.push({ protocol, set, keys });
    if (protocol === 'P1') for (const { key } of keys) ownSets.set(key, set);
  }
  return { sets, ownSets, complete: true, findings: [] };
}

/** SiW-Mv2: live and fourteen kinds of attack; sets by the lists that come with it. */
export const siwMv2: Layout = {
  name: 'siw-mv2',
  title: 'SiW-Mv2',
  media: 'video',
  polarity: 'folders Live and Spoof (public loaders write 1 = spoof)',
  files: [
    {
      match: /live\/(?:(?<set>train|test)\/)?(?<name>live[^/]*)\.(?<extension>mov|mp4|avi)/,
      read: ({ set: word, name = '', extension = '' }) => {
        const set = /^(train|test)$/i.exec(word ?? /^live_(train|test)_/i.exec(name)?.[1] ?? '')?.[1]?.toLowerCase();
        return {
          key: name.toLowerCase(),
          canonical: `Live/${word === undefined ? '' : `${word}/`}${name}.${extension.toLowerCase()}`,
          subject: null,
          attackType: null,
          set: set === 'train' || set === 'test' ? set : null,
        };
      },
    },
    {
      match: /spoof\/(?:(?<folder>[^/]+)\/)*(?<name>[^/]+)\.(?<extension>mov|mp4|avi)/,
      read: ({ folder, name = '', extension = '' }) => {
        const attackType = typeOf(name) ?? typeOf(folder ?? '');
        if (attackType === null) return null;
        return {
          key: name.toLowerCase(),
          canonical: `${name}.${extension.toLowerCase()}`,
          subject: null,
          attackType,
          set: null,
        };
      },
    },
  ],
  companions: [/.*\.(txt|md|pdf|csv)/],
  lists: {
    files: /(trainlist|testlist)_(all|live)\.txt|(pretrain_a_(train_balanced|test)|(train|test)_[a-e]_\w+)\.txt/,
    read: readLists,
  },
  expected: [],
  protocols: [
    {
      name: 'P1',
      title: 'Protocol 1: known attacks',
      sets: { train: all(isIn('set', 'train')), dev: none, test: all(isIn('set', 'test')) },
      carve: { share: 0.2, seed: 1 },
    },
    ...Object.values(attackTypes).map((attackType) => ({
      name: `P2_${attackType.replace('/', '-')}`,
      title: `Protocol 2: ${attackType} unseen`,
      sets: {
        train: all(isIn('set', 'train'), isNotIn('attackType', attackType)),
        dev: none,
        test: either([isIn('set', 'test'), isIn('class', 'bona fide')], [isIn('attackType', attackType)]),
      },
      carve: { share: 0.2, seed: 1 } as const,
    })),
  ],
  notes: ['Sets come from its list files; without them live clips keep the set in their name and attacks are divided.'],
};
