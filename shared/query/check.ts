import { fieldAliases, fieldNamed, valueMatches } from './match';
import type { Query } from './parse';
import { nearest } from './suggest';
import { queryError } from './tokens';

type Clause = Extract<Query, { kind: 'clause' }>;

/** Fields that a query may name, and what they hold. */
export interface FieldCatalogue {
  readonly fields: readonly string[];
  /** Measured, so that its values are numbers and nothing else. */
  readonly isMeasured: (field: string) => boolean;
  /** Each value once, in order. */
  readonly valuesOf: (field: string) => readonly string[];
}

/** Values that an error lists at most. */
const listedValues = 12;
/** A field with more values than these is searched without asking whether a value occurs. */
const mostValues = 60;
const pathField = 'path';

/**
 * Checks every clause of a query: that its field exists somewhere, that numbers are numbers, that a value of a listed field
 * occurs.
 * @throws AppError `invalid` with `data: { from, to }` naming what to write instead
 */
export function checkQueryFields(query: Query, catalogue: FieldCatalogue): void {
  switch (query.kind) {
    case 'and':
    case 'or':
      for (const part of query.parts) checkQueryFields(part, catalogue);
      break;
    case 'not':
      checkQueryFields(query.part, catalogue);
      break;
    case 'word':
      break;
    case 'clause':
      checkClause(query, catalogue);
  }
}

function checkClause(clause: Clause, { fields, isMeasured, valuesOf }: FieldCatalogue): void {
  const { field, comparison, values, at, end } = clause;
  const name = fieldNamed(field, fields);
  if (!fields.includes(name)) {
    const meant = nearest(field, [...fields, ...Object.keys(fieldAliases)]);
    const hint = meant === undefined ? `Fields: ${fields.join(', ')}.` : `Did you mean "${meant}"?`;
    throw queryError(`There is no field "${field}". ${hint}`, at, at + field.length);
  }
  if (name === pathField || comparison === '~') return;
  if (isMeasured(name) || ['<', '<=', '>', '>='].includes(comparison)) {
    const wrong = values.find((value) => value.trim() === '' || !Number.isFinite(Number(value)));
    if (wrong !== undefined && !(wrong === 'none' && isMeasured(name)))
      throw queryError(`${field} is compared as a number; "${wrong}" is none.`, at, end);
    return;
  }
  const known = valuesOf(name);
  if (known.length > mostValues || known.length === 0) return;
  for (const value of values) {
    if (value === 'none' || known.some((candidate) => valueMatches(name, candidate, value))) continue;
    const meant = nearest(value, known);
    const list = known.slice(0, listedValues).join(', ') + (known.length > listedValues ? ', …' : '');
    const hint = meant === undefined ? `It has ${list}.` : `Did you mean "${meant}"?`;
    throw queryError(`No sample has ${field}=${value}. ${hint}`, at, end);
  }
}
