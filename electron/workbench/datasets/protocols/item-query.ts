import type { FieldCatalogue } from '@shared/query/check';
import { fieldNamed, valueFits } from '@shared/query/match';
import type { Query } from '@shared/query/parse';
import { type Described, fieldOf } from './item-fields';

/** What is known of every item; the source's own tags come behind them. */
const itemFields = ['dataset', 'path', 'set', 'class', 'attackType', 'subject', 'session', 'device', 'video', 'frame'];

/** The fields of items, for checking rules and for completing them. */
export function itemCatalogue(
  datasets: readonly { readonly dataset: string; readonly items: readonly Described[] }[],
): FieldCatalogue {
  const tags = new Set<string>();
  for (const { items } of datasets) for (const item of items) for (const tag of Object.keys(item.tags)) tags.add(tag);
  const fields = [...new Set([...itemFields, ...[...tags].sort((a, b) => a.localeCompare(b, 'en'))])];
  const known = new Map<string, readonly string[]>();
  return {
    fields,
    isMeasured: (name) => name === 'frame',
    valuesOf(name) {
      const before = known.get(name);
      if (before) return before;
      const values = new Set<string>();
      for (const { dataset, items } of datasets) {
        if (name === 'dataset') values.add(dataset);
        else
          for (const item of items) {
            const value = fieldOf(item, dataset, name);
            if (value !== null) values.add(value);
          }
      }
      const sorted = [...values].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
      known.set(name, sorted);
      return sorted;
    },
  };
}

/** Tells of an item of a dataset whether a query finds it, by the same rules as the sample browser. */
export function itemMatcher(query: Query, dataset: string): (item: Described) => boolean {
  switch (query.kind) {
    case 'and': {
      const parts = query.parts.map((part) => itemMatcher(part, dataset));
      return (item) => parts.every((fits) => fits(item));
    }
    case 'or': {
      const parts = query.parts.map((part) => itemMatcher(part, dataset));
      return (item) => parts.some((fits) => fits(item));
    }
    case 'not': {
      const fits = itemMatcher(query.part, dataset);
      return (item) => !fits(item);
    }
    case 'word': {
      const wanted = query.text.toLowerCase();
      return ({ path, subject, tags }) =>
        [path, subject ?? '', ...Object.values(tags)].some((text) => text.toLowerCase().includes(wanted));
    }
    case 'clause':
      return clauseMatcher(query, dataset);
  }
}

function clauseMatcher(
  { field, comparison, values }: Extract<Query, { kind: 'clause' }>,
  dataset: string,
): (item: Described) => boolean {
  const plain = fieldNamed(field, itemFields);
  const negated = comparison === '!=';
  const missing = (comparison === '=' || negated) && values.includes('none');
  const answers = new Map<string | null, boolean>();
  return (item) => {
    // A tag may be written in any case, as a field may.
    const name = itemFields.includes(plain) ? plain : fieldNamed(field, Object.keys(item.tags));
    const value = name === 'path' ? item.path : fieldOf(item, dataset, name);
    const known = answers.get(value);
    if (known !== undefined) return known;
    const fits = value === null ? missing : valueFits(name, value, comparison, values);
    const answer = fits !== negated;
    if (name !== 'path') answers.set(value, answer);
    return answer;
  };
}
