import type { CountsBySet } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import type { Carve, SetRule } from '@shared/domain/protocol';
import type { SetName } from '@shared/domain/names';
import { createRandom } from '@shared/random';
import { countSets } from '../store';
import { assignSets } from './match';

export interface Division {
  /** Set of each item; null where the protocol leaves it out. */
  readonly sets: readonly (SetName | null)[];
  /** Items that two sets' rules take; they stay in the first. */
  readonly twice: readonly number[];
  /** Subjects that were moved from train to dev. */
  readonly carved: readonly string[];
}

/** Divides a dataset's items by a protocol: rules first, then the carving of a dev set where they leave none. */
export function divide(
  items: readonly MediaItem[],
  rules: Readonly<Record<SetName, SetRule>>,
  carve: Carve | null,
  dataset: string,
): Division {
  const { sets, twice } = assignSets(items, rules, dataset);
  if (!carve || sets.includes('dev') || !sets.includes('train')) return { sets, twice, carved: [] };
  const carved = subjectsToCarve(items, sets, carve);
  const moved = new Set(carved);
  return {
    sets: sets.map((set, index) => {
      const item = items[index];
      return set === 'train' && item && moved.has(personOf(item)) ? 'dev' : set;
    }),
    twice,
    carved,
  };
}

/** Who an item shows; an item without a subject counts as a person of its own, a clip's frames as one. */
export function personOf(item: Pick<MediaItem, 'subject' | 'videoId' | 'path'>): string {
  if (item.subject !== null) return item.subject;
  return item.videoId === null ? `item ${item.path}` : `video ${item.videoId}`;
}

/**
 * Subjects of the train set for the dev set: a share of those who have both classes, of those with bona fide only and of those
 * with attacks only, so that each kind is in both sets. The seed decides who.
 */
function subjectsToCarve(
  items: readonly MediaItem[],
  sets: readonly (SetName | null)[],
  { share, seed }: Carve,
): string[] {
  const people = new Map<string, { bonaFide: boolean; attack: boolean }>();
  items.forEach((item, index) => {
    if (sets[index] !== 'train') return;
    const person = people.get(personOf(item)) ?? { bonaFide: false, attack: false };
    if (item.attackType === null) person.bonaFide = true;
    else person.attack = true;
    people.set(personOf(item), person);
  });
  const groups = new Map<string, string[]>();
  for (const [name, { bonaFide, attack }] of people) {
    const kind = `${bonaFide}-${attack}`;
    groups.set(kind, [...(groups.get(kind) ?? []), name]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([kind, names]) => {
      const order = createRandom(`${seed}/carve/${kind}`).shuffle(names.sort());
      return order.slice(0, names.length < 2 ? 0 : Math.max(1, Math.round(names.length * share)));
    })
    .sort();
}

/** Items by set under a protocol. */
export function countDivision(items: readonly MediaItem[], { sets }: Division): CountsBySet {
  return countSets(
    items.flatMap((item, index) => {
      const set = sets[index];
      return set ? [{ set, attackType: item.attackType }] : [];
    }),
  );
}
