import { defineStore } from 'pinia';
import { computed, ref, shallowRef, triggerRef, watch } from 'vue';
import type { Facet, Grouping, SampleFilter, SampleReference, SampleTile } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import { useClient } from '../api/client';
import { asAppError, isCancelled } from '../api/reading-errors';
import { useProject } from './project';

/** Tiles are read in pages of this many. */
const pageSize = 200;
/** Pages kept; those farthest from the last one read go first. */
const keptPages = 60;

const emptyFilter: SampleFilter = { datasets: [], facets: {}, text: '' };

/** The filtered samples, read by page as the grid asks for them. */
export const useSamples = defineStore('samples', () => {
  const client = useClient();
  const project = useProject();
  const filter = shallowRef<SampleFilter>(emptyFilter);
  /** What named the samples of `filter.only`. */
  const onlyBy = ref<'map' | 'finding' | 'leak'>('map');
  const order = ref<'listed' | 'shuffled'>('listed');
  const group = ref<Grouping>('none');
  /** Tiles: samples, or groups. */
  const total = ref(0);
  /** Samples that pass the filter. */
  const matching = ref(0);
  const subjects = ref(0);
  /** Samples without any filter, as last seen. */
  const all = ref(0);
  const facets = shallowRef<readonly Facet[]>([]);
  const known = ref(false);
  const loading = ref(false);
  const error = shallowRef<AppError | null>(null);
  /** What is wrong with the filter's text; what was found before stays in sight. */
  const queryError = shallowRef<AppError | null>(null);
  const pages = shallowRef(new Map<number, readonly SampleTile[]>());
  const selected = shallowRef<SampleReference | null>(null);
  const position = ref<number | null>(null);

  let asking = new AbortController();
  const pending = new Set<number>();

  const filtered = computed(
    () =>
      filter.value.text !== '' ||
      filter.value.only !== undefined ||
      filter.value.datasets.length > 0 ||
      Object.values(filter.value.facets).some((values) => values.length > 0),
  );
  const asked = () => ({ filter: filter.value, order: order.value, group: group.value });

  /** Starts over: first page, counts and facets. */
  async function reload(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    pending.clear();
    if (!project.current) {
      total.value = 0;
      pages.value = new Map();
      known.value = false;
      return;
    }
    const { signal } = asking;
    loading.value = true;
    try {
      const page = await client['samples.query']({ ...asked(), offset: 0, limit: pageSize }, signal);
      if (signal.aborted) return;
      total.value = page.total;
      matching.value = page.samples;
      subjects.value = page.subjects;
      if (!filtered.value) all.value = page.samples;
      facets.value = page.facets;
      pages.value = new Map([[0, page.tiles]]);
      known.value = true;
      error.value = null;
      queryError.value = null;
      await keepSelection();
    } catch (reason) {
      if (signal.aborted || isCancelled(reason)) return;
      const failure = asAppError(reason);
      if (failure.code === 'invalid' && 'from' in failure.data) queryError.value = failure;
      else error.value = failure;
      known.value = true;
    } finally {
      if (!signal.aborted) loading.value = false;
    }
  }

  /** Reads the pages that hold tiles `from`…`to`, unless they are there or on their way. */
  function ensure(from: number, to: number): void {
    const last = Math.floor(Math.max(0, Math.min(to, total.value - 1)) / pageSize);
    for (let page = Math.floor(Math.max(0, from) / pageSize); page <= last; page++) {
      if (!pages.value.has(page) && !pending.has(page)) void readPage(page);
    }
  }

  async function readPage(page: number): Promise<void> {
    pending.add(page);
    const { signal } = asking;
    try {
      const answer = await client['samples.query']({ ...asked(), offset: page * pageSize, limit: pageSize }, signal);
      if (signal.aborted) return;
      pages.value.set(page, answer.tiles);
      forgetFarPages(page);
      triggerRef(pages);
    } catch (reason) {
      if (!signal.aborted && !isCancelled(reason)) error.value = asAppError(reason);
    } finally {
      pending.delete(page);
    }
  }
  function forgetFarPages(near: number): void {
    if (pages.value.size <= keptPages) return;
    const byDistance = [...pages.value.keys()].sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
    for (const page of byDistance.slice(keptPages)) pages.value.delete(page);
  }

  function tileAt(index: number): SampleTile | undefined {
    return pages.value.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  async function select(index: number): Promise<void> {
    if (total.value === 0) return;
    const target = Math.min(total.value - 1, Math.max(0, index));
    const page = Math.floor(target / pageSize);
    if (!pages.value.has(page)) await readPage(page);
    const tile = tileAt(target);
    if (!tile) return;
    position.value = target;
    selected.value = { dataset: tile.dataset, index: tile.index };
  }
  function deselect(): void {
    position.value = null;
    selected.value = null;
  }
  /** The tiles between two places, read where they are not there yet. */
  async function tilesBetween(from: number, to: number): Promise<SampleTile[]> {
    const [first, last] = [Math.max(0, Math.min(from, to)), Math.min(total.value - 1, Math.max(from, to))];
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++)
      if (!pages.value.has(page)) await readPage(page);
    const tiles: SampleTile[] = [];
    for (let place = first; place <= last; place++) {
      const tile = tileAt(place);
      if (tile) tiles.push(tile);
    }
    return tiles;
  }

  /** After a filter: the chosen sample stays chosen where it is still in sight, else the first one is. */
  async function keepSelection(): Promise<void> {
    const wanted = selected.value;
    if (!wanted) return;
    const place = position.value ?? 0;
    const isWanted = (tile: SampleTile | undefined) => tile?.dataset === wanted.dataset && tile.index === wanted.index;
    // A mark changes nothing about the order: the sample is most often where it was.
    const page = Math.floor(place / pageSize);
    if (page > 0 && place < total.value) await readPage(page);
    if (isWanted(tileAt(place))) return;
    const found = (pages.value.get(0) ?? []).findIndex(isWanted);
    if (found >= 0) position.value = found;
    else if (total.value > 0) await select(Math.min(place, total.value - 1));
    else deselect();
  }

  function setFilter(next: SampleFilter): void {
    filter.value = next;
  }
  function toggleFacet(name: string, value: string): void {
    const values = filter.value.facets[name] ?? [];
    const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
    setFacet(name, next);
  }
  function setFacet(name: string, values: readonly string[]): void {
    const facetsLeft = Object.fromEntries(Object.entries(filter.value.facets).filter(([key]) => key !== name));
    filter.value = {
      ...filter.value,
      facets: values.length === 0 ? facetsLeft : { ...facetsLeft, [name]: [...values] },
    };
  }
  /** Only these datasets; an empty list means all. */
  function setDatasets(datasets: readonly string[]): void {
    filter.value = { ...filter.value, datasets: [...datasets] };
  }
  /** Only these samples, one by one; null means all again. @param by what named them, for the chip */
  function setOnly(only: readonly SampleReference[] | null, by: 'map' | 'finding' | 'leak' = 'map'): void {
    onlyBy.value = by;
    const { datasets, facets: chosen, text } = filter.value;
    filter.value = { datasets, facets: chosen, text, ...(only ? { only: [...only] } : {}) };
  }
  function clear(): void {
    filter.value = emptyFilter;
  }

  watch(
    () => project.current?.path,
    () => {
      filter.value = emptyFilter;
      group.value = 'none';
      deselect();
    },
  );
  watch([filter, group, order], deselectWithoutPlace, { flush: 'sync' });
  /** Another list has other places: the first tile of the chosen sample's page says nothing about it. */
  function deselectWithoutPlace(): void {
    if (position.value !== null) position.value = 0;
  }
  watch([filter, order, group, () => project.revision.datasets, () => project.current?.path], () => void reload(), {
    immediate: true,
  });

  return {
    filter,
    onlyBy,
    order,
    group,
    total,
    matching,
    all,
    subjects,
    facets,
    known,
    loading,
    error,
    queryError,
    pages,
    selected,
    position,
    filtered,
    reload,
    ensure,
    tileAt,
    tilesBetween,
    select,
    deselect,
    setFilter,
    setFacet,
    toggleFacet,
    setDatasets,
    setOnly,
    clear,
  };
});
