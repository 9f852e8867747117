import type { Facet, SampleFilter, SamplePage, SampleTile } from '@shared/contract/channels';
import { createRandom } from '@shared/random';
import { facetTitles, type SampleColumns } from './sample-columns';

/** Values a facet shows at most; a tag with more (file names, say) is no facet. */
const mostValues = 60;

/** The rows that pass a filter, and for each facet how many would pass it with each of its values. */
interface Matches {
  /** Positions over all datasets in order. */
  readonly rows: Int32Array;
  /** Facet → value → count. */
  readonly counts: ReadonlyMap<string, Map<string, number>>;
}

/**
 * A page of the samples that pass a filter. A facet's counts follow the other facets, not itself. One pass over the
 * columns: a row counts for every facet when it passes all of them, and for the one that it fails when it fails one.
 */
export function querySamples(
  datasets: readonly SampleColumns[],
  filter: SampleFilter,
  order: 'listed' | 'shuffled',
  offset: number,
  limit: number,
): SamplePage {
  const { rows, counts } = matchRows(datasets, filter);
  if (order === 'shuffled') createRandom('samples/shuffled').shuffle(rows);
  const locate = locator(datasets);
  const page = rows.subarray(offset, offset + limit);
  return {
    total: rows.length,
    subjects: countSubjects(datasets, rows, locate),
    facets: facetsOf(datasets, counts),
    tiles: Array.from(page, (row) => tileAt(locate(row))),
  };
}

const datasetFacet = 'dataset';

function matchRows(datasets: readonly SampleColumns[], filter: SampleFilter): Matches {
  const counts = new Map<string, Map<string, number>>();
  const total = datasets.reduce((sum, { items }) => sum + items.length, 0);
  const rows = new Int32Array(total);
  let found = 0;
  let start = 0;
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  for (const columns of datasets) {
    const id = columns.dataset.id;
    const datasetFails = filter.datasets.length > 0 && !filter.datasets.includes(id);
    const facets = [...columns.facets].map(([name, { values, codes }]) => ({
      name,
      codes,
      allowed: allowedCodes(values, filter.facets[name]),
      tally: new Int32Array(values.length),
      values,
    }));
    // A wish for a facet that this dataset does not have is one that none of its rows fulfils.
    const lacking = Object.entries(filter.facets).filter(
      ([name, values]) => values.length > 0 && name !== datasetFacet && !columns.facets.has(name),
    ).length;
    let whole = 0;
    for (let line = 0; line < columns.items.length; line++) {
      if (words.length > 0 && !containsAll(columns.text[line] ?? '', words)) continue;
      let failures = lacking + (datasetFails ? 1 : 0);
      let failed = -1;
      for (let f = 0; f < facets.length && failures < 2; f++) {
        const facet = facets[f];
        if (facet?.allowed && !allows(facet.allowed, facet.codes[line] ?? -1)) {
          failures++;
          failed = f;
        }
      }
      if (failures === 0) {
        rows[found++] = start + line;
        whole++;
        for (const facet of facets) count(facet.tally, facet.codes[line] ?? -1);
      } else if (failures === 1) {
        const facet = failed >= 0 ? facets[failed] : undefined;
        if (facet) count(facet.tally, facet.codes[line] ?? -1);
        else if (datasetFails && lacking === 0) whole++;
      }
    }
    addCount(counts, datasetFacet, id, whole);
    for (const { name, values, tally } of facets)
      values.forEach((value, code) => {
        addCount(counts, name, value, tally[code] ?? 0);
      });
    start += columns.items.length;
  }
  return { rows: rows.slice(0, found), counts };
}

/** 1 for each code that a filter lets pass; null when it lets everything pass. */
function allowedCodes(values: readonly string[], wanted: readonly string[] | undefined): Uint8Array | null {
  if (!wanted || wanted.length === 0) return null;
  return Uint8Array.from(values, (value) => (wanted.includes(value) ? 1 : 0));
}

function allows(allowed: Uint8Array, code: number): boolean {
  return code >= 0 && allowed[code] === 1;
}

function count(tally: Int32Array, code: number): void {
  if (code >= 0) tally[code] = (tally[code] ?? 0) + 1;
}

function addCount(counts: Map<string, Map<string, number>>, facet: string, value: string, more: number): void {
  const values = counts.get(facet) ?? new Map<string, number>();
  values.set(value, (values.get(value) ?? 0) + more);
  counts.set(facet, values);
}

function containsAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function facetsOf(datasets: readonly SampleColumns[], counts: Matches['counts']): Facet[] {
  const known = new Map<string, string>([[datasetFacet, 'Dataset'], ...facetTitles]);
  const tags = [...counts.keys()].filter((name) => !known.has(name)).sort();
  const names = [...known.keys(), ...tags].filter((name) => {
    const values = counts.get(name)?.size ?? 0;
    return values > 0 && values <= mostValues;
  });
  return names.map((name) => ({
    name,
    title: known.get(name) ?? titleOf(name),
    values: [...(counts.get(name) ?? [])]
      .sort(([a], [b]) => compareValues(name, a, b))
      .map(([value, number]) => ({ value, label: labelOf(datasets, name, value), count: number })),
  }));
}

const setOrder = ['train', 'dev', 'test'];

function compareValues(name: string, a: string, b: string): number {
  if (name === 'set') return setOrder.indexOf(a) - setOrder.indexOf(b);
  return a.localeCompare(b, 'en', { numeric: true });
}

function labelOf(datasets: readonly SampleColumns[], name: string, value: string): string {
  if (name !== datasetFacet) return value;
  return datasets.find(({ dataset }) => dataset.id === value)?.dataset.name ?? value;
}

/** `jpegQuality` → `Jpeg quality`. */
function titleOf(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface Place {
  readonly columns: SampleColumns;
  readonly line: number;
}

function locator(datasets: readonly SampleColumns[]): (row: number) => Place {
  const starts: number[] = [];
  let start = 0;
  for (const { items } of datasets) {
    starts.push(start);
    start += items.length;
  }
  return (row) => {
    let at = starts.length - 1;
    while (at > 0 && (starts[at] ?? 0) > row) at--;
    const columns = datasets[at];
    if (!columns) throw new RangeError(`row ${row}`);
    return { columns, line: row - (starts[at] ?? 0) };
  };
}

function countSubjects(datasets: readonly SampleColumns[], rows: Int32Array, locate: (row: number) => Place): number {
  const subjects = new Set<string>();
  let unnamed = 0;
  for (const row of rows) {
    const { columns, line } = locate(row);
    const subject = columns.items[line]?.subject;
    if (subject === null || subject === undefined) unnamed++;
    else subjects.add(datasets.length > 1 ? `${columns.dataset.id}\n${subject}` : subject);
  }
  return subjects.size + unnamed;
}

function tileAt({ columns, line }: Place): SampleTile {
  const item = columns.items[line];
  if (!item) throw new RangeError(`line ${line} of ${columns.dataset.id}`);
  return {
    dataset: columns.dataset.id,
    index: line,
    subject: item.subject,
    attackType: item.attackType,
    set: item.set,
    synthetic: columns.dataset.synthetic,
    prepared: columns.samples[line] !== null,
    failure: columns.failures[line]?.message ?? null,
  };
}
