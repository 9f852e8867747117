import { defineStore } from 'pinia';
import type { ReportDefinition } from '@shared/domain/report';
import { useClient } from '../api/client';
import { useProjectList } from './project-list';

/** The report definitions of the project; their numbers are evaluated when one is shown. */
export const useReports = defineStore('reports', () => {
  const client = useClient();
  const load = useProjectList('reports', (signal) => client['reports.list']({}, signal));

  async function save(definition: ReportDefinition): Promise<void> {
    await client['reports.save'](definition);
    await load.reload();
  }
  async function remove(name: string): Promise<void> {
    await client['reports.remove']({ name });
    await load.reload();
  }
  return { ...load, save, remove };
});
