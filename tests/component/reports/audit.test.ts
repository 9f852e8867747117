import type { EvaluationAudit } from '@shared/domain/audit';
import type { EpochHonesty, ReportDefinition, SystemComparison } from '@shared/domain/report';
import { measureRates } from '@shared/metrics/evaluate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, jobSummary, project, trainJob } from '../support/sample-data';
import { definition, reportData, scores, sortedScores } from './report-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  localStorage.clear();
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const comparison: SystemComparison = {
  first: 'gan',
  second: 'scratch',
  source: ['O'],
  target: 'R',
  pairs: 1,
  samples: 8,
  subjects: 4,
  hterDifference: -0.125,
  interval: [-0.2, -0.05],
  p: 0.002,
  mcNemar: [{ seed: 1, onlyFirstWrong: 3, onlySecondWrong: 1, p: 0.625 }],
  note: 'only 4 subjects',
};

function audit(): EvaluationAudit {
  const at = (value: number, from: string, policy: string) => ({
    threshold: { policy, value, from },
    test: measureRates(sortedScores(), value),
  });
  return {
    levels: [{ level: 'frame', ...at(0.5, 'O dev', 'source-dev-eer') }],
    policies: [
      { policy: 'source-dev-eer', oracle: false, ...at(0.5, 'O dev', 'source-dev-eer') },
      { policy: 'fixed:0.75', oracle: false, ...at(0.75, 'fixed', 'fixed:0.75') },
      { policy: 'oracle-eer', oracle: true, ...at(0.65, 'R test', 'oracle-eer') },
    ],
    codebases: [],
    frames: null,
    note: 'The scores name no videos, so there is the frame level only.',
  };
}

interface Asked {
  readonly audits: unknown[];
  readonly saved: ReportDefinition[];
}
function workbench({ audits, saved }: Asked, list: ReportDefinition[]) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => ['R', 'O', 'M'].map((id) => datasetSummary(id)),
    'jobs.watch': async function* (_input: unknown, signal: AbortSignal) {
      yield [jobSummary(trainJob(1), { state: 'done' })];
      yield* silence(signal);
    },
    'reports.list': async () => list,
    'reports.save': async (definition: ReportDefinition) => {
      saved.push(definition);
      list[0] = definition;
      return {};
    },
    'reports.evaluate': async (wanted: ReportDefinition) => ({
      ...reportData(wanted),
      ...(wanted.baseline === undefined ? {} : { significance: [comparison] }),
    }),
    'reports.preview': async () => ({ text: 'table', command: 'relief report loo' }),
    'scores.read': async () => ({
      score: scores,
      attackTypes: ['print', 'replay/phone'],
      attackType: Int32Array.of(-1, -1, -1, -1, 0, 0, 1, 1),
      threshold: null,
      sha256: 'abc',
    }),
    'scores.audit': async (wanted: unknown) => {
      audits.push(wanted);
      return audit();
    },
  };
}

async function openAudit(): Promise<Asked> {
  const asked: Asked = { audits: [], saved: [] };
  mounted = await mountApp('/reports/loo', workbench(asked, [definition]));
  (await findByRole('radio', 'Audit')).click();
  await settle();
  return asked;
}

describe('how the numbers of a report are made', () => {
  it('is changed by family, deviation, samples and first frames, and kept with the report', async () => {
    const asked: Asked = { audits: [], saved: [] };
    mounted = await mountApp('/reports/loo', workbench(asked, [definition]));
    (await findByRole('button', 'How the numbers are made')).click();
    (await findByRole('radio', 'Each family')).click();
    (await findByRole('radio', 'n')).click();
    (await findByRole('radio', 'Each its own')).click();
    fill(await findByRole('spinbutton', 'First frames'), '3');
    await expect
      .poll(() => asked.saved.at(-1), { timeout: 3000 })
      .toMatchObject({
        making: { grouping: 'family', level: 'video:first:3' },
        spread: 'population',
        commonSubset: false,
      });
    await findText('video, first 3');
  });
});

describe('the audit of a report', () => {
  it('asks for the chosen run on its target as the report is made, and marks the report’s own rule', async () => {
    const { audits } = await openAudit();
    await findByRole('row', /source-dev EER ?this report ?O dev ?0\.500 ?4 ?4 ?50\.0 ?25\.0 ?37\.5 ?25\.0/);
    expect(audits[0]).toMatchObject({
      job: '0001-gan-O-s1',
      target: 'R',
      kind: 'classifier',
      level: 'frame',
      policy: 'source-dev-eer',
    });
    // At 0.75 no attack passes and two of four bona fide are rejected.
    await findByRole('row', /fixed 0\.75 ?fixed ?0\.750 ?4 ?4 ?0\.0 ?50\.0 ?25\.0 ?25\.0/);
  });

  it('greys what looked at the test set and says why there are no video levels', async () => {
    await openAudit();
    const looked = await findByRole('row', /oracle/);
    expect(looked.classList.contains('oracle')).toBe(true);
    await findText('The scores name no videos, so there is the frame level only.');
  });

  it('puts the last, the best by dev and the best by test epoch side by side, or says how to have them', async () => {
    const asked: Asked = { audits: [], saved: [] };
    const tested: EpochHonesty = {
      ...{ run: '0001-gan-O-s1', system: 'gan', seed: 1, source: ['O'], target: 'R', epochs: 12 },
      last: { epoch: 12, hter: 0.3 },
      bestOnDev: { epoch: 8, hter: 0.28 },
      bestOnTest: { epoch: 11, hter: 0.25 },
      gap: 0.05,
      lastOnes: { mean: 0.31, sd: 0.02, n: 10 },
    };
    const channels = workbench(asked, [definition]);
    mounted = await mountApp('/reports/loo', channels);
    (await findByRole('radio', 'Audit')).click();
    await findText(/No run of this report tested after each epoch/);
    mounted.unmount();
    mounted = await mountApp('/reports/loo', {
      ...channels,
      'reports.evaluate': async (wanted: ReportDefinition) => ({ ...reportData(wanted), epochHonesty: [tested] }),
    });
    (await findByRole('radio', 'Audit')).click();
    await findByRole('row', /gan ?O→R ?1 ?30\.0 ?of 12 ?28\.0 ?epoch 8 ?25\.0 ?epoch 11 ?5\.0 ?31\.0 ± 2\.0/);
  });

  it('compares with the system that is chosen, keeps the choice, and takes it back', async () => {
    const { saved } = await openAudit();
    await findText(/Choose the system that every other one is compared with/);
    press(await findByRole('combobox', 'Compared with'), 'Enter');
    press(await findByRole('option', 'gan'), 'Enter');
    await findByRole('row', /scratch ?O→R ?−12\.5 ?−20\.0 to −5\.0 ?0\.002 ?better ?seed 1: 3 : 1, p = 0\.625 ?4/);
    await findText(/Mind: only 4 subjects/);
    await expect.poll(() => saved.at(-1)?.baseline, { timeout: 2000 }).toBe('gan');
    press(await findByRole('combobox', 'Compared with'), 'Enter');
    press(await findByRole('option', 'none'), 'Enter');
    await expect
      .poll(() => Object.keys(saved.at(-1) ?? { baseline: '' }).includes('baseline'), { timeout: 2000 })
      .toBe(false);
  });
});
