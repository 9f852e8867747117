import { defineStore } from 'pinia';
import { watch } from 'vue';
import type { Protocol } from '@shared/domain/protocol';
import { useClient } from '../api/client';
import { useProject } from './project';
import { useProjectList } from './project-list';

/** Protocols that an experiment can name: the project's own and those that came with datasets. */
export const useProtocols = defineStore('protocols', () => {
  const client = useClient();
  const project = useProject();
  const load = useProjectList('protocols', (signal) => client['protocols.list']({}, signal));
  // A dataset brings its protocols along.
  watch(
    () => project.revision.datasets,
    () => void load.reload(),
  );

  function read(name: string): Promise<Protocol> {
    return client['protocols.read']({ name });
  }
  async function save(protocol: Protocol, replace: boolean): Promise<true> {
    await client['protocols.save']({ protocol, replace });
    await load.reload();
    return true;
  }
  async function remove(name: string): Promise<true> {
    await client['protocols.remove']({ name });
    await load.reload();
    return true;
  }
  return { ...load, read, save, remove };
});
