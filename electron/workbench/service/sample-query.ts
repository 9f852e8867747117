import type { Facet, SampleFilter, SamplePage, SampleQuery, SampleTile } from '@shared/contract/channels';
import type { SampleReference } from '@shared/contract/channels';
import { facetTitles, groupFields, type SampleColumns } from './sample-columns';
import { datasetFacet, type Matches, matchRows } from './sample-match';
import { countSubjects, groupRows, type Grouping, locator, type Place, shuffled } from './sample-places';

/** Values a facet shows at most; a field with more (file names, say) is no facet. */
const mostValues = 60;
/** Answers kept, so that the pages of one grid are worked out once. */
const keptAnswers = 6;

interface Answer {
  readonly matches: Matches;
  readonly subjects: number;
  readonly facets: readonly Facet[];
  /** What the grid shows in order: rows, or the first row of each group. */
  readonly shown: Int32Array;
  /** The rows of each shown group; null without groups. */
  readonly members: readonly Int32Array[] | null;
}

/** Answers of one open project. */
export class SampleQueries {
  private readonly answers = new Map<string, Answer>();

  /** @throws AppError `invalid` when the filter's text is no query */
  async page(
    datasets: readonly SampleColumns[],
    { filter, order, group = 'none', offset, limit }: SampleQuery,
  ): Promise<SamplePage> {
    const { matches, subjects, facets, shown, members } = this.answer(datasets, filter, order, group);
    const locate = locator(datasets);
    const page = shown.subarray(offset, offset + limit);
    return {
      total: shown.length,
      samples: matches.rows.length,
      subjects,
      facets: [...facets],
      tiles: await Promise.all(
        Array.from(page, (row, index) => tileAt(locate(row), members?.[offset + index]?.length ?? null)),
      ),
    };
  }

  /** The samples of the shown group that begins with a sample; the sample itself where there are no groups. */
  membersOf(
    datasets: readonly SampleColumns[],
    { filter, order, group }: Pick<SampleQuery, 'filter' | 'order'> & { group: Grouping },
    cover: SampleReference,
  ): SampleReference[] {
    const { shown, members } = this.answer(datasets, filter, order, group);
    const locate = locator(datasets);
    const at = shown.findIndex((row) => {
      const { columns, line } = locate(row);
      return line === cover.index && columns.dataset.id === cover.dataset;
    });
    const rows = members?.[at];
    if (!rows) return [cover];
    return Array.from(rows, (row) => {
      const { columns, line } = locate(row);
      return { dataset: columns.dataset.id, index: line };
    });
  }

  /** Ids of all items that pass a filter, by dataset. */
  itemsOf(datasets: readonly SampleColumns[], filter: SampleFilter): Map<string, string[]> {
    const { matches } = this.answer(datasets, filter, 'listed', 'none');
    const locate = locator(datasets);
    const items = new Map<string, string[]>();
    for (const row of matches.rows) {
      const { columns, line } = locate(row);
      const ids = items.get(columns.dataset.id) ?? [];
      ids.push(columns.ids[line] ?? '');
      items.set(columns.dataset.id, ids);
    }
    return items;
  }

  private answer(
    datasets: readonly SampleColumns[],
    filter: SampleFilter,
    order: SampleQuery['order'],
    group: Grouping,
  ): Answer {
    const state = datasets.map(({ dataset, revision }) => `${dataset.id} ${revision}`).join();
    const key = JSON.stringify([state, filter, order, group]);
    const known = this.answers.get(key);
    if (known) return known;
    const matches = matchRows(datasets, filter);
    const groups = group === 'none' ? null : groupRows(datasets, matches.rows, group);
    const listed = groups?.covers ?? matches.rows;
    const places = order === 'shuffled' ? shuffled(listed.length) : null;
    const answer: Answer = {
      matches,
      subjects: countSubjects(datasets, matches.rows),
      facets: facetsOf(datasets, matches.counts),
      shown: places ? places.map((place) => listed[place] ?? 0) : listed,
      members: groups && (places ? Array.from(places, (place) => groups.members[place] ?? noRows) : groups.members),
    };
    this.answers.set(key, answer);
    for (const old of this.answers.keys()) {
      if (this.answers.size <= keptAnswers) break;
      this.answers.delete(old);
    }
    return answer;
  }
}

const noRows = new Int32Array(0);

function facetsOf(datasets: readonly SampleColumns[], counts: Matches['counts']): Facet[] {
  const known = new Map<string, string>([[datasetFacet, 'Dataset'], ...facetTitles]);
  const tags = [...counts.keys()].filter((name) => !known.has(name) && !groupFields.some((field) => field === name));
  const names = [...known.keys(), ...tags.sort()].filter((name) => {
    const values = counts.get(name)?.size ?? 0;
    // As long as nothing is left out there is nothing to choose.
    if (name === 'excluded' && values < 2) return false;
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

async function tileAt({ columns, line }: Place, members: number | null): Promise<SampleTile> {
  const item = columns.item(line);
  if (!item) throw new RangeError(`line ${line} of ${columns.dataset.id}`);
  const prepared = (columns.firstRow[line] ?? -1) >= 0;
  const hasRows = (columns.rowsLength[line] ?? 0) > 0;
  const [failure] = !prepared && hasRows ? await columns.rows(line) : [];
  return {
    dataset: columns.dataset.id,
    index: line,
    subject: item.subject,
    attackType: item.attackType,
    set: item.set,
    synthetic: columns.dataset.synthetic,
    prepared,
    failure: failure?.ok === false ? failure.message : null,
    video: item.kind === 'video',
    frame: item.frame,
    excluded: columns.marks.excluded.get(item.id) ?? null,
    tags: [...(columns.marks.tags.get(item.id) ?? [])],
    members,
  };
}
