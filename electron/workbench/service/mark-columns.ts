import type { Marks } from '@shared/domain/marks';
import type { FacetColumn } from './sample-columns';
import { encode } from './build-columns';

export const keptValues = { kept: 'kept', excluded: 'excluded' } as const;

/** The two facets that a person's marks make: kept or excluded, and the tags. */
export function markColumns(ids: readonly string[], { excluded, tags }: Marks): ReadonlyMap<string, FacetColumn> {
  const separator = '\n';
  const kept: FacetColumn =
    excluded.size === 0
      ? { values: [keptValues.kept], codes: new Int32Array(ids.length) }
      : encode(ids.map((id) => (excluded.has(id) ? keptValues.excluded : keptValues.kept)));
  const combined =
    tags.size === 0
      ? { values: [], codes: new Int32Array(ids.length).fill(-1) }
      : encode(ids.map((id) => tags.get(id)?.join(separator) ?? null));
  const members = combined.values.map((value) => value.split(separator));
  return new Map([
    ['excluded', kept],
    ['tag', { ...combined, members }],
  ]);
}
