import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import type { ReportDefinition } from '@shared/domain/report';
import { useClient } from '../api/client';
import { useLoad } from '../api/use-load';
import { useProject } from './project';

/** The report definitions of the project; their numbers are evaluated when one is shown. */
export const useReports = defineStore('reports', () => {
  const client = useClient();
  const project = useProject();
  const load = useLoad((signal) => (project.current ? client['reports.list']({}, signal) : Promise.resolve([])));
  const list = computed(() => load.data.value ?? []);
  const known = computed(() => load.data.value !== undefined);
  watch(
    () => [project.revision.reports, project.current?.path],
    () => {
      void load.reload();
    },
    { immediate: true },
  );

  async function save(definition: ReportDefinition): Promise<void> {
    await client['reports.save'](definition);
    await load.reload();
  }
  async function remove(name: string): Promise<void> {
    await client['reports.remove']({ name });
    await load.reload();
  }
  return { list, known, error: load.error, loading: load.loading, slow: load.slow, reload: load.reload, save, remove };
});
