import { parseQuery, type Query } from '@shared/query/parse';
import { writeQuery } from '@shared/query/write';
import type { Clause, Condition, SetRule } from './protocol';

/**
 * A set's rule as one query, so that a person can go on from it; the list of paths aside.
 * @throws AppError `invalid` when its own query cannot be read
 */
export function ruleAsQuery({ any, where }: SetRule): string {
  const parts = any.map(clauseAsQuery);
  const own = where === undefined ? null : parseQuery(where);
  if (own) parts.push(own);
  return writeQuery(joined('or', parts));
}

/** A rule by query, with the list that another one had. */
export function ruleByQuery(where: string, paths?: readonly string[]): SetRule {
  return {
    any: [],
    ...(where.trim() === '' ? {} : { where: where.trim() }),
    ...(paths === undefined ? {} : { paths: [...paths] }),
  };
}

function clauseAsQuery(clause: Clause): Query {
  return joined('and', clause.flatMap(conditionAsQuery)) ?? everything;
}

/** Every path contains nothing. */
const everything = clauseOf('path', '~', ['']);

function conditionAsQuery({ field, in: some, notIn, between }: Condition): Query[] {
  if (between) return [clauseOf(field, '>=', [String(between[0])]), clauseOf(field, '<=', [String(between[1])])];
  return [some ? clauseOf(field, '=', some) : clauseOf(field, '!=', notIn ?? [])];
}

function clauseOf(field: string, comparison: '=' | '!=' | '>=' | '<=' | '~', values: readonly string[]): Query {
  return { kind: 'clause', field, comparison, values, at: 0, end: 0 };
}

function joined(kind: 'and' | 'or', parts: readonly Query[]): Query | null {
  const [first, ...others] = parts;
  if (!first) return null;
  return others.length === 0 ? first : { kind, parts };
}
