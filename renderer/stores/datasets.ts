import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import type { DatasetSummary } from '@shared/contract/channels';
import { useClient } from '../api/client';
import { useLoad } from '../api/use-load';
import { useProject } from './project';

/** Samples of all sets together. */
export function countSamples(counts: DatasetSummary['dataset']['counts']): number {
  return Object.values(counts).reduce((sum, { bonaFide, attack }) => sum + bonaFide + attack, 0);
}

/** The project's datasets with what preparation made of them. */
export const useDatasets = defineStore('datasets', () => {
  const client = useClient();
  const project = useProject();
  const load = useLoad((signal) => (project.current ? client['datasets.list']({}, signal) : Promise.resolve([])));
  const list = computed(() => load.data.value ?? []);
  const known = computed(() => load.data.value !== undefined);

  watch(
    () => [project.revision.datasets, project.current?.path],
    () => {
      void load.reload();
    },
    { immediate: true },
  );

  async function importFrom(request: {
    path: string;
    importer: 'folder' | 'csv';
    name?: string;
    prepare: boolean;
  }): Promise<{ dataset: DatasetSummary['dataset']; job: string | null }> {
    const answer = await client['datasets.import'](request);
    await load.reload();
    return answer;
  }
  async function addSynthetic(size: 'quick' | 'full'): Promise<string> {
    const { job } = await client['datasets.addSynthetic']({ size });
    await load.reload();
    return job;
  }
  async function prepare(datasets: string[]): Promise<string> {
    const { job } = await client['datasets.prepare']({ datasets });
    return job;
  }
  async function remove(dataset: string): Promise<void> {
    await client['datasets.remove']({ dataset });
    await load.reload();
  }
  const byId = computed(() => new Map(list.value.map((summary) => [summary.dataset.id, summary])));
  return {
    list,
    byId,
    known,
    error: load.error,
    loading: load.loading,
    slow: load.slow,
    reload: load.reload,
    importFrom,
    addSynthetic,
    prepare,
    remove,
  };
});
