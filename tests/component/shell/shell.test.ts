import { afterEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, jobSummary, project, trainJob } from '../support/sample-data';
import { silence } from '../support/fake-client';

let mounted: MountedApp | undefined;
afterEach(() => {
  mounted?.unmount();
});

const withProject = {
  'project.current': async () => project,
  'datasets.list': async () => [datasetSummary('R')],
};

describe('the window without a project', () => {
  it('shows the first view, keeps the rooms of a project shut and says why', async () => {
    mounted = await mountApp('/datasets');
    expect((await findByRole('heading', 'Relief')).tagName).toBe('H1');
    const shut = allByRole('link', /Datasets|Experiments|Runs|Depth|Reports/);
    expect(shut.map((room) => room.getAttribute('aria-disabled'))).toEqual(['true', 'true', 'true', 'true', 'true']);
    expect(shut[0]?.title).toBe('Open a project first');
  });

  it('creates the sample project in the folder that the dialog gave', async () => {
    const created: unknown[] = [];
    mounted = await mountApp(
      '/',
      {
        'project.createSample': async (input) => {
          created.push(input);
          return { project, job: '0001-draw' };
        },
      },
      { 'desktop.chooseFolder': async () => ({ path: '/projects/fas' }) },
    );
    (await findByRole('radio', 'Full, 5,760')).click();
    await settle();
    (await findByRole('button', 'Create sample project')).click();
    await findByRole('heading', 'No datasets yet');
    expect(created).toEqual([{ path: '/projects/fas', size: 'full' }]);
  });

  it('keeps quiet when the folder dialog is cancelled', async () => {
    mounted = await mountApp('/', {}, { 'desktop.chooseFolder': async () => ({ path: null }) });
    (await findByRole('button', 'New empty project…')).click();
    await settle();
    expect(allByRole('listitem', /not created/)).toEqual([]);
    expect(allByRole('heading', 'Relief')).toHaveLength(1);
  });

  it('says what failed, in the words of the workbench, when a project cannot be opened', async () => {
    mounted = await mountApp(
      '/',
      {
        'project.open': async () => {
          throw new Error('project.json: format version 9 is newer than this Relief');
        },
      },
      { 'desktop.chooseFolder': async () => ({ path: '/projects/new' }) },
    );
    (await findByRole('button', 'Open project…')).click();
    await findText('The project was not opened');
    await findText('project.json: format version 9 is newer than this Relief');
  });
});

describe('the shell', () => {
  it('opens the command palette with Ctrl K and runs what is found', async () => {
    mounted = await mountApp('/datasets', withProject);
    press(document, 'k', { ctrlKey: true });
    const entry = await findByRole('combobox', /Search/);
    fill(entry, 'light theme');
    await settle();
    expect(allByRole('option').map(({ textContent }) => textContent)).toEqual([expect.stringContaining('Light theme')]);
    press(entry, 'Enter');
    await settle();
    expect(document.documentElement.dataset['theme']).toBe('light');
    expect(allByRole('combobox', /Search/)).toEqual([]);
  });

  it('shows the shortcuts with ?, but not while something is typed', async () => {
    mounted = await mountApp('/datasets', withProject);
    press(await findByRole('textbox', 'Filter samples'), '?');
    await settle();
    expect(allByRole('dialog')).toEqual([]);
    press(document, '?');
    expect((await findByRole('dialog', 'Keyboard shortcuts')).textContent).toContain('Next panel');
  });

  it('obeys the native menu', async () => {
    mounted = await mountApp('/datasets', withProject, {
      'desktop.menuCommands': async function* (_input, signal) {
        yield 'show-settings' as const;
        yield* silence(signal);
      },
    });
    expect((await findByRole('heading', 'Settings')).tagName).toBe('H1');
  });

  it('marks Runs with a dot and tells progress and time left in the status bar', async () => {
    const running = jobSummary(trainJob(7, { name: 'pretrain-gan O→R s2' }), {
      state: 'running',
      progress: { phase: 'stage-1', done: 45, steps: 100, epoch: 3, epochs: 12, imagesPerSecond: 50, secondsLeft: 706 },
    });
    mounted = await mountApp('/settings', {
      ...withProject,
      'jobs.watch': async function* (_input, signal) {
        yield [running];
        yield* silence(signal);
      },
    });
    expect((await findByRole('link', /Runs.*1 running/)).getAttribute('href')).toContain('/runs');
    await findText('45 %, 11 min 46 s left');
    expect((await findByRole('progressbar', 'Running job')).getAttribute('aria-valuenow')).toBe('45');
  });

  it('says that the workbench has stopped, and starts it again when asked', async () => {
    let restarts = 0;
    mounted = await mountApp('/', withProject, {
      'desktop.workbenchStatus': async function* (_input, signal) {
        yield { state: 'crashed' as const, restarts: 3, message: 'exit code 134' };
        yield* silence(signal);
      },
      'desktop.restartWorkbench': async () => {
        restarts++;
        return {};
      },
    });
    await findText('exit code 134');
    (await findByRole('button', 'Try again')).click();
    await settle();
    expect(restarts).toBe(1);
  });

  it('opens the same project again after the workbench was started anew', async () => {
    const opened: unknown[] = [];
    let restarted = false;
    let tell: () => void = () => undefined;
    const again = new Promise<void>((resolve) => {
      tell = resolve;
    });
    mounted = await mountApp(
      '/settings',
      {
        ...withProject,
        'project.current': async () => (restarted ? null : project),
        'project.open': async (input) => {
          opened.push(input);
          return project;
        },
      },
      {
        'desktop.workbenchStatus': async function* (_input, signal) {
          yield { state: 'ready' as const, restarts: 0, message: null };
          await again;
          yield { state: 'starting' as const, restarts: 1, message: 'killed' };
          yield { state: 'ready' as const, restarts: 1, message: 'killed' };
          yield* silence(signal);
        },
      },
    );
    await findByRole('heading', 'Settings');
    restarted = true;
    tell();
    await settle(60);
    expect(opened).toEqual([{ path: '/projects/fas' }]);
    await findText('fas-two-domains');
    expect(allByRole('heading', 'Settings')).toHaveLength(1);
  });
});
