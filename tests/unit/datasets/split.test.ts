import { describe, expect, it } from 'vitest';
import type { ListedItem } from '@workbench/datasets/importers/importer';
import { carveSets } from '@workbench/datasets/split';

function item(
  path: string,
  subject: string | null,
  attackType: string | null,
  set: ListedItem['set'] = null,
): ListedItem {
  return {
    path,
    kind: 'image',
    subject,
    session: null,
    device: null,
    videoId: null,
    frame: null,
    attackType,
    set,
    box: null,
    tags: {},
  };
}

describe('carved sets', () => {
  const people = Array.from({ length: 40 }, (_, person) => `p${String(person)}`);
  const items = people.flatMap((person) => [
    item(`live/${person}/1.jpg`, person, null),
    item(`live/${person}/2.jpg`, person, null),
    item(`attack/print/${person}/1.jpg`, person, 'print'),
  ]);

  it('put no person into two sets', () => {
    const sets = carveSets(items);
    for (const person of people) {
      expect(new Set(sets.filter((_, index) => items[index]?.subject === person)).size).toBe(1);
    }
  });

  it('divide people 50, 20, 30', () => {
    const sets = carveSets(items);
    const share = (set: string) => sets.filter((name) => name === set).length / sets.length;
    expect([share('train'), share('dev'), share('test')]).toEqual([0.5, 0.2, 0.3]);
  });

  it('do not depend on the order of the list', () => {
    const backwards = [...items].reverse();
    const forward = new Map(items.map((entry, index) => [entry.path, carveSets(items)[index]]));
    carveSets(backwards).forEach((set, index) => {
      expect(set).toBe(forward.get(backwards[index]?.path ?? ''));
    });
  });

  it('give each class its share when subjects are not known', () => {
    const unknown = [
      ...Array.from({ length: 10 }, (_, n) => item(`live/${String(n)}.jpg`, null, null)),
      ...Array.from({ length: 10 }, (_, n) => item(`attack/${String(n)}.jpg`, null, 'print')),
    ];
    const sets = carveSets(unknown);
    for (const half of [sets.slice(0, 10), sets.slice(10)]) {
      expect(['train', 'dev', 'test'].map((set) => half.filter((name) => name === set).length)).toEqual([5, 2, 3]);
    }
  });

  it('keep a person in the set that the source names for one of their items', () => {
    expect(carveSets([item('a', 'x', null, 'test'), item('b', 'x', 'print')])).toEqual(['test', 'test']);
  });
});
