import type { ReportDefinition } from '@shared/domain/report';
import { AppError } from '@shared/contract/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, jobSummary, project, trainJob } from '../support/sample-data';
import { definition, reportData, scores } from './report-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const finished = jobSummary(trainJob(1), { state: 'done' });

function workbench(list: ReportDefinition[], asked: ReportDefinition[] = []) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => ['R', 'O', 'M'].map((id) => datasetSummary(id)),
    'jobs.watch': async function* (_input: unknown, signal: AbortSignal) {
      yield [finished];
      yield* silence(signal);
    },
    'reports.list': async () => list,
    'reports.save': async (saved: ReportDefinition) => {
      const place = list.findIndex(({ name }) => name === saved.name);
      if (place < 0) list.push(saved);
      else list[place] = saved;
      return {};
    },
    'reports.evaluate': async (wanted: ReportDefinition) => {
      asked.push(wanted);
      return reportData(wanted);
    },
    'reports.preview': async ({ definition: wanted, format }: { definition: ReportDefinition; format: string }) => ({
      text: `${format} of ${wanted.name} with ${wanted.decimals} decimals`,
      command: `relief report ${wanted.name} --format ${format}`,
    }),
    'scores.read': async () => ({
      score: scores,
      attackTypes: ['print', 'replay/phone'],
      attackType: Int32Array.of(-1, -1, -1, -1, 0, 0, 1, 1),
      threshold: null,
      sha256: 'abc',
    }),
  };
}

describe('a report', () => {
  it('says which leaks its runs were let run with, and why', async () => {
    const leak = '1 subject of O train is in O test, too: 12.';
    mounted = await mountApp('/reports/loo', {
      ...workbench([definition]),
      'reports.evaluate': async (wanted: ReportDefinition) => ({
        ...reportData(wanted),
        waivers: [{ runs: ['0001-gan-O-s1'], reason: 'there are no other people', leaks: [leak] }],
      }),
    });
    (await findByRole('button', 'leak waived')).click();
    await findText(`Leak waived in run 0001-gan-O-s1: ${leak} Reason given: there are no other people.`);
  });

  it('opens on a dataset the system has not seen, with HTER and ACER, spread and n, and says not run', async () => {
    mounted = await mountApp('/reports/loo', workbench([definition]));
    // BPCER 1/4, APCER print 0, replay 1/2: HTER (1/4 + 1/4) / 2, ACER (1/2 + 1/4) / 2.
    const cell = await findByRole('button', /^25\.0± 1\.2\s*37\.5 ± 3\.4$/);
    expect(cell.getAttribute('title')).toContain('n = 2');
    const pressed = [...document.querySelectorAll('[aria-pressed="true"].cell')];
    expect(pressed).toHaveLength(1);
    expect(pressed[0]?.getAttribute('title')).toContain('O→R');
    await findText('not run');
    await findText('Synthetic data: says that the software works, not that a detector does.');
    await findText(/Reconstruction of a published method/);
  });

  it('moves the rates with the threshold, stamps it as set by hand, and goes back to the policy', async () => {
    mounted = await mountApp('/reports/loo', workbench([definition]));
    await findText('HTER25.0BPCER25.0APCER max50.0ACER37.5');
    fill(await findByRole('spinbutton', 'Threshold value'), '0.75');
    // At 0.75 no attack passes and two of four bona fide are rejected.
    await findText('HTER25.0BPCER50.0APCER max0.0ACER25.0');
    await findText('fixed, by hand');
    await findText('2 of 4 wrong');
    (await findByRole('button', 'Reset')).click();
    await findText('HTER25.0BPCER25.0APCER max50.0ACER37.5');
    expect(document.body.textContent).not.toContain('fixed, by hand');
  });

  it('gives every rate with its errors and exact interval', async () => {
    mounted = await mountApp('/reports/loo', workbench([definition]));
    // Clopper–Pearson for 1 of 4: 0.6 % to 80.6 %.
    await findByRole('row', /BPCER ?1 \/ 4 ?25\.0 ?0\.6–80\.6/);
    await findByRole('row', /APCER replay, phone ?1 \/ 2 ?50\.0/);
    await findByRole('row', /APCER max, replay, phone/);
  });

  it('shows the oracle only when asked, and never asks for it before', async () => {
    const asked: ReportDefinition[] = [];
    mounted = await mountApp('/reports/loo', workbench([definition], asked));
    await findByRole('table', 'Ablation');
    expect(asked.some(({ making }) => making.policy === 'oracle-eer')).toBe(false);
    expect(allByRole('row', /EER \(test\)/)).toHaveLength(0);
    const toggle = await findByRole('button', 'oracle (test)');
    expect(toggle.getAttribute('aria-pressed')).toBe('false');
    toggle.click();
    await findByRole('row', /EER \(test\)/);
    expect(asked.at(-1)?.making.policy).toBe('oracle-eer');
  });

  it('names the runs it leaves out, with the reason', async () => {
    mounted = await mountApp('/reports/loo', workbench([definition]));
    (await findByRole('button', '1 run left out')).click();
    await findText('has no score file');
  });

  it('says why there are no numbers and tries again', async () => {
    let fails = true;
    mounted = await mountApp('/reports/loo', {
      ...workbench([definition]),
      'reports.evaluate': async (wanted) => {
        if (fails) throw new AppError('invalid', 'scores/last/R.test.csv:7: score is no number');
        return reportData(wanted);
      },
    });
    await findText('scores/last/R.test.csv:7: score is no number');
    fails = false;
    (await findByRole('button', 'Try again')).click();
    await findByRole('table', 'Ablation');
  });
});

