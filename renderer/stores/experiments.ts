import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { LaunchOptions } from '@shared/domain/experiment';
import { parseGridAxis } from '@shared/domain/settings';
import { useClient } from '../api/client';
import { useProjectList } from './project-list';

/** How an experiment was last to be launched. */
export interface LaunchChoice {
  /** Number of seeds, from the experiment's own on. */
  readonly seeds: number;
  readonly folds: LaunchOptions['folds'];
  /** In place of the experiment's own preset; none for that one alone. */
  readonly presets: readonly string[];
  /** Settings with the values to try, as they are typed. */
  readonly grid: readonly { readonly path: string; readonly values: string }[];
  readonly executor: 'local' | 'slurm';
}

/** What the workbench is asked for by a choice; lines of the grid without a value are not finished and left out. */
export function launchOptionsOf(choice: LaunchChoice, seeds: readonly number[]): LaunchOptions {
  const { folds, presets, grid, executor } = choice;
  const axes = grid.flatMap(({ path, values }) => {
    const list = values.trim().startsWith('[')
      ? values.trim()
      : values.replace(/\s*,\s*/g, ',').replace(/^,+|,+$/g, '');
    return list.trim() === '' ? [] : [parseGridAxis(`${path}=${list.trim()}`)];
  });
  return {
    seeds: [...seeds],
    folds,
    ...(presets.length === 0 ? {} : { presets: [...presets] }),
    ...(axes.length === 0 ? {} : { grid: axes }),
    ...(executor === 'local' ? {} : { executor }),
  };
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
  /** An experiment with the settings of a run; its name. */
  async function cloneRun(job: string): Promise<string> {
    const { name } = await client['experiments.clone']({ job });
    await load.reload();
    return name;
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
    cloneRun,
    launchOf,
    chooseLaunch,
  };
});

const defaultLaunch: LaunchChoice = { seeds: 1, folds: 'as-given', presets: [], grid: [], executor: 'local' };
