import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { DatasetSummary, ImportRequest } from '@shared/contract/channels';
import type { Licence } from '@shared/domain/dataset';
import { useClient } from '../api/client';
import { useProjectList } from './project-list';

/** Samples of all sets together. */
export function countSamples(counts: DatasetSummary['dataset']['counts']): number {
  return Object.values(counts).reduce((sum, { bonaFide, attack }) => sum + bonaFide + attack, 0);
}

/** The project's datasets with what preparation made of them. */
export const useDatasets = defineStore('datasets', () => {
  const client = useClient();
  const load = useProjectList('datasets', (signal) => client['datasets.list']({}, signal));

  async function importFrom(
    request: ImportRequest,
  ): Promise<{ dataset: DatasetSummary['dataset']; job: string | null }> {
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
  async function noteLicence(dataset: string, licence: Licence): Promise<true> {
    await client['datasets.noteLicence']({ dataset, licence });
    await load.reload();
    return true;
  }
  async function remove(dataset: string): Promise<void> {
    await client['datasets.remove']({ dataset });
    await load.reload();
  }
  const byId = computed(() => new Map(load.list.value.map((summary) => [summary.dataset.id, summary])));
  return {
    ...load,
    byId,
    importFrom,
    addSynthetic,
    prepare,
    noteLicence,
    remove,
  };
});
