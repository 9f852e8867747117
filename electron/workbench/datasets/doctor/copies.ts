import { setImmediate } from 'node:timers/promises';
import { type Fingerprints, hashAt, recordBytes, thumbAt } from './fingerprints';
import { hashDistance, pictureHashBytes, thumbDifference } from './perceptual-hash';

/** Bits of a picture's 64 in which a copy may differ: all pairs up to this are found, for each shares a band of 16 bits. */
const nearBits = 3;
/** The same over all frames of a clip. */
const nearBitsOfClip = 12;
/** Mean difference of the tiny pictures up to which two look the same: in grey levels, and of their contrast. */
const nearLevels = 2.5;
const nearOfContrast = 0.1;
const bands = pictureHashBytes / 2;

export interface Bounds {
  /** Comparisons in all. */
  readonly comparisons: number;
  /** Pictures that share a band and are all compared; a fuller band is divided by the next one first. */
  readonly bucket: number;
}
const defaultBounds: Bounds = { comparisons: 400_000_000, bucket: 5000 };
/** Comparisons between two looks at the clock of whoever else wants the thread. */
const breatheEvery = 200_000;

/** Two places in the parts' items, one part after the other; the first is the smaller. */
export type Pair = readonly [a: number, b: number];

/**
 * Copies among items, as a forest: every pair is a copy found, and items that pairs tie together are copies of one another.
 * However all of the items are divided, a copy that lies on both sides shows as a pair that does.
 */
export interface Copies {
  /** Equal content. */
  readonly same: readonly Pair[];
  /** They look the same. */
  readonly near: readonly Pair[];
  /** The search ended at its bound; there may be more near ones. */
  readonly more: boolean;
  /** Whether two places look the same, for pairs that the forest does not need. */
  readonly alike: (a: number, b: number) => boolean;
}

export interface CopyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly bounds?: Bounds;
  /** Places that are left out. */
  readonly skip?: (place: number) => boolean;
}

/** Finds copies among the items of some datasets. Time and memory are bounded, and other work of the thread goes on. */
export async function findCopies(
  parts: readonly Fingerprints[],
  { signal, bounds = defaultBounds, skip = () => false }: CopyOptions = {},
): Promise<Copies> {
  const forest = new Forest(parts.reduce((sum, { count }) => sum + count, 0));
  const same = sameContent(parts, forest, skip);
  const places = placesOf(parts, skip);
  const { near, more } = await lookAlike(places, forest, bounds, signal);
  const byPlace = new Map(places.map((place) => [place.at, place]));
  const alike = (a: number, b: number) => {
    const [one, other] = [byPlace.get(a), byPlace.get(b)];
    return one !== undefined && other !== undefined && one.kind === other.kind && looksSame(one, other);
  };
  return { same, near, more, alike };
}

function sameContent(parts: readonly Fingerprints[], forest: Forest, skip: (place: number) => boolean): Pair[] {
  const last = new Map<string, number>();
  const pairs: Pair[] = [];
  let start = 0;
  for (const part of parts) {
    for (let index = 0; index < part.count; index++) {
      const place = start + index;
      if (part.verdict(index) !== 'good' || skip(place)) continue;
      const content = part.content(index);
      const before = last.get(content);
      if (before !== undefined) {
        pairs.push([before, place]);
        forest.join(before, place);
      }
      last.set(content, place);
    }
    start += part.count;
  }
  return pairs;
}

