import type { Clause, Condition, SetRule } from '@shared/domain/protocol';
import type { MediaItem } from '@shared/domain/media-item';
import { type SetName, setNames } from '@shared/domain/names';

/** What rules look at. */
export type Described = Pick<
  MediaItem,
  'path' | 'subject' | 'session' | 'device' | 'videoId' | 'frame' | 'attackType' | 'tags'
> & { readonly set: SetName | null };

/** The value of an item's field, or null where it has none. */
export function fieldOf(item: Described, dataset: string, field: string): string | null {
  switch (field) {
    case 'dataset':
      return dataset;
    case 'set':
      return item.set;
    case 'class':
      return item.attackType === null ? 'bona fide' : 'attack';
    case 'attackType':
      return item.attackType;
    case 'subject':
      return item.subject;
    case 'session':
      return item.session;
    case 'device':
      return item.device;
    case 'video':
      return item.videoId;
    case 'frame':
      return item.frame === null ? null : String(item.frame);
    default:
      return item.tags[field] ?? null;
  }
}

function matchesValue(value: string, pattern: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function fitsCondition(item: Described, dataset: string, condition: Condition): boolean {
  const value = fieldOf(item, dataset, condition.field);
  if (condition.in) return value !== null && condition.in.some((pattern) => matchesValue(value, pattern));
  if (condition.notIn) return value === null || !condition.notIn.some((pattern) => matchesValue(value, pattern));
  if (condition.between) {
    const number = value === null || value.trim() === '' ? NaN : Number(value);
    return number >= condition.between[0] && number <= condition.between[1];
  }
  return false;
}

export function fitsClause(item: Described, dataset: string, clause: Clause): boolean {
  return clause.every((condition) => fitsCondition(item, dataset, condition));
}

/** Tells for each item whether it belongs to a set. */
export function setMatcher(rule: SetRule, dataset: string): (item: Described) => boolean {
  const listed = rule.paths ? new Set(rule.paths) : null;
  return (item) => (listed?.has(item.path) ?? false) || rule.any.some((clause) => fitsClause(item, dataset, clause));
}

export interface Assignment {
  /** Set of each item under the rules; null where it is left out. */
  readonly sets: (SetName | null)[];
  /** Items that the rules put into two sets; they stay in the first. */
  readonly twice: readonly number[];
}

/** Gives every item its set under a protocol's rules. */
export function assignSets(
  items: readonly Described[],
  rules: Readonly<Record<SetName, SetRule>>,
  dataset: string,
): Assignment {
  const matchers = setNames.map((set) => ({ set, fits: setMatcher(rules[set], dataset) }));
  const twice: number[] = [];
  const sets = items.map((item, index) => {
    const fitting = matchers.filter(({ fits }) => fits(item));
    if (fitting.length > 1) twice.push(index);
    return fitting[0]?.set ?? null;
  });
  return { sets, twice };
}
