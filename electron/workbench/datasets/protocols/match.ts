import type { Clause, Condition, SetRule } from '@shared/domain/protocol';
import { type SetName, setNames } from '@shared/domain/names';
import { parseQuery } from '@shared/query/parse';
import { type Described, fieldOf } from './item-fields';
import { itemMatcher } from './item-query';

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

/**
 * Tells for each item whether it belongs to a set.
 * @throws AppError `invalid` when the rule's query cannot be read
 */
export function setMatcher({ any, where, paths }: SetRule, dataset: string): (item: Described) => boolean {
  const listed = paths ? new Set(paths) : null;
  const query = where === undefined ? null : parseQuery(where);
  const fits = query ? itemMatcher(query, dataset) : null;
  return (item) =>
    (listed?.has(item.path) ?? false) ||
    (fits?.(item) ?? false) ||
    any.some((clause) => fitsClause(item, dataset, clause));
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
