import { defineStore } from 'pinia';
import { computed, reactive, shallowRef } from 'vue';
import type { ProjectInfo, RecentProject } from '@shared/contract/channels';
import { useClient } from '../api/client';
import { useStream } from '../api/use-load';

/** The open project, and nudges about what changed in it. */
export const useProject = defineStore('project', () => {
  const client = useClient();
  const current = shallowRef<ProjectInfo | null>(null);
  const recent = shallowRef<readonly RecentProject[]>([]);
  /** False until the workbench has said whether a project is open. */
  const known = shallowRef(false);
  /** Counts changes by kind: watch the one you show, and read again. */
  const revision = reactive<Record<'datasets' | 'experiments' | 'protocols' | 'reports' | 'queue' | 'project', number>>(
    {
      datasets: 0,
      experiments: 0,
      protocols: 0,
      reports: 0,
      queue: 0,
      project: 0,
    },
  );
  /** Counts the times that a project was entered, the same one again among them. */
  const session = shallowRef(0);
  /** Why nothing may be changed now, as reasons for buttons. */
  const heldReasons = computed(() => {
    if (!current.value) return ['No project is open.'];
    if (current.value.writable) return [];
    return [`Read only: ${current.value.writer ?? 'another process'} is writing to this project.`];
  });

  useStream(
    (signal) => client['project.changes']({}, signal),
    ({ what }) => {
      revision[what]++;
      if (what === 'project') void refresh();
    },
  );

  async function refresh(): Promise<void> {
    current.value = await client['project.current']({});
    known.value = true;
  }
  /**
   * After the workbench was started again: it knows of no project, so the one that the window shows is opened anew.
   */
  async function reattach(): Promise<void> {
    const shown = current.value;
    const open = await client['project.current']({});
    if (open || !shown) {
      entered(open);
      return;
    }
    try {
      entered(await client['project.open']({ path: shown.path }));
    } catch (error) {
      entered(null);
      throw error;
    }
  }
  async function loadRecent(): Promise<void> {
    recent.value = await client['project.recent']({});
  }
  /** Everything of the old project is stale. */
  function entered(project: ProjectInfo | null): void {
    current.value = project;
    known.value = true;
    session.value++;
    revision.datasets++;
    revision.experiments++;
    revision.reports++;
    revision.queue++;
  }
  async function open(path: string): Promise<ProjectInfo> {
    const project = await client['project.open']({ path });
    entered(project);
    return project;
  }
  async function create(path: string, name: string): Promise<ProjectInfo> {
    const project = await client['project.create']({ path, name });
    entered(project);
    return project;
  }
  async function createSample(path: string, size: 'quick' | 'full'): Promise<string> {
    const { project, job } = await client['project.createSample']({ path, size });
    entered(project);
    return job;
  }
  async function close(): Promise<void> {
    await client['project.close']({});
    entered(null);
  }
  return {
    current,
    recent,
    known,
    revision,
    heldReasons,
    session,
    refresh,
    reattach,
    loadRecent,
    open,
    create,
    createSample,
    close,
  };
});
