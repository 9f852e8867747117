import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { SavedView } from '@shared/contract/channels';
import { useClient } from '../api/client';
import { useProject } from './project';
import { useSamples } from './samples';
import { useToasts } from './toasts';

/** The project's saved views of the sample browser, and which one is shown. */
export const useViews = defineStore('views', () => {
  const client = useClient();
  const project = useProject();
  const samples = useSamples();
  const toasts = useToasts();
  const list = shallowRef<readonly SavedView[]>([]);
  const lastChosen = ref<string | null>(null);

  async function reload(): Promise<void> {
    list.value = project.current
      ? ((await toasts.attempt('The views cannot be read', () => client['views.list']({}))) ?? [])
      : [];
  }
  const asShown = (view: Pick<SavedView, 'filter' | 'order' | 'group'>) =>
    JSON.stringify([view.filter, view.order, view.group]);
  /** The view whose filter, order and grouping are in force. */
  const current = computed(() => {
    const shown = asShown(samples);
    const same = list.value.filter((view) => asShown(view) === shown);
    return same.find(({ name }) => name === lastChosen.value) ?? same[0];
  });

  function show(view: SavedView): void {
    lastChosen.value = view.name;
    samples.setFilter(view.filter);
    samples.order = view.order;
    samples.group = view.group;
  }
  async function save(name: string): Promise<boolean> {
    const view = { name, filter: samples.filter, order: samples.order, group: samples.group };
    const saved = await toasts.attempt('The view was not saved', () => client['views.save'](view));
    if (!saved) return false;
    lastChosen.value = name;
    await reload();
    return true;
  }
  async function remove(name: string): Promise<void> {
    await toasts.attempt('The view was not removed', () => client['views.remove']({ name }));
    await reload();
  }

  watch(
    () => project.current?.path,
    () => void reload(),
    { immediate: true },
  );
  return { list, current, show, save, remove, reload };
});
