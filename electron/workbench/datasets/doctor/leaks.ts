import type { Dataset } from '@shared/domain/dataset';
import { LayoutName } from '@shared/domain/dataset';
import type { Evidence, Leak, LeakKind } from '@shared/domain/leak';
import type { MediaItem } from '@shared/domain/media-item';
import { type SetName, setNames } from '@shared/domain/names';
import { type Copies, groupsOf } from './copies';

/** Names and items that a leak lists. */
const mostNames = 8;
const mostEvidence = 500;
/** Items of a person or clip that are listed on each side. */
const mostOfOne = 100;

/** What leaks are looked for in, of an item. */
export type LeakItem = Pick<MediaItem, 'id' | 'path' | 'kind' | 'subject' | 'session' | 'videoId'>;

/** A dataset's items with the set that each is used in; null where it is not used. */
export interface LeakPart {
  readonly dataset: string;
  /** Datasets of one family name the same people alike. */
  readonly family: string;
  readonly items: readonly LeakItem[];
  readonly sets: readonly (SetName | null)[];
}

/**
 * Which other datasets name the same people alike: those of the same public dataset, of the same folder, or drawn from the
 * same seed. "12" of two different datasets is two people.
 */
export function familyOf({ importer, origin }: Pick<Dataset, 'importer' | 'origin'>): string {
  if (origin.kind === 'synthetic') return `synthetic ${origin.options.domain} ${origin.options.seed}`;
  return LayoutName.safeParse(importer).success ? importer : `${origin.root} ${importer}`;
}

/**
 * Everything that two sets share: people, their sessions, clips by their frames, and copies of files.
 * @param copies places count over the parts' items, one part after the other; none when they were not looked for
 */
export function findLeaks(parts: readonly LeakPart[], copies?: Copies): Leak[] {
  const places = placesOf(parts);
  const withSessions = parts.map(sessionsTell);
  return [
    ...sharedBetween(places, 'subject', ({ part, item }) =>
      item.subject === null ? null : [`${part.family}\n${item.subject}`, item.subject],
    ),
    ...sharedBetween(places, 'session', ({ part, item, partIndex }) => {
      if (item.session === null) return null;
      if (item.subject !== null)
        return [`${part.family}\n${item.subject}\n${item.session}`, `${item.session} of ${item.subject}`];
      return withSessions[partIndex] ? [`${part.family}\n\n${item.session}`, item.session] : null;
    }),
    ...sharedBetween(places, 'video', ({ part, item }) =>
      item.videoId === null ? null : [`${part.family}\n${item.videoId}`, item.videoId],
    ),
    ...(copies ? [...copiesBetween(places, copies), ...lookAlikesBetween(places, copies)] : []),
  ];
}

/** Fewest sessions, and most items in each, from which a session's name alone tells a recording rather than a condition. */
const fewestSessions = 8;
const mostOfItems = 0.1;