describe('exporting', () => {
  it('previews the chosen format, by arrows too, with the decimals of the report', async () => {
    const list = [definition];
    mounted = await mountApp('/reports/loo', workbench(list));
    await findText('latex of loo with 1 decimals');
    press(await findByRole('radio', /^LaTeX/), 'ArrowDown');
    await findText('csv of loo with 1 decimals');
    await findText('relief report loo --format csv');
    fill(await findByRole('spinbutton', 'Decimals'), '2');
    await findText('csv of loo with 2 decimals');
    for (let i = 0; i < 60 && list[0]?.decimals !== 2; i++) await settle(25);
    expect(list[0]?.decimals).toBe(2);
  });

  it('saves into the folder chosen in the dialog', async () => {
    const exported: unknown[] = [];
    mounted = await mountApp(
      '/reports/loo',
      {
        ...workbench([definition]),
        'reports.export': async ({ formats, folder }) => {
          exported.push({ formats, folder });
          return { files: ['/paper/loo.tex'] };
        },
      },
      { 'desktop.chooseFolder': async () => ({ path: '/paper' }) },
    );
    (await findByRole('button', 'Save LaTeX')).click();
    await findText('/paper/loo.tex');
    expect(exported).toEqual([{ formats: ['latex'], folder: '/paper' }]);
  });

  it('writes nothing when the dialog is cancelled', async () => {
    const exported: unknown[] = [];
    mounted = await mountApp(
      '/reports/loo',
      {
        ...workbench([definition]),
        'reports.export': async (wish) => {
          exported.push(wish);
          return { files: [] };
        },
      },
      { 'desktop.chooseFolder': async () => ({ path: null }) },
    );
    (await findByRole('button', 'Save LaTeX')).click();
    await settle();
    expect(exported).toEqual([]);
  });
});

describe('the list of reports', () => {
  it('makes a report of every finished run and opens it', async () => {
    const list: ReportDefinition[] = [];
    mounted = await mountApp('/reports', workbench(list));
    await findByRole('heading', 'No reports yet');
    (await findByRole('button', 'Make a report')).click();
    fill(await findByRole('textbox', 'Title'), 'Leave one out, synthetic');
    await findText('File reports/leave-one-out-synthetic.json');
    (await findByRole('button', 'Make report')).click();
    await findByRole('table', 'Ablation');
    expect(list).toMatchObject([{ name: 'leave-one-out-synthetic', title: 'Leave one out, synthetic', runs: [] }]);
  });
});
