import type { SetName } from '@shared/domain/names';
import { createRandom } from '@shared/random';
import type { ListedItem } from './importers/importer';

/** Shares of the subjects that go to train and dev; the rest is test. */
const trainShare = 0.5;
const devShare = 0.2;

/**
 * Gives every item a set where the source names none: by subject, 50 % train, 20 % dev, 30 % test, so that no person
 * stands in two sets. Items without a subject count as people of their own, the frames of a clip as one. Subjects with bona fide only, attacks only and
 * both are divided apart, so that each set gets its share of every kind. A person whom the source puts into a set keeps
 * it for all items. The same list always gives the same split.
 */
export function carveSets(items: readonly ListedItem[]): SetName[] {
  const people = new Map<string, { bonaFide: boolean; attack: boolean }>();
  for (const item of items) {
    const person = people.get(personOf(item)) ?? { bonaFide: false, attack: false };
    if (item.attackType === null) person.bonaFide = true;
    else person.attack = true;
    people.set(personOf(item), person);
  }

  const setOf = new Map<string, SetName>();
  for (const item of items) if (item.set !== null) setOf.set(personOf(item), item.set);
  for (const kind of ['both', 'bona fide', 'attack']) {
    const names = [...people]
      .filter(([, has]) => kind === (has.bonaFide && has.attack ? 'both' : has.bonaFide ? 'bona fide' : 'attack'))
      .map(([name]) => name)
      .filter((name) => !setOf.has(name))
      .sort();
    createRandom(`split/${kind}`).shuffle(names);
    const train = Math.ceil(names.length * trainShare);
    const dev = train + Math.round(names.length * devShare);
    names.forEach((name, index) => setOf.set(name, index < train ? 'train' : index < dev ? 'dev' : 'test'));
  }
  return items.map((item) => item.set ?? setOf.get(personOf(item)) ?? 'train');
}

/** Who an item shows, as far as the list tells: frames of one clip show one person, even one without a name. */
function personOf({ subject, videoId, path }: ListedItem): string {
  if (subject !== null) return `subject ${subject}`;
  return videoId === null ? `item ${path}` : `video ${videoId}`;
}

/** Whether every item came with a set of its own. */
export function setsAreGiven(items: readonly ListedItem[]): boolean {
  return items.every((item) => item.set !== null);
}
