import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import { useClient } from '../api/client';
import { useLoad } from '../api/use-load';
import { useProject } from './project';

/** The experiment files of the project. Reading, editing and planning one is the open editor's matter: see the client. */
export const useExperiments = defineStore('experiments', () => {
  const client = useClient();
  const project = useProject();
  const load = useLoad((signal) => (project.current ? client['experiments.list']({}, signal) : Promise.resolve([])));
  const list = computed(() => load.data.value ?? []);
  const known = computed(() => load.data.value !== undefined);
  watch(
    () => [project.revision.experiments, project.current?.path],
    () => {
      void load.reload();
    },
    { immediate: true },
  );

  async function save(name: string, text: string): Promise<void> {
    await client['experiments.save']({ name, text });
    await load.reload();
  }
  async function remove(name: string): Promise<void> {
    await client['experiments.remove']({ name });
    await load.reload();
  }
  return { list, known, error: load.error, loading: load.loading, slow: load.slow, reload: load.reload, save, remove };
});
