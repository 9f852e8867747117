import type { ReportDefinition } from '@shared/domain/report';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, jobSummary, project, trainJob } from '../support/sample-data';
import { definition, reportData, scores } from './report-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
  localStorage.clear();
});
afterEach(() => {
  mounted?.unmount();
  localStorage.clear();
});

const finished = jobSummary(trainJob(1), { state: 'done' });
let saved: ReportDefinition[] = [];
let evaluated = 0;

function workbench() {
  saved = [definition];
  evaluated = 0;
  return {
    'project.current': async () => project,
    'datasets.list': async () => ['R', 'O', 'M'].map((id) => datasetSummary(id)),
    'jobs.watch': async function* (_input: unknown, signal: AbortSignal) {
      yield [finished];
      yield* silence(signal);
    },
    'reports.list': async () => saved,
    'reports.save': async (kept: ReportDefinition) => {
      saved = [kept];
      return {};
    },
    'reports.evaluate': async (wanted: ReportDefinition) => {
      evaluated++;
      return reportData(wanted);
    },
    'reports.preview': async ({ definition: wanted, format }: { definition: ReportDefinition; format: string }) => ({
      text: `${format} of ${wanted.name}`,
      command: `relief report ${wanted.name} --format ${format}`,
    }),
    'scores.read': async () => ({
      score: scores,
      attackTypes: ['print', 'replay/phone'],
      attackType: Int32Array.of(-1, -1, -1, -1, 0, 0, 1, 1),
      threshold: null,
      sha256: 'abc',
      rows: {
        filenames: Array.from(scores, (_, row) => `test/${String(row)}.jpg`),
        videos: Array.from(scores, () => ''),
        subjects: Array.from(scores, (_, row) => `S${String(row % 2)}`),
        frames: new Int32Array(8).fill(-1),
        items: Int32Array.from(scores, (_, row) => row),
        facets: [
          { name: 'device', title: 'Device', values: ['D1', 'D2'], codes: Int32Array.of(0, 0, 1, 1, 0, 1, 0, 1) },
          { name: 'gender', title: 'Gender', values: ['f', 'm'], codes: Int32Array.of(0, 0, 0, 1, 0, 1, 0, 1) },
        ],
      },
    }),
  };
}

async function showView(name: string): Promise<void> {
  (await findByRole('radio', name)).click();
  await settle();
}

describe('the table designer', () => {
  it('shows the tables of the report as they print, and changes them without asking for new numbers', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Tables');
    await findByRole('table', 'Ablation');
    const before = evaluated;
    (await findByRole('checkbox', 'ACER')).click();
    await settle();
    const row = await findByRole('row', /^gan/);
    expect(row.textContent).toMatch(/25\.0/);
    expect(row.textContent).not.toContain('37.5');
    fill(await findByRole('spinbutton', 'Decimals of the table'), '3');
    await findText('25.000');
    (await findByRole('checkbox', 'Mean column')).click();
    await settle();
    expect(allByRole('button', 'Mean')).toHaveLength(0);
    for (let i = 0; i < 60 && saved[0]?.tables?.[0]?.mean !== false; i++) await settle(25);
    expect(saved[0]?.tables?.[0]).toMatchObject({ measures: ['hter'], decimals: 3, mean: false });
    expect(evaluated).toBe(before);
  });

  it('makes a methods × targets table with mean and bold best in under ten clicks', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    let clicks = 0;
    const click = async (role: string, name: string | RegExp) => {
      (await findByRole(role, name)).click();
      clicks++;
      await settle();
    };
    await click('radio', 'Tables');
    const menu = await findByRole('button', 'New table');
    press(menu, 'Enter');
    clicks++;
    await click('menuitem', 'Methods × targets, HTER');
    const table = await findByRole('table', 'Methods by target');
    expect(table.textContent).toContain('Mean');
    for (let i = 0; i < 60 && saved[0]?.tables === undefined; i++) await settle(25);
    expect(saved[0]?.tables?.map(({ id }) => id)).toEqual(['methods', 'ablation', 'matrix']);
    expect(saved[0]?.tables?.[0]).toMatchObject({ measures: ['hter'], mean: true, bold: true, underline: true });
    await click('button', 'Save LaTeX');
    expect(clicks).toBeLessThan(10);
  });

  it('says of every number which runs and threshold it comes from', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Tables');
    await findByRole('table', 'Ablation');
    const cell = [...document.querySelectorAll('td.rate')].find((one) => one.textContent.includes('25.0'));
    expect(cell?.getAttribute('title')).toContain('runs 0001-gan-O-s1');
    expect(cell?.getAttribute('title')).toContain('threshold source-dev EER');
  });

  it('renames a row by typing, and keeps the last measure', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Tables');
    const name = await findByRole('textbox', 'Name of gan');
    fill(name, 'Ours');
    press(name, 'Enter');
    await findByRole('row', /^Ours/);
    (await findByRole('checkbox', 'ACER')).click();
    (await findByRole('checkbox', 'HTER')).click();
    await settle();
    expect((await findByRole('checkbox', 'HTER')).getAttribute('aria-checked')).toBe('true');
  });
});

describe('the errors of a report', () => {
  it('counts decisions, and follows the threshold by keyboard', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Errors');
    // At 0.5: one of four bona fide (0.3) rejected, one of four attacks (0.7) accepted.
    await findByRole('row', /Bona fide ?3 ?1 ✗ ?4/);
    await findByRole('row', /Attack ?1 ✗ ?3 ?4/);
    const slider = await findByRole('slider', 'Threshold');
    press(slider, 'End');
    await settle();
    await findByRole('row', /Bona fide ?0 ?4 ✗ ?4/);
    await findText('fixed, by hand');
  });

  it('breaks errors down by a tag, its counts adding up, and names the gap between groups', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Errors');
    await findByRole('row', /^D1 ?0 \/ 2/);
    await findByRole('row', /^D2 ?1 \/ 2/);
    await findByRole('row', /^All ?1 \/ 4 ?25\.0/);
    await findText(/Group gap by gender: BPCER 100\.0/);
  });

  it('maps failures by attack and device, with counts and empty cells said', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Errors');
    const cell = await findByRole('button', /100 ?1 \/ 1/);
    expect(cell.getAttribute('title')).toContain('replay, phone accepted, D1: 1 of 1');
  });

  it('opens the frame of the worst error', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Errors');
    (await findByRole('button', /^Open replay, phone, subject S0, score 0\.700/)).click();
    await findByRole('dialog', 'Attack accepted');
    const picture = document.querySelector('img[alt^="Frame of replay, phone"]');
    expect(picture?.getAttribute('src')).toMatch(/frame\/R\/6/);
  });

  it('gives the definition of a metric, its formula and source, to whoever focuses it', async () => {
    mounted = await mountApp('/reports/loo', workbench());
    await showView('Errors');
    const hint = await findByRole('button', 'HTER');
    expect(hint.getAttribute('aria-description')).toContain('(FAR + FRR) / 2');
  });
});
