import { computed, type ComputedRef } from 'vue';
import { useRouter } from 'vue-router';
import type { MenuCommand } from '@shared/contract/desktop';
import { useDesktop } from '../api/client';
import { rooms } from '../router';
import { useChecks } from '../stores/checks';
import { useDatasets } from '../stores/datasets';
import { useExperiments } from '../stores/experiments';
import { useForeignScores } from '../stores/foreign-scores';
import { useJobs } from '../stores/jobs';
import { useProject } from '../stores/project';
import { useReports } from '../stores/reports';
import { useSettings } from '../stores/settings';
import { useToasts } from '../stores/toasts';
import type { IconName } from '../ui';

export interface Command {
  readonly id: string;
  readonly title: string;
  /** Which kind of thing it is: `Go to`, `Run`, `Theme`. */
  readonly kind: string;
  readonly icon: IconName;
  readonly hotkey?: string;
  readonly run: () => void;
}

/** What the native menu and its shortcuts may ask for, as actions. */
export function useProjectActions() {
  const desktop = useDesktop();
  const project = useProject();
  const toasts = useToasts();
  const router = useRouter();

  async function chooseFolder(title: string, purpose: 'open' | 'create', button: string): Promise<string | null> {
    const answer = await toasts.attempt('The folder dialog did not open', () =>
      desktop['desktop.chooseFolder']({ title, purpose, button }),
    );
    return answer?.path ?? null;
  }
  async function newProject(): Promise<void> {
    const path = await chooseFolder('Folder of the new project', 'create', 'Create here');
    if (path === null) return;
    const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? 'project';
    const made = await toasts.attempt('The project was not created', () => project.create(path, name));
    if (made) await router.push('/datasets');
  }
  async function openProject(known?: string): Promise<void> {
    const path = known ?? (await chooseFolder('Open a project folder', 'open', 'Open'));
    if (path === null) return;
    const opened = await toasts.attempt('The project was not opened', () => project.open(path));
    if (opened) await router.push('/datasets');
  }
  async function createSample(size: 'quick' | 'full'): Promise<void> {
    const path = await chooseFolder('Folder of the sample project', 'create', 'Create here');
    if (path === null) return;
    const job = await toasts.attempt('The sample project was not created', () => project.createSample(path, size));
    if (job !== undefined) await router.push('/datasets');
  }
  async function closeProject(): Promise<void> {
    await toasts.attempt('The project was not closed', () => project.close());
    await router.push('/');
  }
  return { newProject, openProject, createSample, closeProject };
}

