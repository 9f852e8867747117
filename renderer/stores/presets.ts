import { defineStore } from 'pinia';
import { useClient } from '../api/client';
import { useProjectList } from './project-list';

/** Presets that the project's people have saved. */
export const usePresets = defineStore('presets', () => {
  const client = useClient();
  const load = useProjectList('experiments', (signal) => client['presets.list']({}, signal));

  async function save(name: string, text: string): Promise<true> {
    await client['presets.save']({ name, text });
    await load.reload();
    return true;
  }
  /** @returns its text, to bring it back */
  async function remove(name: string): Promise<string> {
    const { text } = await client['presets.read']({ name });
    await client['presets.remove']({ name });
    await load.reload();
    return text;
  }
  /** Makes an experiment with the settings of a saved preset. */
  async function use(preset: string, experiment: string): Promise<string> {
    await client['presets.use']({ preset, experiment });
    return experiment;
  }
  return { ...load, save, remove, use };
});
