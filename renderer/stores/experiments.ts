import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { LaunchOptions } from '@shared/domain/experiment';
import { useClient } from '../api/client';
import { useProjectList } from './project-list';

/** How an experiment was last to be launched: number of seeds from its own on, and folds. */
export interface LaunchChoice {
  readonly seeds: number;
  readonly folds: LaunchOptions['folds'];
}

/** The experiment files of the project. Reading, editing and planning one is the open editor's matter: see the client. */
export const useExperiments = defineStore('experiments', () => {
  const client = useClient();
  const load = useProjectList('experiments', (signal) => client['experiments.list']({}, signal));
  const launches = shallowRef<ReadonlyMap<string, LaunchChoice>>(new Map());

  async function save(name: string, text: string): Promise<void> {
    await client['experiments.save']({ name, text });
    await load.reload();
  }
  async function remove(name: string): Promise<void> {
    await client['experiments.remove']({ name });
    await load.reload();
  }
  async function read(name: string): Promise<string> {
    const { text } = await client['experiments.read']({ name });
    return text;
  }
  /** The text under another name: the name inside it follows, comments stay. */
  async function copyAs(name: string, newName: string): Promise<void> {
    const { text } = await client['experiments.edit']({ text: await read(name), path: 'name', value: newName });
    await save(newName, text);
  }
  function launchOf(name: string): LaunchChoice {
    return launches.value.get(name) ?? defaultLaunch;
  }
  function chooseLaunch(name: string, choice: Partial<LaunchChoice>): void {
    launches.value = new Map(launches.value).set(name, { ...launchOf(name), ...choice });
  }
  return {
    ...load,
    save,
    remove,
    read,
    copyAs,
    launchOf,
    chooseLaunch,
  };
});

const defaultLaunch: LaunchChoice = { seeds: 1, folds: 'as-given' };