async function lookAlike(
  places: readonly Place[],
  forest: Forest,
  bounds: Bounds,
  signal: AbortSignal | undefined,
): Promise<{ near: Pair[]; more: boolean }> {
  const near: Pair[] = [];
  let comparisons = 0;
  let more = false;
  const compare = (a: Place, b: Place) => {
    comparisons++;
    if (a.kind !== b.kind || !looksSame(a, b) || forest.root(a.at) === forest.root(b.at)) return;
    near.push(a.at < b.at ? [a.at, b.at] : [b.at, a.at]);
    forest.join(a.at, b.at);
  };
  let breath = breatheEvery;
  for (let band = 0; band < bands; band++) {
    for (const bucket of bucketsOf(places, band, bounds.bucket)) {
      if (bucket.length > bounds.bucket) more = true;
      const most = Math.min(bucket.length, bounds.bucket);
      for (let i = 0; i < most; i++) {
        const a = bucket[i];
        for (let j = i + 1; j < most && a; j++) {
          const b = bucket[j];
          if (b) compare(a, b);
        }
      }
      if (comparisons > bounds.comparisons) return { near: sorted(near), more: true };
      if (comparisons > breath) {
        breath = comparisons + breatheEvery;
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
    await setImmediate();
    signal?.throwIfAborted();
  }
  return { near: sorted(near), more };
}

const sorted = (pairs: Pair[]) => pairs.sort(([a, b], [c, d]) => a - c || b - d);

/** Where an item's record lies. */
interface Place {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly kind: 'image' | 'video';
}

function placesOf(parts: readonly Fingerprints[], skip: (place: number) => boolean): Place[] {
  const places: Place[] = [];
  let start = 0;
  for (const part of parts) {
    for (let index = 0; index < part.count; index++) {
      const kind = part.perceivedAs(index);
      if (kind !== 'none' && !skip(start + index))
        places.push({ at: start + index, bytes: part.bytes, from: index * recordBytes, kind });
    }
    start += part.count;
  }
  return places;
}

/** Places that share 16 bits of their hash; a crowd is divided by the 16 bits after those, too. */
function* bucketsOf(places: readonly Place[], band: number, most: number): Generator<readonly Place[]> {
  for (const bucket of byBand(places, band)) {
    if (bucket.length <= most) yield bucket;
    else yield* byBand(bucket, (band + 1) % bands);
  }
}

function byBand(places: readonly Place[], band: number): Iterable<Place[]> {
  const buckets = new Map<number, Place[]>();
  for (const place of places) {
    const at = place.from + hashAt + 2 * band;
    const value = ((place.bytes[at] ?? 0) << 8) | (place.bytes[at + 1] ?? 0);
    const bucket = buckets.get(value);
    if (bucket) bucket.push(place);
    else buckets.set(value, [place]);
  }
  return buckets.values();
}

function looksSame(a: Place, b: Place): boolean {
  const [hashA, hashB] = [a.from + hashAt, b.from + hashAt];
  if (hashDistance(a.bytes, hashA, b.bytes, hashB, pictureHashBytes) > nearBits) return false;
  if (a.kind === 'video' && hashDistance(a.bytes, hashA, b.bytes, hashB) > nearBitsOfClip) return false;
  const { levels, contrast } = thumbDifference(a.bytes, a.from + thumbAt, b.bytes, b.from + thumbAt);
  return levels <= Math.min(nearLevels, nearOfContrast * contrast);
}

/** Which items are tied together. */
class Forest {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, index) => index);
  }

  root(index: number): number {
    let top = index;
    for (let next = this.parent[top] ?? top; next !== top; next = this.parent[top] ?? top) top = next;
    for (let at = index; at !== top;) {
      const next = this.parent[at] ?? top;
      this.parent[at] = top;
      at = next;
    }
    return top;
  }

  join(a: number, b: number): void {
    const [ra, rb] = [this.root(a), this.root(b)];
    if (ra !== rb) this.parent[Math.max(ra, rb)] = Math.min(ra, rb);
  }
}

/** Items that pairs tie together, each group in order, the groups by their first. */
export function groupsOf(pairs: readonly Pair[], count: number): number[][] {
  const forest = new Forest(count);
  for (const [a, b] of pairs) forest.join(a, b);
  const groups = new Map<number, number[]>();
  for (const index of [...new Set(pairs.flat())].sort((a, b) => a - b)) {
    const group = groups.get(forest.root(index));
    if (group) group.push(index);
    else groups.set(forest.root(index), [index]);
  }
  return [...groups.values()];
}
