import type { LaunchOptions } from '@shared/domain/experiment';
import type { Leak } from '@shared/domain/leak';
import { planExperiment } from '@workbench/experiments/plan';
import { withLeaks } from '@workbench/experiments/plan-leaks';
import { editExperimentText, readExperimentText } from '@workbench/experiments/yaml-text';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  mounted?.unmount();
});

const counts = { bonaFide: 8, attack: 8 };
const prepared = { train: counts, dev: counts, test: counts };
const planned = ['R', 'O'].map((id) => ({ id, prepared }));
const text = `# Why: does a bounded critic help?
name: hinge
preset: pretrain-gan
data:
  sources: [O] # the better camera
stage1:
  adversarialLoss: hinge
`;

/** A workbench whose experiments are edited and planned by the real code, files kept in `files`. */
function workbench(files: Map<string, string>, launched: { name: string; launch: LaunchOptions }[] = []) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => [datasetSummary('R'), datasetSummary('O')],
    'experiments.list': async () =>
      [...files].map(([name, content]) => {
        const read = readExperimentText(content);
        return {
          name,
          preset: read.ok ? read.experiment.head.preset : '',
          problem: read.ok ? null : (read.problems[0]?.message ?? ''),
          savedAt: '2026-11-25T10:00:00Z',
        };
      }),
    'experiments.read': async ({ name }: { name: string }) => ({ text: files.get(name) ?? '' }),
    'experiments.save': async ({ name, text: saved }: { name: string; text: string }) => {
      files.set(name, saved);
      return {};
    },
    'experiments.remove': async ({ name }: { name: string }) => {
      files.delete(name);
      return {};
    },
    'experiments.edit': async (edit: { text: string; path: string; value: unknown }) => ({
      text: editExperimentText(edit.text, edit.path, edit.value),
    }),
    'experiments.plan': async (asked: { text: string; launch: LaunchOptions }) =>
      planExperiment(asked.text, asked.launch, planned, { imagesPerSecond: 100, inputSize: 64, width: 1 }),
    'experiments.launch': async ({ name, launch }: { name: string; launch: LaunchOptions }) => {
      launched.push({ name, launch });
      return { jobs: ['0007-hinge-O-s1'] };
    },
  };
}

/** Waits for the save that follows an edit. */
async function saved(files: Map<string, string>, name: string, part: string): Promise<string> {
  for (let i = 0; i < 60 && !files.get(name)?.includes(part); i++) await settle(25);
  return files.get(name) ?? '';
}

describe('the experiment form', () => {
  it('holds a run that would leak until a reason stands in its field, and says then what was waived', async () => {
    const files = new Map([['hinge', text]]);
    const leak: Leak = {
      ...{ kind: 'subject', shared: 1, names: ['12'], evidence: [] },
      first: { dataset: 'O', set: 'train', items: 4 },
      second: { dataset: 'O', set: 'test', items: 2 },
    };
    mounted = await mountApp('/experiments/hinge', {
      ...workbench(files),
      'experiments.plan': async (asked: { text: string; launch: LaunchOptions }) =>
        withLeaks(planExperiment(asked.text, asked.launch, planned, null), [[leak]]),
    });
    await findText(/1 subject of O train is in O test, too: 12\. A run is not judged by what it trains on/);
    await findText('train and test share something');
    (await findByRole('button', 'Go to field')).click();
    fill(await findByRole('textbox', 'Leak waiver'), 'there are no other people');
    expect(await saved(files, 'hinge', 'leakWaiver')).toContain('leakWaiver: there are no other people');
    await findText(/Waived, and printed under every table: there are no other people/);
    expect((await findByRole('button', 'Queue 1 run')).getAttribute('aria-disabled')).not.toBe('true');
  });

  it('takes 2e-4, changes that field alone and keeps the comments of the file', async () => {
    const files = new Map([['hinge', text]]);
    mounted = await mountApp('/experiments/hinge', workbench(files));
    (await findByRole('radio', /^All \d+$/)).click();
    fill(await findByRole('spinbutton', 'Generator learning rate'), '2e-4');
    const after = await saved(files, 'hinge', 'learningRate');
    expect(after).toContain('# Why: does a bounded critic help?');
    expect(after).toContain('# the better camera');
    expect(readExperimentText(after)).toMatchObject({
      ok: true,
      experiment: { config: { stage1: { learningRate: 2e-4, adversarialLoss: 'hinge' } } },
    });
  });

  it('says at the field and beside the button what holds the runs, and a click on the fix lets them go', async () => {
    const files = new Map([['hinge', text]]);
    mounted = await mountApp('/experiments/hinge', workbench(files));
    fill(await findByRole('spinbutton', 'Batch size'), '15');
    await findText('15 is odd; half of a batch is bona fide, half attacks');
    const button = await findByRole('button', /^Queue 1 run/);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.textContent).toContain('15 is odd');
    expect((await findByRole('button', /^Training/)).textContent).toContain('has errors');
    (await findByRole('button', 'Use 14')).click();
    await findText('1 run1 fold × 1 seed');
    await saved(files, 'hinge', 'batchSize: 14');
    expect((await findByRole('button', 'Queue 1 run')).hasAttribute('aria-disabled')).toBe(false);
  });

  it('marks what differs from the preset and takes it back out of the file', async () => {
    const files = new Map([['hinge', text]]);
    mounted = await mountApp('/experiments/hinge', workbench(files));
    await findText('Preset: Least squares.');
    await findText('1 change');
    const row = document.querySelector('[data-setting="stage1.adversarialLoss"]');
    [...(row?.querySelectorAll('button') ?? [])].find((button) => button.textContent === 'Reset')?.click();
    for (let i = 0; i < 60 && files.get('hinge')?.includes('hinge\n') && files.get('hinge')?.includes('stage1'); i++)
      await settle(25);
    expect(files.get('hinge')).not.toContain('stage1');
    expect(files.get('hinge')).toContain('# the better camera');
  });

  it('finds a setting by its words, advanced ones too', async () => {
    mounted = await mountApp('/experiments/hinge', workbench(new Map([['hinge', text]])));
    await findByRole('spinbutton', 'Batch size');
    expect(allByRole('spinbutton', 'Dropout')).toHaveLength(0);
    fill(await findByRole('searchbox', 'Search settings'), 'dropout');
    await findByRole('spinbutton', 'Dropout');
    expect(document.querySelector('[data-setting="stage2.dropout"]')?.classList).toContain('found');
  });

  it('shows the line of broken YAML and leads there', async () => {
    const broken = 'name: hinge\nstage1:\n\tepochs: 4\n';
    mounted = await mountApp('/experiments/hinge', workbench(new Map([['hinge', broken]])));
    await findText(/not valid YAML \(line 3/);
    (await findByRole('button', 'Go to line')).click();
    const area = await findByRole('textbox', 'Experiment file, YAML');
    expect(area).toBeInstanceOf(HTMLTextAreaElement);
    if (area instanceof HTMLTextAreaElement) expect(area.value).toBe(broken);
    await findByRole('button', 'Line 3');
  });

  it('undoes and redoes an edit', async () => {
    const files = new Map([['hinge', text]]);
    mounted = await mountApp('/experiments/hinge', workbench(files));
    fill(await findByRole('spinbutton', 'Batch size'), '32');
    await saved(files, 'hinge', 'batchSize: 32');
    const heading = await findByRole('heading', 'hinge');
    press(heading, 'z', { ctrlKey: true });
    for (let i = 0; i < 60 && files.get('hinge') !== text; i++) await settle(25);
    expect(files.get('hinge')).toBe(text);
    press(heading, 'y', { ctrlKey: true });
    expect(await saved(files, 'hinge', 'batchSize: 32')).toContain('batchSize: 32');
  });
});

