import type { SampleFilter } from '@shared/contract/channels';
import { parseQuery } from '@shared/query/parse';
import { checkQuery, queryFields, queryMask } from './query-mask';
import { groupFields, type SampleColumns } from './sample-columns';

/** The rows that pass a filter, and for each facet how many would pass it with each of its values. */
export interface Matches {
  /** Positions over all datasets in order. */
  readonly rows: Int32Array;
  /** Facet → value → count. */
  readonly counts: ReadonlyMap<string, Map<string, number>>;
}

export const datasetFacet = 'dataset';

/**
 * The samples that pass a filter. A facet's counts follow the other facets, not itself. One pass over the columns: a row
 * counts for every facet when it passes all of them, and for the one that it fails when it fails one.
 * @throws AppError `invalid` when the filter's text is no query over these datasets
 */
export function matchRows(datasets: readonly SampleColumns[], filter: SampleFilter): Matches {
  const counts = new Map<string, Map<string, number>>();
  const rows = new Int32Array(datasets.reduce((sum, columns) => sum + columns.count, 0));
  const query = parseQuery(filter.text);
  if (query) checkQuery(query, datasets);
  const fields = queryFields(datasets);
  let found = 0;
  let start = 0;
  for (const columns of datasets) {
    const id = columns.dataset.id;
    const datasetFails = filter.datasets.length > 0 && !filter.datasets.includes(id);
    const mask = withOnly(query ? queryMask(query, columns, fields) : null, columns, filter.only);
    const facets = [...columns.facets]
      .filter(([name]) => filter.facets[name] !== undefined || !isGroupField(name))
      .map(([name, column]) => ({
        name,
        column,
        codes: column.codes,
        allowed: allowedCodes(column.members ?? column.values, filter.facets[name]),
        tally: new Int32Array(column.values.length),
      }));
    const choosing = facets.filter(({ allowed }) => allowed !== null);
    // A wish for a facet that this dataset does not have is one that none of its rows fulfils.
    const lacking = Object.entries(filter.facets).filter(
      ([name, values]) => values.length > 0 && name !== datasetFacet && !columns.facets.has(name),
    ).length;
    const fixedFailures = lacking + (datasetFails ? 1 : 0);
    let whole = 0;
    for (let line = 0; line < columns.count; line++) {
      if (mask && mask[line] === 0) continue;
      let failures = fixedFailures;
      let failed: (typeof facets)[number] | undefined;
      for (const facet of choosing) {
        const code = facet.codes[line] ?? -1;
        if (code >= 0 && facet.allowed?.[code] === 1) continue;
        failed = facet;
        if (++failures > 1) break;
      }
      if (failures === 0) {
        rows[found++] = start + line;
        whole++;
        for (const facet of facets) count(facet.tally, facet.codes[line] ?? -1);
      } else if (failures === 1) {
        if (failed) count(failed.tally, failed.codes[line] ?? -1);
        else if (datasetFails && lacking === 0) whole++;
      }
    }
    addCount(counts, datasetFacet, id, whole);
    for (const { name, column, tally } of facets)
      column.values.forEach((value, code) => {
        for (const member of column.members?.[code] ?? [value]) addCount(counts, name, member, tally[code] ?? 0);
      });
    start += columns.count;
  }
  return { rows: rows.slice(0, found), counts };
}

/** Narrows a mask down to samples that are named one by one. */
function withOnly(mask: Uint8Array | null, columns: SampleColumns, only: SampleFilter['only']): Uint8Array | null {
  if (!only) return mask;
  const named = new Uint8Array(columns.count);
  for (const { dataset, index } of only)
    if (dataset === columns.dataset.id && index < columns.count && (mask === null || mask[index] === 1))
      named[index] = 1;
  return named;
}

const isGroupField = (name: string) => groupFields.some((field) => field === name);

/** 1 for each code that a filter lets pass; null when it lets everything pass. */
function allowedCodes(
  values: readonly (string | readonly string[])[],
  wanted: readonly string[] | undefined,
): Uint8Array | null {
  if (!wanted || wanted.length === 0) return null;
  const wishes = new Set(wanted);
  return Uint8Array.from(values, (value) =>
    (typeof value === 'string' ? wishes.has(value) : value.some((member) => wishes.has(member))) ? 1 : 0,
  );
}

function count(tally: Int32Array, code: number): void {
  if (code >= 0) tally[code] = (tally[code] ?? 0) + 1;
}

function addCount(counts: Map<string, Map<string, number>>, facet: string, value: string, more: number): void {
  const values = counts.get(facet) ?? new Map<string, number>();
  values.set(value, (values.get(value) ?? 0) + more);
  counts.set(facet, values);
}
