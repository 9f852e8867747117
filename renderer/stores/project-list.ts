import { computed, type ComputedRef, type Ref, type ShallowRef, watch } from 'vue';
import type { AppError } from '@shared/contract/errors';
import { useLoad } from '../api/use-load';
import { useProject } from './project';

export interface ProjectList<T> {
  readonly list: ComputedRef<readonly T[]>;
  /** The list of the project that is open now has arrived. */
  readonly known: ComputedRef<boolean>;
  readonly error: Readonly<ShallowRef<AppError | null>>;
  readonly loading: Readonly<Ref<boolean>>;
  readonly slow: Readonly<Ref<boolean>>;
  readonly reload: () => Promise<void>;
}

/** One of the open project's lists: read when a project is entered and whenever the workbench says that it changed. */
export function useProjectList<T>(
  kind: 'datasets' | 'experiments' | 'protocols' | 'reports',
  fetch: (signal: AbortSignal) => Promise<readonly T[]>,
): ProjectList<T> {
  const project = useProject();
  const load = useLoad(async (signal) => {
    const path = project.current?.path;
    return { path, items: path === undefined ? [] : await fetch(signal) };
  });
  watch(
    () => [project.revision[kind], project.current?.path],
    () => {
      void load.reload();
    },
    { immediate: true },
  );
  const known = computed(
    () => project.current !== null && load.data.value !== undefined && load.data.value.path === project.current.path,
  );
  const list = computed(() => (known.value ? (load.data.value?.items ?? []) : []));
  return { list, known, error: load.error, loading: load.loading, slow: load.slow, reload: load.reload };
}
