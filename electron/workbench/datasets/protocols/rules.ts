import type { Clause, Condition, SetRule } from '@shared/domain/protocol';

/** Short words for rules in importers. */
export const isIn = (field: string, ...values: string[]): Condition => ({ field, in: values });
export const isNotIn = (field: string, ...values: string[]): Condition => ({ field, notIn: values });

/** A set that takes what fits all of the conditions. */
export const all = (...conditions: Clause): SetRule => ({ any: [conditions] });
/** A set that takes what fits any of the clauses. */
export const either = (...clauses: Clause[]): SetRule => ({ any: clauses });
/** A set without items. */
export const none: SetRule = { any: [] };