/** Everything the command palette finds: rooms, runs, experiments, datasets, reports and actions. */
export function useCommands(special: Partial<Record<MenuCommand, () => void>>): {
  commands: ComputedRef<readonly Command[]>;
  runMenuCommand: (command: MenuCommand) => void;
} {
  const router = useRouter();
  const actions = useProjectActions();
  const project = useProject();
  const settings = useSettings();
  const jobs = useJobs();
  const experiments = useExperiments();
  const datasets = useDatasets();
  const reports = useReports();
  const foreignScores = useForeignScores();
  const checks = useChecks();
  const toasts = useToasts();

  async function checkAll(): Promise<void> {
    const job = await toasts.attempt('The check was not queued', () => checks.start([]));
    if (job !== undefined) await router.push('/datasets');
  }
  const go = (path: string) => () => {
    void router.push(path);
  };
  const places = computed<Command[]>(() =>
    rooms
      .filter((room) => !room.project || project.current)
      .map((room, index) => ({
        id: `go ${room.name}`,
        title: room.title,
        kind: 'Go to',
        icon: room.icon,
        ...(index < 5 && room.project ? { hotkey: `Ctrl ${index + 1}` } : {}),
        run: go(room.path),
      })),
  );
  const doings = computed<Command[]>(() => [
    { id: 'new', title: 'New project…', kind: 'Project', icon: 'plus', run: () => void actions.newProject() },
    {
      id: 'open',
      title: 'Open project…',
      kind: 'Project',
      icon: 'folder',
      hotkey: 'Ctrl O',
      run: () => void actions.openProject(),
    },
    {
      id: 'sample',
      title: 'Create sample project…',
      kind: 'Project',
      icon: 'cube',
      run: () => void actions.createSample('quick'),
    },
    ...(project.current
      ? ([
          {
            id: 'close',
            title: 'Close project',
            kind: 'Project',
            icon: 'close',
            run: () => void actions.closeProject(),
          },
          {
            id: 'import',
            title: 'Import dataset…',
            kind: 'Project',
            icon: 'import',
            hotkey: 'Ctrl I',
            run: go('/datasets?import=1'),
          },
          {
            id: 'check',
            title: 'Check datasets',
            kind: 'Datasets',
            icon: 'check-circle',
            run: () => void checkAll(),
          },
          {
            id: 'protocols',
            title: 'Protocols: train, dev and test by rules',
            kind: 'Datasets',
            icon: 'columns',
            run: go('/datasets/protocols'),
          },
          {
            id: 'import scores',
            title: 'Import scores of another program…',
            kind: 'Project',
            icon: 'import',
            run: () => {
              foreignScores.show();
            },
          },
          ...reports.list.map(({ name, title }) => ({
            id: `rows ${name}`,
            title: `Rows beside the runs of ${title}…`,
            kind: 'Reports',
            icon: 'list' as const,
            run: () => {
              foreignScores.rowsOf = name;
            },
          })),
          {
            id: 'pause',
            title: jobs.paused ? 'Go on with the queue' : 'Pause queue',
            kind: 'Runs',
            icon: jobs.paused ? 'play' : 'pause',
            run: () => void jobs.setPaused(!jobs.paused),
          },
        ] as const)
      : []),
    ...(['dark', 'light', 'system'] as const).map((theme) => ({
      id: `theme ${theme}`,
      title: `${theme.charAt(0).toUpperCase()}${theme.slice(1)} theme`,
      kind: 'Settings',
      icon: 'theme' as const,
      run: () => {
        settings.theme = theme;
      },
    })),
    {
      id: 'blur faces',
      title: settings.blurFaces ? 'Show faces again' : 'Blur faces, for sharing the screen',
      kind: 'Settings',
      icon: 'eye' as const,
      run: () => {
        settings.blurFaces = !settings.blurFaces;
      },
    },
    {
      id: 'shortcuts',
      title: 'Keyboard shortcuts',
      kind: 'Help',
      icon: 'keyboard',
      hotkey: '?',
      run: () => special['keyboard-shortcuts']?.(),
    },
  ]);
  const things = computed<Command[]>(() => [
    ...jobs.list.map(({ job, state }) => ({
      id: `run ${job.id}`,
      title: job.name,
      kind: `Run, ${state}`,
      icon: 'runs' as const,
      run: go(`/runs/${job.id}`),
    })),
    ...experiments.list.map(({ name }) => ({
      id: `experiment ${name}`,
      title: name,
      kind: 'Experiment',
      icon: 'experiments' as const,
      run: go(`/experiments/${name}`),
    })),
    ...datasets.list.map(({ dataset }) => ({
      id: `dataset ${dataset.id}`,
      title: dataset.name,
      kind: 'Dataset',
      icon: 'datasets' as const,
      run: go(`/datasets?dataset=${dataset.id}`),
    })),
    ...reports.list.map(({ name, title }) => ({
      id: `report ${name}`,
      title,
      kind: 'Report',
      icon: 'reports' as const,
      run: go(`/reports/${name}`),
    })),
  ]);
  const commands = computed(() => [...places.value, ...doings.value, ...things.value]);

  const menu: Record<MenuCommand, () => void> = {
    'new-project': () => void actions.newProject(),
    'open-project': () => void actions.openProject(),
    'close-project': () => void actions.closeProject(),
    'import-dataset': go('/datasets?import=1'),
    'show-datasets': go('/datasets'),
    'show-experiments': go('/experiments'),
    'show-runs': go('/runs'),
    'show-depth': go('/depth'),
    'show-reports': go('/reports'),
    'show-settings': go('/settings'),
    'command-palette': () => undefined,
    'keyboard-shortcuts': () => undefined,
    ...special,
  };
  const needsProject: readonly MenuCommand[] = [
    'close-project',
    'import-dataset',
    'show-datasets',
    'show-experiments',
    'show-runs',
    'show-depth',
    'show-reports',
  ];
  function runMenuCommand(command: MenuCommand): void {
    if (needsProject.includes(command) && !project.current) return;
    menu[command]();
  }
  return { commands, runMenuCommand };
}

/** Commands whose title or kind holds every word of the query, those starting with it first. */
export function findCommands(commands: readonly Command[], query: string, limit = 40): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands.slice(0, limit);
  const rank = (command: Command): number => {
    const title = command.title.toLowerCase();
    const first = words[0] ?? '';
    if (title.startsWith(first)) return 0;
    return title.includes(first) ? 1 : 2;
  };
  return commands
    .filter((command) => {
      const text = `${command.title} ${command.kind}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, limit);
}
