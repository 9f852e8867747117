import type { Query } from './parse';

/** A query as a line that reads back to it. */
export function writeQuery(query: Query | null): string {
  return query ? write(query, 0) : '';
}

/** @param binding how tightly the part around it binds: 0 or, 1 and, 2 not */
function write(query: Query, binding: number): string {
  switch (query.kind) {
    case 'or':
      return bracketed(query.parts.map((part) => write(part, 1)).join(' or '), binding > 0);
    case 'and':
      return bracketed(query.parts.map((part) => write(part, 1)).join(' and '), binding > 1);
    case 'not':
      return `not ${write(query.part, 2)}`;
    case 'word':
      return quoted(query.text);
    case 'clause':
      return writeClause(query.field, query.comparison, query.values);
  }
}

/** `set=test`, `domain in (R, C)`, `subject not in (1, 2)`. */
export function writeClause(field: string, comparison: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${field}${spaced(comparison)}${quoted(only)}`;
  return `${field} ${comparison === '!=' ? 'not in' : 'in'} (${values.map(quoted).join(', ')})`;
}

const spaced = (comparison: string) => (comparison === '=' || comparison === '!=' ? comparison : ` ${comparison} `);
const bracketed = (text: string, wanted: boolean) => (wanted ? `(${text})` : text);

/** In quotation marks where it would be read as something else; a quotation mark itself cannot be written. */
export function quoted(text: string): string {
  const plain = /^[^\s"()=<>~!,]+$/.test(text) && !['and', 'or', 'not', 'in'].includes(text.toLowerCase());
  return plain ? text : `"${text.replaceAll('"', '')}"`;
}
