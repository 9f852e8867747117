import type { SampleFilter } from '@shared/contract/channels';
import { parseQuery, type Query } from '@shared/query/parse';
import { writeClause, writeQuery as writeTree } from '@shared/query/write';

/**
 * The filter as one line: `set=test and domain in (R, C) and subject=R-14`. Clauses that stand for choices of facets and
 * datasets come first; the rest is the filter's own text.
 */
export function writeQuery(filter: SampleFilter): string {
  const clauses = Object.entries(filter.facets)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => writeClause(name, '=', values));
  if (filter.datasets.length > 0) clauses.push(writeClause('domain', '=', filter.datasets));
  if (filter.text === '') return clauses.join(' and ');
  if (clauses.length === 0) return filter.text;
  const rest = readTree(filter.text)?.kind === 'or' ? `(${filter.text})` : filter.text;
  return [...clauses, rest].join(' and ');
}

/**
 * Reads such a line back: clauses joined by `and` that a facet can show become its choice; everything else stays text.
 * @param facets the facets with the values that they show
 * @throws AppError `invalid` with `data: { from, to }`
 */
export function readQuery(text: string, facets: ReadonlyMap<string, readonly string[]>): SampleFilter {
  const filter: { datasets: string[]; facets: Record<string, string[]>; text: string } = {
    datasets: [],
    facets: {},
    text: '',
  };
  const tree = parseQuery(text);
  const parts = tree?.kind === 'and' ? tree.parts : tree ? [tree] : [];
  const rest: Query[] = [];
  for (const part of parts) {
    if (part.kind !== 'clause' || part.comparison !== '=') rest.push(part);
    else if (part.field === 'domain' || part.field === 'dataset') filter.datasets = [...part.values];
    else if (part.values.every((value) => facets.get(part.field)?.includes(value)) && !filter.facets[part.field])
      filter.facets[part.field] = [...part.values];
    else rest.push(part);
  }
  const [only] = rest;
  filter.text = writeTree(rest.length === 1 && only ? only : rest.length === 0 ? null : { kind: 'and', parts: rest });
  return filter;
}

function readTree(text: string): Query | null {
  try {
    return parseQuery(text);
  } catch {
    return null; // The workbench says what is wrong with it.
  }
}
