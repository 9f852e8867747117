import { fieldNamed } from '@shared/query/match';
import { queryFields } from './query-mask';
import type { SampleColumns } from './sample-columns';

/** Fields of these datasets, and the values of one that contain a text; those that begin with it first. */
export function completeField(
  datasets: readonly SampleColumns[],
  field: string,
  contains: string,
  limit: number,
): { fields: string[]; values: { value: string; count: number }[] } {
  const fields = queryFields(datasets);
  const name = fieldNamed(field, fields);
  const wanted = contains.toLowerCase();
  const counts = new Map<string, number>();
  for (const { facets, dataset, count } of datasets) {
    if (name === 'dataset') counts.set(dataset.id, count);
    const column = facets.get(name);
    if (!column) continue;
    const matching = column.values.map((value, code) =>
      (column.members?.[code] ?? [value]).filter((member) => member.toLowerCase().includes(wanted)),
    );
    const tally = new Int32Array(column.values.length);
    for (const code of column.codes) if (code >= 0) tally[code] = (tally[code] ?? 0) + 1;
    matching.forEach((members, code) => {
      for (const member of members) counts.set(member, (counts.get(member) ?? 0) + (tally[code] ?? 0));
    });
  }
  const values = [...counts]
    .filter(([value]) => value.toLowerCase().includes(wanted))
    .map(([value, count]) => ({ value, count, begins: value.toLowerCase().startsWith(wanted) }))
    .sort((a, b) => Number(b.begins) - Number(a.begins) || a.value.localeCompare(b.value, 'en', { numeric: true }));
  return { fields: [...fields, 'pai'], values: values.slice(0, limit).map(({ value, count }) => ({ value, count })) };
}
