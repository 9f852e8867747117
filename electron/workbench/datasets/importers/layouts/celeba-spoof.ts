import { Box } from '@shared/domain/media-item';
import type { Finding } from '@shared/domain/dataset';
import { AppError } from '@shared/contract/errors';
import { all, isIn, none } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official } from '../layout';
import { plain, withExtension } from './helpers';

/** Value 40 of a label: what the attack is made of. */
const attackTypes: readonly (string | null)[] = [
  null,
  'print/photo',
  'print/poster',
  'print/a4',
  'paper-cut/face-mask',
  'paper-cut/upper-body-mask',
  'paper-cut/region-mask',
  'replay/pc',
  'replay/pad',
  'replay/phone',
  'mask/3d',
];
const illuminations = ['live', 'normal', 'strong', 'back', 'dark'];
const environments = ['live', 'indoor', 'outdoor'];
const labelValues = 44;
/** Boxes narrower or lower than this are no faces. */
const leastSide = 3;

/** `metas/intra_test/{train,test}_label.json`: `{ path: 44 integers }`. */
function readLabels(texts: readonly ListText[]): Official {
  const labels = new Map<string, ListedKey>();
  const findings: Finding[] = [];
  let wrongLength = 0;
  for (const { path, text } of texts) {
    let entries: unknown;
    try {
      entries = JSON.parse(text);
    } catch (error) {
      throw new AppError('invalid', `${path} is not valid JSON: ${error instanceof Error ? error.message : ''}`, {
        path,
      });
    }
    if (typeof entries !== 'object' || entries === null || Array.isArray(entries))
      throw new AppError('invalid', `${path}: expected an object of paths, each with ${labelValues} numbers.`, {
        path,
      });
    for (const [name, given] of Object.entries(entries)) {
      const values: unknown[] = Array.isArray(given) ? given : [];
      const [type, illumination, environment, spoof] = values.slice(40, 44);
      if (values.length !== labelValues || typeof type !== 'number' || (spoof !== 0 && spoof !== 1)) {
        if (wrongLength++ < 20)
          findings.push({
            kind: 'label-form',
            severity: 'warning',
            path: name,
            message: `${path}: ${name} has ${values.length} label values where ${labelValues} belong (the last: 1 = spoof); its folder decides.`,
          });
        continue;
      }
      const found = /(train|test)\/(\d+)\/(?:live|spoof)\/(\w+)\.\w+$/i.exec(name);
      if (!found) continue;
      const bonaFide = spoof === 0;
      labels.set(keyOf(name), {
        key: keyOf(name),
        name,
        subject: plain(found[2]),
        bonaFide,
        ...(bonaFide ? {} : { attackType: attackTypes[type] ?? 'unspecified' }),
        tags: {
          ...(typeof illumination === 'number' ? { illumination: illuminations[illumination] ?? '' } : {}),
          ...(typeof environment === 'number' ? { environment: environments[environment] ?? '' } : {}),
        },
      });
      if (bonaFide !== (type === 0) && findings.length < 200)
        findings.push({
          kind: 'label-contradicts',
          severity: 'warning',
          path: name,
          message: `${path}: ${name} has spoof type ${type}, but its last value says ${bonaFide ? 'live' : 'spoof'}; the last value stands.`,
        });
    }
  }
  if (wrongLength > 20)
    findings.push({
      kind: 'label-form',
      severity: 'warning',
      path: null,
      message: `${wrongLength - 20} more labels have the wrong number of values.`,
    });
  return { sets: [], labels, complete: true, findings };
}

function keyOf(path: string): string {
  return path
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^.*?(train|test)\/(\d+)\//, '$1/$2/')
    .replace(/\.\w+$/, '');
}

/** `x y w h score` in a picture of 224 × 224, whatever size the picture has. */
function readBox(text: string, { width, height }: { readonly width: number; readonly height: number }): Box | string {
  const numbers = text.trim().split(/\s+/).map(Number);
  if (text.trim() === '') return 'its box file is empty';
  const [x, y, w, h] = numbers;
  if (
    x === undefined ||
    y === undefined ||
    w === undefined ||
    h === undefined ||
    numbers.slice(0, 4).some(Number.isNaN)
  )
    return `its box file holds "${text.trim().slice(0, 60)}" instead of "x y w h score"`;
  if (w < leastSide || h < leastSide) return `its box is ${w} × ${h}`;
  const [left, right] = [clamp((x * width) / 224, width), clamp(((x + w) * width) / 224, width)];
  const [top, bottom] = [clamp((y * height) / 224, height), clamp(((y + h) * height) / 224, height)];
  const box = Box.safeParse([left, top, right - left, bottom - top]);
  return box.success ? box.data : 'its box lies outside the picture';
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

/** CelebA-Spoof: 10,177 subjects, ten attack types. No official dev set. */
export const celebaSpoof: Layout = {
  name: 'celeba-spoof',
  title: 'CelebA-Spoof',
  media: 'image',
  polarity: 'label value 43: 1 = spoof (turned round: here bona fide is the positive class)',
  files: [
    {
      match: /data\/(?<set>train|test)\/(?<subject>\d+)\/(?<kind>live|spoof)\/(?<name>\w+)\.(?<extension>jpe?g|png)/,
      read: ({ set: word = '', subject = '', kind = '', name = '', extension = '' }) => {
        const set = word.toLowerCase() === 'train' ? 'train' : 'test';
        const folder = kind.toLowerCase();
        const canonical = `Data/${set}/${subject}/${folder}/${name}.${extension.toLowerCase()}`;
        return {
          key: keyOf(canonical),
          canonical,
          subject: plain(subject),
          attackType: folder === 'live' ? null : 'unspecified',
          set,
        };
      },
    },
  ],
  companions: [/data\/.*_bb\.txt/, /metas\/.*/, /.*\.(md|txt|pdf)/],
  lists: { files: /metas\/intra_test\/(train|test)_label\.json/, read: readLabels },
  expected: [
    { set: 'train', bonaFide: null, attack: null, total: 494_405 },
    { set: 'test', bonaFide: null, attack: null, total: 67_170 },
  ],
  protocols: [
    {
      name: 'intra',
      title: 'Intra-dataset test; a dev set of a tenth of the training subjects is carved',
      sets: { train: all(isIn('set', 'train')), dev: none, test: all(isIn('set', 'test')) },
      carve: { share: 0.1, seed: 1 },
    },
  ],
  boxOf: (path) => ({ path: withExtension(path, '_BB.txt'), read: readBox }),
  notes: [
    'What is handed out has 494,405 training and 67,170 test images; the paper counts 625,537 images of 10,177 subjects.',
    'Given boxes are in a picture of 224 × 224 and were scaled to each picture; empty, negative and tiny ones are left to detection.',
  ],
};
