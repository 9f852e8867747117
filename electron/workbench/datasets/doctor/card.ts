import type { DatasetCard, EffectiveSize } from '@shared/domain/check';
import type { Dataset } from '@shared/domain/dataset';
import { isBonaFide, type MediaItem } from '@shared/domain/media-item';
import { setNames } from '@shared/domain/names';
import { personOf } from '../protocols/counts';
import { groupsOf, type Pair } from './copies';
import { releaseOf } from './releases';

/** Correlation of scores within subjects, by class; null where it was not measured. */
export interface Correlations {
  readonly bonaFide: number | null;
  readonly attack: number | null;
}

/**
 * What a dataset is, in numbers.
 * @param copies pairs of places in `items` that are copies
 */
export function cardOf(
  dataset: Dataset,
  items: readonly MediaItem[],
  copies: readonly Pair[],
  correlations: Correlations,
): DatasetCard {
  const release = releaseOf(dataset, items.length);
  const clips = items.filter(({ kind }) => kind === 'video').length;
  const frames = new Set(items.flatMap(({ videoId }) => videoId ?? []));
  return {
    items: items.length,
    images: items.length - clips,
    clips,
    subjects: new Set(items.flatMap(({ subject }) => subject ?? [])).size,
    itemsWithoutSubject: items.filter(({ subject }) => subject === null).length,
    videos: clips + frames.size,
    attackTypes: tally(items.flatMap(({ attackType }) => attackType ?? [])),
    devices: tally(items.flatMap(({ device }) => device ?? [])),
    sessions: tally(items.flatMap(({ session }) => session ?? [])),
    sets: Object.fromEntries(
      setNames.flatMap((set) => {
        const own = items.filter((item) => item.set === set);
        if (own.length === 0) return [];
        const bonaFide = own.filter(isBonaFide).length;
        const subjects = new Set(own.map(personOf)).size;
        return [[set, { bonaFide, attack: own.length - bonaFide, subjects }]];
      }),
    ),
    licence: dataset.licence ?? null,
    release: release.kind === 'no-release' ? null : release.words,
    size: {
      bonaFide: sizeOf(items, isBonaFide, copies, correlations.bonaFide),
      attack: sizeOf(items, (item) => !isBonaFide(item), copies, correlations.attack),
    },
  };
}

function tally(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

function sizeOf(
  items: readonly MediaItem[],
  isOne: (item: MediaItem) => boolean,
  copies: readonly Pair[],
  correlation: number | null,
): EffectiveSize {
  const own = items.filter(isOne);
  const repeated = groupsOf(copies, items.length).reduce((sum, group) => {
    const members = group.filter((index) => {
      const item = items[index];
      return item !== undefined && isOne(item);
    });
    return sum + Math.max(0, members.length - 1);
  }, 0);
  const people = Object.values(tally(own.map(personOf)));
  // Of samples drawn at random, how many of the same person there are in the mean: people with many count more.
  const clustered = people.reduce((sum, count) => sum + count * count, 0) / Math.max(1, own.length);
  return {
    items: own.length,
    distinct: own.length - repeated,
    subjects: people.length,
    correlation,
    effective: correlation === null || own.length === 0 ? null : own.length / (1 + (clustered - 1) * correlation),
  };
}
