import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import { all, isIn, none } from '../../protocols/rules';
import type { Layout, ListedKey, ListText, Official } from '../layout';
import { linesOf, plain } from './helpers';
import { badLine } from './oulu-npu';

const keyOf = (bonaFide: boolean, name: string) => `${bonaFide ? 'client' : 'imposter'}/${name.toLowerCase()}`;

/** `{client,imposter}_{train,test}_raw.txt`: a picture a line, with `\` or `/`. */
function readLists(texts: readonly ListText[]): Official {
  const findings: Finding[] = [];
  const labels = new Map<string, ListedKey>();
  const ownSets = new Map<string, SetName>();
  for (const { path, tail, text } of texts) {
    const found = /(client|imposter)_(train|test)_raw\.txt$/.exec(tail);
    const set: SetName = found?.[2] === 'train' ? 'train' : 'test';
    const bonaFide = found?.[1] === 'client';
    for (const { line, number } of linesOf(text)) {
      const name = /([0-9]{4}_\d\d_\d\d_\d\d_\d+)\.jpg$/i.exec(line)?.[1];
      if (name === undefined) {
        findings.push(badLine(`${path}:${number}`, line, '"0001\\0001_00_00_01_0.jpg"'));
        continue;
      }
      const key = keyOf(bonaFide, name);
      labels.set(key, { key, name: line.replaceAll('\\', '/'), subject: plain(name.slice(0, 4)), bonaFide });
      ownSets.set(key, set);
    }
  }
  return { sets: [], labels, ownSets, complete: true, findings };
}

/** NUAA: 15 people, photographs of printed photographs. Not subject-disjoint. */
export const nuaa: Layout = {
  name: 'nuaa',
  title: 'NUAA',
  media: 'image',
  polarity: 'folders ClientRaw (real) and ImposterRaw (attack)',
  files: [
    {
      match:
        /(?<kind>client|imposter)raw\/(?<folder>\d{4})\/(?<name>(?<subject>\d{4})_(?<glasses>\d\d)_(?<position>\d\d)_(?<session>\d\d)_\d+)\.jpg/,
      read: ({ kind = '', folder = '', name = '', subject = '', glasses = '', position = '', session = '' }) => {
        const bonaFide = kind.toLowerCase() === 'client';
        return {
          key: keyOf(bonaFide, name),
          canonical: `${bonaFide ? 'Client' : 'Imposter'}Raw/${folder}/${name}.jpg`,
          subject: plain(subject),
          session,
          attackType: bonaFide ? null : 'print/photo',
          set: session === '03' ? 'test' : 'train',
          tags: { glasses: glasses === '00' ? 'no' : 'yes', position },
        };
      },
    },
  ],
  companions: [/(client|imposter)_\w+\.txt/, /.*\.(txt|doc|pdf|m)/],
  leftOut: [
    { match: /(client|imposter)(face|normalized)\/.*/, why: 'face crops are left out: the raw pictures are taken.' },
    { match: /.*_face\/.*/, why: 'face crops are left out: the raw pictures are taken.' },
  ],
  lists: { files: /(client|imposter)_(train|test)_raw\.txt/, read: readLists },
  expected: [
    { set: 'train', bonaFide: 1743, attack: 1748, total: 3491 },
    { set: 'test', bonaFide: 3362, attack: 5761, total: 9123 },
  ],
  protocols: [
    {
      name: 'official',
      title: 'Sessions 1 and 2 train, session 3 tests; a dev set of training subjects is carved',
      sets: { train: all(isIn('set', 'train')), dev: none, test: all(isIn('set', 'test')) },
      carve: { share: 0.25, seed: 1 },
    },
  ],
  notes: ['Training and test set share subjects: rates on this dataset are not subject-disjoint.'],
};
