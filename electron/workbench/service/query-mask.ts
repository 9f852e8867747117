import type { Query } from '@shared/query/parse';
import { nearest } from '@shared/query/suggest';
import { queryError } from '@shared/query/tokens';
import type { FacetColumn, SampleColumns } from './sample-columns';

type Clause = Extract<Query, { kind: 'clause' }>;

/** Other names that people use for a field. */
const aliases: Readonly<Record<string, string>> = {
  pai: 'attackType',
  attack: 'attackType',
  type: 'attackType',
  attacktype: 'attackType',
  attack_type: 'attackType',
  label: 'class',
  domain: 'dataset',
  clip: 'video',
  video_id: 'video',
  videoid: 'video',
  phone: 'device',
  sensor: 'device',
  tags: 'tag',
};

/** Words that people use for a value. */
const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  class: {
    bonafide: 'bona fide',
    'bona-fide': 'bona fide',
    live: 'bona fide',
    real: 'bona fide',
    genuine: 'bona fide',
    spoof: 'attack',
    fake: 'attack',
  },
  excluded: { yes: 'excluded', true: 'excluded', no: 'kept', false: 'kept' },
};
const datasetField = 'dataset';
const pathField = 'path';
/** Values that an error lists at most. */
const listedValues = 12;

/** Names that a query may use over these datasets, the short ones first. */
export function queryFields(datasets: readonly SampleColumns[]): string[] {
  const fields = new Set([datasetField, pathField]);
  for (const { facets, numbers } of datasets)
    for (const name of [...facets.keys(), ...numbers.keys()]) fields.add(name);
  return [...fields].sort((a, b) => a.localeCompare(b, 'en'));
}

/**
 * Checks every clause of a query: that its field exists somewhere, that numbers are numbers, that a value of a listed field
 * occurs.
 * @throws AppError `invalid` with `data: { from, to }` naming what to write instead
 */
export function checkQuery(query: Query, datasets: readonly SampleColumns[]): void {
  switch (query.kind) {
    case 'and':
    case 'or':
      for (const part of query.parts) checkQuery(part, datasets);
      break;
    case 'not':
      checkQuery(query.part, datasets);
      break;
    case 'word':
      break;
    case 'clause':
      checkClause(query, datasets);
  }
}

function checkClause(clause: Clause, datasets: readonly SampleColumns[]): void {
  const { field, comparison, values, at, end } = clause;
  const fields = queryFields(datasets);
  const name = fieldOf(field, fields);
  if (!fields.includes(name)) {
    const meant = nearest(field, [...fields, ...Object.keys(aliases)]);
    const hint = meant === undefined ? `Fields: ${fields.join(', ')}.` : `Did you mean "${meant}"?`;
    throw queryError(`There is no field "${field}". ${hint}`, at, at + field.length);
  }
  if (name === pathField || comparison === '~') return;
  const isNumber =
    datasets.some(({ numbers }) => numbers.has(name)) && !datasets.some(({ facets }) => facets.has(name));
  if (isNumber || ['<', '<=', '>', '>='].includes(comparison)) {
    const wrong = values.find((value) => value.trim() === '' || !Number.isFinite(Number(value)));
    if (wrong !== undefined && !(wrong === 'none' && isNumber))
      throw queryError(`${field} is compared as a number; "${wrong}" is none.`, at, end);
    return;
  }
  const known = valuesOf(name, datasets);
  if (known.length > 60 || known.length === 0) return;
  for (const value of values) {
    if (value === 'none' || known.some((candidate) => valueMatches(name, candidate, value))) continue;
    const meant = nearest(value, known);
    const list = known.slice(0, listedValues).join(', ') + (known.length > listedValues ? ', …' : '');
    const hint = meant === undefined ? `It has ${list}.` : `Did you mean "${meant}"?`;
    throw queryError(`No sample has ${field}=${value}. ${hint}`, at, end);
  }
}

