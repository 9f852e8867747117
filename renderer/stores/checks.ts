import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { SampleReference } from '@shared/contract/channels';
import type { JudgedFinding } from '@shared/domain/check';
import { useClient } from '../api/client';
import { useProjectList } from './project-list';

/** What the last check of each dataset found, and what people said to it. */
export const useChecks = defineStore('checks', () => {
  const client = useClient();
  const load = useProjectList('datasets', (signal) => client['check.list']({}, signal));
  const byDataset = computed(() => new Map(load.list.value.map((check) => [check.dataset, check])));

  /** Checks these datasets; all of the project when none is named. */
  async function start(datasets: readonly string[]): Promise<string> {
    const { job } = await client['check.start']({ datasets: [...datasets] });
    return job;
  }
  async function evidenceOf(dataset: string, finding: string): Promise<SampleReference[]> {
    return (await client['check.evidence']({ dataset, finding })).samples;
  }
  async function acknowledge(finding: JudgedFinding, reason: string | null): Promise<void> {
    await client['check.acknowledge']({ finding: finding.id, reason });
    await load.reload();
  }
  return { ...load, byDataset, start, evidenceOf, acknowledge };
});
