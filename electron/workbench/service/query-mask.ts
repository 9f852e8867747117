import { checkQueryFields } from '@shared/query/check';
import { compareNumbers, fieldNamed, valueFits } from '@shared/query/match';
import type { Query } from '@shared/query/parse';
import type { FacetColumn, SampleColumns } from './sample-columns';

type Clause = Extract<Query, { kind: 'clause' }>;

const datasetField = 'dataset';
const pathField = 'path';

/** Names that a query may use over these datasets, the short ones first. */
export function queryFields(datasets: readonly SampleColumns[]): string[] {
  const fields = new Set([datasetField, pathField]);
  for (const { facets, numbers } of datasets)
    for (const name of [...facets.keys(), ...numbers.keys()]) fields.add(name);
  return [...fields].sort((a, b) => a.localeCompare(b, 'en'));
}

/**
 * Checks every clause of a query against what these datasets have.
 * @throws AppError `invalid` with `data: { from, to }` naming what to write instead
 */
export function checkQuery(query: Query, datasets: readonly SampleColumns[]): void {
  checkQueryFields(query, {
    fields: queryFields(datasets),
    isMeasured: (name) =>
      datasets.some(({ numbers }) => numbers.has(name)) && !datasets.some(({ facets }) => facets.has(name)),
    valuesOf: (name) => valuesOf(name, datasets),
  });
}

function valuesOf(name: string, datasets: readonly SampleColumns[]): string[] {
  if (name === datasetField) return datasets.map(({ dataset }) => dataset.id);
  const values = datasets.flatMap(({ facets }) => {
    const column = facets.get(name);
    return column ? (column.members?.flat() ?? column.values) : [];
  });
  return [...new Set(values)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
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
  const name = fieldNamed(clause.field, fields);
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
  const passes = known.map((value, code) =>
    (members?.[code] ?? [value]).some((member) => valueFits(name, member, comparison, values)),
  );
  const missing = (comparison === '=' || comparison === '!=') && values.includes('none');
  const negated = comparison === '!=';
  return Uint8Array.from(codes, (code) => ((code < 0 ? missing : passes[code] === true) !== negated ? 1 : 0));
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
      : wanted.some((other) => (negated ? value === other : compareNumbers(value, comparison, other)));
    mask[line] = passes !== negated ? 1 : 0;
  }
  return mask;
}