function valuesOf(name: string, datasets: readonly SampleColumns[]): string[] {
  if (name === datasetField) return datasets.map(({ dataset }) => dataset.id);
  const values = datasets.flatMap(({ facets }) => {
    const column = facets.get(name);
    return column ? (column.members?.flat() ?? column.values) : [];
  });
  return [...new Set(values)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** The name of a field however it is written; a name that is none stays as it is. */
export function fieldOf(field: string, fields: readonly string[]): string {
  const exact =
    fields.find((name) => name === field) ?? fields.find((name) => name.toLowerCase() === field.toLowerCase());
  return exact ?? aliases[field.toLowerCase()] ?? field;
}

/** 1 for each item of a dataset that a checked query lets pass. */
export function queryMask(query: Query, columns: SampleColumns, fields: readonly string[]): Uint8Array {
  switch (query.kind) {
    case 'and':
    case 'or': {
      const [first, ...rest] = query.parts.map((part) => queryMask(part, columns, fields));
      const mask = first ?? new Uint8Array(columns.count);
      for (const other of rest)
        for (let line = 0; line < mask.length; line++) {
          const [a, b] = [mask[line] ?? 0, other[line] ?? 0];
          mask[line] = query.kind === 'and' ? a & b : a | b;
        }
      return mask;
    }
    case 'not':
      return queryMask(query.part, columns, fields).map((passes) => 1 - passes);
    case 'word':
      return textMask(columns, query.text);
    case 'clause':
      return clauseMask(query, columns, fields);
  }
}

function textMask({ text }: SampleColumns, words: string): Uint8Array {
  const wanted = words.toLowerCase();
  return Uint8Array.from(text, (line) => (line.includes(wanted) ? 1 : 0));
}

function clauseMask(clause: Clause, columns: SampleColumns, fields: readonly string[]): Uint8Array {
  const { comparison, values } = clause;
  const name = fieldOf(clause.field, fields);
  const negated = comparison === '!=';
  const all = (passes: boolean) => new Uint8Array(columns.count).fill(passes !== negated ? 1 : 0);
  if (name === datasetField) {
    const { id, name: title } = columns.dataset;
    const passes = values.some((value) =>
      comparison === '~' ? id.includes(value) || title.includes(value) : id.toLowerCase() === value.toLowerCase(),
    );
    return all(passes);
  }
  if (name === pathField) {
    const mask = new Uint8Array(columns.count);
    columns.paths.forEach((exact, line) => {
      const path = exact.toLowerCase();
      const passes = values.some((value) =>
        comparison === '~' ? path.includes(value.toLowerCase()) : path === value.toLowerCase(),
      );
      mask[line] = passes !== negated ? 1 : 0;
    });
    return mask;
  }
  const facet = columns.facets.get(name);
  const numbers = columns.numbers.get(name);
  if (facet && !(numbers && ['<', '<=', '>', '>='].includes(comparison))) return facetMask(facet, name, clause);
  if (numbers) return numberMask(numbers, clause);
  return all(values.includes('none') && comparison !== '~');
}

function facetMask({ values: known, codes, members }: FacetColumn, name: string, clause: Clause): Uint8Array {
  const { comparison, values } = clause;
  const passes = known.map((value, code) => (members?.[code] ?? [value]).some((member) => fits(name, member, clause)));
  const missing = (comparison === '=' || comparison === '!=') && values.includes('none');
  const negated = comparison === '!=';
  return Uint8Array.from(codes, (code) => ((code < 0 ? missing : passes[code] === true) !== negated ? 1 : 0));
}

/** Whether one value fulfils a clause; `!=` is asked as `=` and turned round outside. */
function fits(name: string, value: string, { comparison, values }: Clause): boolean {
  switch (comparison) {
    case '=':
    case '!=':
      return values.some((wanted) => valueMatches(name, value, wanted));
    case '~':
      return values.some((wanted) => value.toLowerCase().includes(wanted.toLowerCase()));
    default:
      return compare(Number(value), comparison, Number(values[0]));
  }
}

/** Without regard to case; whole numbers with or without zeros in front; `print` stands for `print/1` and `print/2`, too. */
export function valueMatches(name: string, value: string, wanted: string): boolean {
  const [have, want] = [value.toLowerCase(), wanted.toLowerCase()];
  const meant = valueWords[name]?.[want] ?? want;
  if (have === meant || (name === 'attackType' && have.startsWith(`${meant}/`))) return true;
  return /^\d+$/.test(have) && /^\d+$/.test(meant) && Number(have) === Number(meant);
}

function numberMask(numbers: Float32Array, { comparison, values }: Clause): Uint8Array {
  const negated = comparison === '!=';
  const missing = values.includes('none');
  const wanted = values.filter((value) => value !== 'none').map((value) => Math.fround(Number(value)));
  const mask = new Uint8Array(numbers.length);
  for (let line = 0; line < mask.length; line++) {
    const value = numbers[line] ?? NaN;
    const passes = Number.isNaN(value)
      ? missing
      : wanted.some((other) => (negated ? value === other : compare(value, comparison, other)));
    mask[line] = passes !== negated ? 1 : 0;
  }
  return mask;
}

function compare(value: number, comparison: Clause['comparison'], other: number): boolean {
  switch (comparison) {
    case '<':
      return value < other;
    case '<=':
      return value <= other;
    case '>':
      return value > other;
    case '>=':
      return value >= other;
    default:
      return value === other;
  }
}