describe('launching', () => {
  it('counts folds and seeds, shows the command, and queues them', async () => {
    const launched: { name: string; launch: LaunchOptions }[] = [];
    mounted = await mountApp('/experiments/hinge', workbench(new Map([['hinge', text]]), launched));
    (await findByRole('radio', 'Leave one out')).click();
    fill(await findByRole('spinbutton', 'Number of seeds'), '3');
    await findText('2 folds × 3 seeds');
    await findText('relief train hinge --seeds 3 --leave-one-out');
    await findText(/[\d.]+× fewer than AENet 11\.22 M/);
    (await findByRole('button', 'Queue 6 runs')).click();
    await settle();
    expect(launched).toEqual([{ name: 'hinge', launch: { seeds: [1, 2, 3], folds: 'leave-one-out' } }]);
    await findText('1 run of hinge queued');
  });

  it('is held in a project that another process writes to', async () => {
    mounted = await mountApp('/experiments/hinge', {
      ...workbench(new Map([['hinge', text]])),
      'project.current': async () => ({ ...project, writable: false, writer: 'relief train' }),
    });
    const button = await findByRole('button', /^Queue 1 run/);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await findText('Read only: relief train is writing to this project.');
  });
});

describe('the list of experiments', () => {
  it('makes one from a preset under a free name, with datasets that the project has', async () => {
    const files = new Map([['scratch', 'name: scratch\npreset: scratch\n']]);
    mounted = await mountApp('/experiments', {
      ...workbench(files),
      'datasets.list': async () => [datasetSummary('R')],
    });
    await findByRole('heading', 'New experiment');
    allByRole('button', 'Create')[0]?.click();
    await findByRole('heading', 'scratch-2');
    expect(files.get('scratch-2')).toBe('name: scratch-2\npreset: scratch\ndata:\n  sources: [R]\n');
  });
});

describe('presets of the project', () => {
  it('are saved from an experiment, listed beside the shipped ones, used and removed', async () => {
    const files = new Map([['hinge', text]]);
    const own = new Map<string, string>();
    const used: { preset: string; experiment: string }[] = [];
    mounted = await mountApp('/experiments', {
      ...workbench(files),
      'presets.list': async () =>
        [...own.keys()].map((name) => ({
          ...{ name, base: 'pretrain-gan', problem: null },
          changes: [{ path: 'stage1.adversarialLoss', to: 'hinge' }],
        })),
      'presets.read': async ({ name }) => ({ text: own.get(name) ?? '' }),
      'presets.save': async ({ name, text: saved }) => {
        own.set(name, saved);
        return {};
      },
      'presets.remove': async ({ name }) => {
        own.delete(name);
        return {};
      },
      'presets.use': async (use) => {
        used.push(use);
        files.set(use.experiment, text);
        return {};
      },
    });
    (await findByRole('button', 'Actions for hinge')).click();
    (await findByRole('menuitem', 'Save as preset…')).click();
    const name = await findByRole('textbox', 'Name of the preset');
    fill(name, 'scratch');
    await findText('Relief ships a preset of that name.');
    fill(name, 'bounded');
    (await findByRole('button', 'Save')).click();
    await findText('Saved in this project');
    await findText('Adversarial loss: Hinge');
    expect(own.get('bounded')).toBe(text);
    const creates = allByRole('button', 'Create');
    creates.at(-1)?.click();
    await settle();
    expect(used).toEqual([{ preset: 'bounded', experiment: 'bounded' }]);
  });
});
