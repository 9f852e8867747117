import type { SampleFilter } from '@shared/contract/channels';

/**
 * The filter as one line: `set=test and domain in (R, C) and subject R-14`. Clauses stand for the same choices as the
 * facets; words that are no clause are searched for in path, subject and tags.
 */
export function writeQuery(filter: SampleFilter): string {
  const clauses = Object.entries(filter.facets)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => clause(name, values));
  if (filter.datasets.length > 0) clauses.push(clause('domain', filter.datasets));
  if (filter.text !== '') clauses.push(filter.text);
  return clauses.join(' and ');
}

function clause(name: string, values: readonly string[]): string {
  const [only] = values;
  return values.length === 1 && only !== undefined && /^[^\s,()]+$/.test(only)
    ? `${name}=${only}`
    : `${name} in (${values.join(', ')})`;
}

/** Reads such a line back. Clauses with a name that is no facet are taken as words to search for. */
export function readQuery(text: string, facetNames: readonly string[]): SampleFilter {
  const filter: { datasets: string[]; facets: Record<string, string[]>; text: string } = {
    datasets: [],
    facets: {},
    text: '',
  };
  const words: string[] = [];
  for (const part of text.split(/\s+and\s+/i)) {
    const read = readClause(part.trim());
    if (read?.name === 'domain') filter.datasets = read.values;
    else if (read && facetNames.includes(read.name)) filter.facets[read.name] = read.values;
    else if (part.trim() !== '') words.push(part.trim());
  }
  filter.text = words.join(' and ');
  return filter;
}

function readClause(part: string): { name: string; values: string[] } | undefined {
  const match = /^([\w-]+)\s*(?:=\s*([^\s,()]+)|\s+in\s+\(([^()]*)\))$/.exec(part);
  const [, name, one, several] = match ?? [];
  if (name === undefined) return undefined;
  const values = one === undefined ? (several ?? '').split(',') : [one];
  return { name, values: values.map((value) => value.trim()).filter((value) => value !== '') };
}
