import { describe, expect, it } from 'vitest';
import { holdsRun, leakWords } from '@shared/domain/leak';
import type { SetName } from '@shared/domain/names';
import type { Copies } from '@workbench/datasets/doctor/copies';
import { familyOf, findLeaks, type LeakItem, type LeakPart } from '@workbench/datasets/doctor/leaks';

const item = (id: string, change: Partial<LeakItem> = {}): LeakItem => ({
  ...{ id, path: `${id}.png`, kind: 'image', subject: null, session: null, videoId: null },
  ...change,
});

/** Items of a dataset as `[set, item]`. */
function part(dataset: string, entries: readonly (readonly [SetName | null, LeakItem])[], family = dataset): LeakPart {
  return { dataset, family, items: entries.map(([, one]) => one), sets: entries.map(([set]) => set) };
}
const words = (parts: readonly LeakPart[], copies?: Copies) => findLeaks(parts, copies).map((leak) => leakWords(leak));
const copiesOf = (change: Partial<Copies>): Copies => ({
  same: [],
  near: [],
  more: false,
  alike: () => false,
  ...change,
});

describe('leaks between sets', () => {
  it('are none where every person, session and clip stays in one set', () => {
    const entries = (['train', 'dev', 'test'] as const).flatMap((set, index) =>
      [0, 1].map(
        (n) => [set, item(`${set}${n}`, { subject: `p${index}`, session: '1', videoId: `${set} clip` })] as const,
      ),
    );
    expect(words([part('d', entries)])).toEqual([]);
  });

  it('are none between people of the same name in two datasets, but in two imports of one dataset', () => {
    const one = part('a', [['train', item('1', { subject: '12' })]]);
    const other = part('b', [['test', item('2', { subject: '12' })]]);
    expect(words([one, other])).toEqual([]);
    expect(
      words([
        { ...one, family: 'oulu-npu' },
        { ...other, family: 'oulu-npu' },
      ]),
    ).toEqual(['1 subject of a train is in b test, too: 12.']);
  });

  it('count people, and the items of both sides', () => {
    const [leak, ...others] = findLeaks([
      part('d', [
        ['train', item('1', { subject: 'anna' })],
        ['train', item('2', { subject: 'anna' })],
        ['train', item('3', { subject: 'bela' })],
        ['test', item('4', { subject: 'anna' })],
        ['test', item('5', { subject: 'bela' })],
        ['test', item('6', { subject: 'cleo' })],
      ]),
    ]);
    expect(others).toEqual([]);
    expect(leak).toMatchObject({
      ...{ kind: 'subject', shared: 2, names: ['anna', 'bela'] },
      first: { dataset: 'd', set: 'train', items: 3 },
      second: { dataset: 'd', set: 'test', items: 2 },
    });
    expect(leak && holdsRun(leak)).toBe(true);
  });

  it('between dev and test hold no run', () => {
    const leaks = findLeaks([
      part('d', [
        ['dev', item('1', { videoId: 'clip' })],
        ['test', item('2', { videoId: 'clip' })],
      ]),
    ]);
    expect(leaks.map((leak) => [leak.kind, holdsRun(leak)])).toEqual([['video', false]]);
  });

  it('take a session without a person for a recording only where there are many of them', () => {
    const few = (['train', 'test'] as const).map((set, n) => [set, item(`${n}`, { session: 'evening' })] as const);
    expect(words([part('d', few)])).toEqual([]);
    const many = Array.from({ length: 40 }, (_, n) => {
      const set = n < 20 ? ('train' as const) : ('test' as const);
      return [set, item(`${n}`, { session: n === 39 ? 'session 0' : `session ${n}` })] as const;
    });
    expect(words([part('d', many)])).toEqual(['1 session of d train is in d test, too: session 0.']);
  });

  it('of copies are found through a copy that is not used', () => {
    const entries = [
      ['train', item('a')],
      [null, item('b')],
      ['test', item('c')],
    ] as const;
    const pairs = [
      [0, 1],
      [1, 2],
    ] as const;
    expect(words([part('d', entries)], copiesOf({ same: pairs }))).toEqual([
      '1 file of d test is byte for byte in d train, too: c.png = a.png.',
    ]);
    expect(words([part('d', entries)], copiesOf({ near: pairs, alike: () => true }))).toEqual([
      '1 picture of d test looks the same as one of d train: c.png ≈ a.png.',
    ]);
    // a looks like b and b like c, but a does not look like c.
    expect(words([part('d', entries)], copiesOf({ near: pairs }))).toEqual([]);
  });

  it('of copies are none within the same set of two datasets', () => {
    const parts = [part('a', [['train', item('1')]]), part('b', [['train', item('2')]])];
    expect(words(parts, copiesOf({ same: [[0, 1]] }))).toEqual([]);
  });
});

describe('families of datasets', () => {
  it('join imports of one layout, of one folder and drawings of one seed', () => {
    const folder = { kind: 'folder', root: '/data/a' } as const;
    expect(familyOf({ importer: 'nuaa', origin: folder })).toBe(
      familyOf({ importer: 'nuaa', origin: { ...folder, root: '/data/b' } }),
    );
    expect(familyOf({ importer: 'folder', origin: folder })).not.toBe(
      familyOf({ importer: 'folder', origin: { ...folder, root: '/data/b' } }),
    );
    const drawn = (seed: number) =>
      familyOf({
        importer: 'synthetic',
        origin: { kind: 'synthetic', options: { domain: 'R', subjects: 4, bonaFideImages: 8, strength: 3, seed } },
      });
    expect(drawn(1)).not.toBe(drawn(2));
  });
});