/** Whether sessions without a person are recordings: where there are few of them they are conditions, such as a light. */
function sessionsTell({ items }: LeakPart): boolean {
  const counts = new Map<string, number>();
  for (const { session } of items) if (session !== null) counts.set(session, (counts.get(session) ?? 0) + 1);
  const largest = [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
  return counts.size >= fewestSessions && largest <= mostOfItems * items.length;
}

interface Placed {
  readonly part: LeakPart;
  readonly partIndex: number;
  readonly item: LeakItem;
  /** The set it is used in. */
  readonly set: SetName | null;
  /** Orders sets: by train, dev, test, then by dataset. -1 where the item is not used. */
  readonly side: number;
}

function placesOf(parts: readonly LeakPart[]): Placed[] {
  return parts.flatMap((part, partIndex) =>
    part.items.map((item, index) => {
      const set = part.sets[index] ?? null;
      return { part, partIndex, item, set, side: set === null ? -1 : setNames.indexOf(set) * parts.length + partIndex };
    }),
  );
}

/** Collects one leak for each pair of sides. */
class Collector {
  private readonly found = new Map<
    string,
    {
      first: Placed;
      second: Placed;
      names: string[];
      shared: number;
      items: [Set<string>, Set<string>];
      evidence: Evidence[];
    }
  >();

  constructor(private readonly kind: LeakKind) {}

  add(first: readonly Placed[], second: readonly Placed[], name: string): void {
    const [a, b] = [first[0], second[0]];
    if (!a || !b) return;
    const key = `${a.side} ${b.side}`;
    const known = this.found.get(key) ?? {
      ...{ first: a, second: b, names: [], shared: 0, evidence: [] },
      items: [new Set<string>(), new Set<string>()] satisfies [Set<string>, Set<string>],
    };
    this.found.set(key, known);
    known.shared++;
    if (known.names.length < mostNames) known.names.push(name);
    for (const [side, placed] of [first, second].entries())
      for (const { item } of placed) known.items[side === 0 ? 0 : 1].add(item.id);
    // Some of each side, so that both can be looked at.
    for (const { part, item } of [...first.slice(0, mostOfOne), ...second.slice(0, mostOfOne)])
      if (known.evidence.length < mostEvidence)
        known.evidence.push({ dataset: part.dataset, item: item.id, path: item.path });
  }

  leaks(): Leak[] {
    return [...this.found.values()]
      .sort((a, b) => a.first.side - b.first.side || a.second.side - b.second.side)
      .map(({ first, second, names, shared, items, evidence }) => ({
        kind: this.kind,
        first: { dataset: first.part.dataset, set: first.set ?? 'train', items: items[0].size },
        second: { dataset: second.part.dataset, set: second.set ?? 'train', items: items[1].size },
        shared,
        names,
        evidence,
      }));
  }
}

/** What has a key that occurs in more than one set. */
function sharedBetween(
  places: readonly Placed[],
  kind: LeakKind,
  keyOf: (placed: Placed) => readonly [key: string, name: string] | null,
): Leak[] {
  const sides = new Map<string, { name: string; bySide: Map<number, Placed[]> }>();
  for (const placed of places) {
    if (placed.side < 0) continue;
    const key = keyOf(placed);
    if (!key) continue;
    const known = sides.get(key[0]) ?? { name: key[1], bySide: new Map<number, Placed[]>() };
    sides.set(key[0], known);
    const own = known.bySide.get(placed.side);
    if (own) own.push(placed);
    else known.bySide.set(placed.side, [placed]);
  }
  const collector = new Collector(kind);
  for (const { name, bySide } of sides.values()) {
    if (bySide.size < 2) continue;
    const ordered = [...bySide].sort(([a], [b]) => a - b);
    for (const [index, [, first]] of ordered.entries())
      for (const [, second] of ordered.slice(index + 1))
        if (isApart(first[0], second[0])) collector.add(first, second, name);
  }
  return collector.leaks();
}

/** Files of a later set that are in an earlier one, too. */
function copiesBetween(places: readonly Placed[], { same }: Copies): Leak[] {
  const collector = new Collector('copy');
  for (const group of groupsOf(same, places.length)) {
    const members = usedOf(group, places);
    const firsts = [...new Map([...members].reverse().map((member) => [member.side, member] as const)).values()];
    for (const member of members)
      for (const first of firsts)
        if (first.side < member.side && isApart(first, member))
          collector.add([first], [member], `${member.item.path} = ${first.item.path}`);
  }
  return collector.leaks();
}

/** Comparisons for a group whose pairs go through items that are not used. */
const mostCompared = 20_000;

function lookAlikesBetween(places: readonly Placed[], { near, same, alike }: Copies): Leak[] {
  const collector = new Collector('near-duplicate');
  const add = (a: Placed, b: Placed) => {
    const [first, second] = a.side <= b.side ? [a, b] : [b, a];
    collector.add([first], [second], `${second.item.path} ≈ ${first.item.path}`);
  };
  const direct = new Set<number>();
  for (const [one, other] of near) {
    const [a, b] = [places[one], places[other]];
    if (!a || !b || a.side < 0 || b.side < 0 || !isApart(a, b)) continue;
    add(a, b);
    direct.add(one).add(other);
  }
  if (near.length === 0) return collector.leaks();
  // A pair may be tied together by way of an item that this division does not use.
  const isCopy = new Set(same.flat());
  for (const group of groupsOf([...near, ...same], places.length)) {
    if (group.some((place) => direct.has(place)) || group.every((place) => isCopy.has(place))) continue;
    if (group.every((place) => (places[place]?.side ?? -1) >= 0)) continue;
    const pair = firstAlike(group, places, alike);
    if (pair) add(...pair);
  }
  return collector.leaks();
}

function firstAlike(
  group: readonly number[],
  places: readonly Placed[],
  alike: Copies['alike'],
): readonly [Placed, Placed] | null {
  let compared = 0;
  for (const [index, one] of group.entries())
    for (const other of group.slice(index + 1)) {
      const [a, b] = [places[one], places[other]];
      if (!a || !b || a.side < 0 || b.side < 0 || !isApart(a, b)) continue;
      if (alike(one, other)) return [a, b];
      if (++compared > mostCompared) return null;
    }
  return null;
}

function usedOf(group: readonly number[], places: readonly Placed[]): Placed[] {
  return group.flatMap((index) => {
    const placed = places[index];
    return placed && placed.side >= 0 ? [placed] : [];
  });
}

/** Two train sets may share whatever they like; two different sets may not. */
function isApart(a: Placed | undefined, b: Placed | undefined): boolean {
  return a !== undefined && b !== undefined && a.set !== b.set;
}
