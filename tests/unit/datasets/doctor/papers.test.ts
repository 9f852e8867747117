import { describe, expect, it } from 'vitest';
import type { Dataset, ImporterName, Licence } from '@shared/domain/dataset';
import { cardOf } from '@workbench/datasets/doctor/card';
import { countFindings, paperFindings } from '@workbench/datasets/doctor/item-findings';
import { mediaItem } from '../../../fixtures/media-item';

const noted: Licence = { name: 'on request', use: 'research', consent: 'given' };
function dataset(importer: ImporterName, licence?: Licence): Dataset {
  return {
    ...{ formatVersion: 1, id: 'd', name: 'd', importer, synthetic: false, oneSubjectPerImage: true, split: 'given' },
    ...{ origin: { kind: 'folder', root: '/data' }, createdAt: new Date(0).toISOString(), counts: {}, attackTypes: [] },
    ...{ subjects: 1, findings: [], ...(licence ? { licence } : {}) },
  };
}
const items = (count: number) =>
  Array.from({ length: count }, (_, n) => mediaItem('d', `${n}.avi`, { kind: 'video', subject: `p${n % 5}` }));

describe('the release check', () => {
  it('says which of several releases was imported, a few missing files aside', () => {
    for (const [importer, count, words] of [
      ['oulu-npu', 4950, /^This is the 4,950 clips of the download; there are also the 5,940 clips of the paper/],
      ['oulu-npu', 4931, /^This is the 4,950 clips of the download/],
      ['rose-youtu', 3350, /^This is the 3,350 clips of 20 people that are public; there are also the 4,225 clips/],
      ['msu-mfsd', 280, /^This is the 280 clips of 35 people that are public/],
    ] as const) {
      const [found] = paperFindings(dataset(importer, noted), items(count));
      expect([found?.kind, found?.severity]).toEqual(['release', 'info']);
      expect(found?.message).toMatch(words);
    }
  });

  it('warns of a part that no release is, and has nothing to say about whole or unknown datasets', () => {
    const [part] = paperFindings(dataset('casia-fasd', noted), items(430));
    expect([part?.severity, part?.message]).toEqual(['warning', '430 items are none of its releases: all 600 clips.']);
    expect(paperFindings(dataset('casia-fasd', noted), items(600))).toEqual([]);
    expect(paperFindings(dataset('folder', noted), items(7))).toEqual([]);
  });

  it('asks for licence and consent where nobody has noted them', () => {
    const messages = [undefined, { ...noted, consent: 'unknown' as const }, noted].map((licence) =>
      paperFindings(dataset('folder', licence), items(3)).map(({ message }) => message),
    );
    expect(messages).toEqual([
      ['Nobody has noted what its licence allows.'],
      ['Nobody has noted whether its people consented.'],
      [],
    ]);
  });
});

describe('the card of a dataset', () => {
  it('counts near copies once, and people before samples', () => {
    const list = items(20);
    const { size, clips, videos, subjects } = cardOf(
      dataset('folder'),
      list,
      [
        [0, 1],
        [1, 2],
        [7, 9],
      ],
      { bonaFide: 0.5, attack: null },
    );
    expect({ clips, videos, subjects }).toEqual({ clips: 20, videos: 20, subjects: 5 });
    // Four clips a person, whose scores correlate by a half: 20 / (1 + 3 · 0.5).
    expect(size.bonaFide).toEqual({ items: 20, distinct: 17, subjects: 5, correlation: 0.5, effective: 8 });
    expect(size.attack).toEqual({ items: 0, distinct: 0, subjects: 0, correlation: null, effective: null });
  });
});

describe('counts', () => {
  const expected = [
    { set: 'train' as const, bonaFide: 12, attack: 8, total: 20 },
    { set: null, bonaFide: null, attack: null, total: 20 },
  ];

  it('are told by set and class where they are not the expected ones', () => {
    const [found, ...others] = countFindings({ ...dataset('siw', noted), expected }, items(20));
    expect(others).toEqual([]);
    expect(found?.message).toBe(
      'It does not hold what its source says it has. train: 20 (12 bona fide, 8 attacks) expected, 20 (20 bona fide, 0 attacks) there.',
    );
  });

  it('that agree, or are not known, are no finding', () => {
    const list = items(20).map((item, n) => (n < 8 ? { ...item, attackType: 'print' } : item));
    expect(countFindings({ ...dataset('siw', noted), expected }, list)).toEqual([]);
    expect(countFindings(dataset('folder', noted), list)).toEqual([]);
  });
});
