import type { SampleFilter } from '@shared/contract/channels';
import type { JudgedCheck, JudgedFinding } from '@shared/domain/check';
import type { CheckJob, JobSummary } from '@shared/domain/job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project, samplePage, tiles } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const at = '2026-11-25T10:00:00Z';

function finding(change: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    ...{ id: 'f1', kind: 'leak-subject', severity: 'error', datasets: ['R'], items: 40 },
    ...{ message: '1 subject of R train is in R test, too: R-1.', advice: 'Divide the sets by subject.' },
    ...{ evidence: [], acknowledged: null },
    ...change,
  };
}

const size = { items: 10, distinct: 9, subjects: 5, correlation: 0.25, effective: 6.4 };
function check(findings: readonly JudgedFinding[], change: Partial<JudgedCheck> = {}): JudgedCheck {
  return {
    ...{ formatVersion: 1, dataset: 'R', checkedAt: at, relief: '0.1.0', list: 'state', files: 20, stale: false },
    findings: [...findings],
    card: {
      ...{ items: 20, images: 20, clips: 0, subjects: 5, itemsWithoutSubject: 0, videos: 0, release: null },
      ...{ attackTypes: { print: 6, 'replay/phone': 4 }, devices: { webcam: 20 }, sessions: {}, licence: null },
      sets: { train: { bonaFide: 6, attack: 6, subjects: 3 }, test: { bonaFide: 4, attack: 4, subjects: 2 } },
      size: { bonaFide: size, attack: { ...size, correlation: null, effective: null } },
    },
    shortcuts: {
      ...{ samples: 20, subjects: 5, note: null },
      results: [
        { probe: 'colour', title: 'colour statistics', auc: 0.91, interval: [0.86, 0.95], bound: 0.8 },
        { probe: 'lbp', title: 'colour LBP', auc: 0.97, interval: [0.94, 0.99], bound: null },
      ],
    },
    ...change,
  };
}

function workbench(checks: () => readonly JudgedCheck[], asked: SampleFilter[] = []) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => [datasetSummary('R')],
    'check.list': async () => [...checks()],
    'samples.query': async ({ filter, offset, limit }: { filter: SampleFilter; offset: number; limit: number }) => {
      asked.push(filter);
      return samplePage(tiles('R', 20), offset, limit);
    },
  };
}

function checkSummary(change: Partial<JobSummary> = {}): JobSummary {
  const job: CheckJob = {
    ...{ formatVersion: 1, id: '0003-check-R', number: 3, name: 'check R', createdAt: at, group: null, parent: null },
    ...{ kind: 'check', datasets: ['R'] },
  };
  return {
    ...{ job, state: 'running', message: null, attempt: 1, startedAt: at, endedAt: null, result: null },
    progress: {
      ...{ phase: 'files R', done: 5, steps: 20, epoch: null, epochs: null, imagesPerSecond: null, secondsLeft: 9 },
    },
    ...change,
  };
}

describe('the findings of checks', () => {
  it('start with a check of every dataset', async () => {
    const started: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(() => []),
      'check.start': async (input) => {
        started.push(input);
        return { job: '0003-check-R' };
      },
    });
    await findText(/not checked/);
    (await findByRole('button', 'Check datasets')).click();
    await settle();
    expect(started).toEqual([{ datasets: [] }]);
  });

  it('show how far a running check is, and stop it', async () => {
    const wishes: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(() => []),
      'jobs.watch': async function* (_input, signal) {
        yield [checkSummary()];
        yield* silence(signal);
      },
      'jobs.control': async (input) => {
        wishes.push(input);
        return { job: input.job };
      },
    });
    const bar = await findByRole('progressbar', 'Check of the datasets');
    expect(bar.getAttribute('aria-valuenow')).toBe('25');
    await findText(/25 %, reading files of R, 9 s left/);
    (await findByRole('button', 'Stop')).click();
    await settle();
    expect(wishes).toEqual([{ job: '0003-check-R', action: 'stop' }]);
  });

  it('open to say what to do, and show their samples in the grid', async () => {
    const asked: SampleFilter[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(() => [check([finding()])], asked),
      'check.evidence': async ({ finding: id }) => ({
        samples: id === 'f1' ? [{ dataset: 'R', index: 4 }] : [],
      }),
    });
    const line = await findByRole('button', '1 subject of R train is in R test, too: R-1.');
    expect(line.getAttribute('aria-expanded')).toBe('false');
    line.click();
    await findText('Divide the sets by subject.');
    expect(line.getAttribute('aria-expanded')).toBe('true');
    (await findByRole('button', 'Show in the grid')).click();
    await settle();
    expect(asked.at(-1)).toEqual({ datasets: [], facets: {}, text: '', only: [{ dataset: 'R', index: 4 }] });
    await findByRole('button', 'Remove filter by the finding');
  });

  it('may stand for a reason, and no longer', async () => {
    let acknowledged: JudgedFinding['acknowledged'] = null;
    const said: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(() => [check([finding({ acknowledged })])]),
      'check.acknowledge': async (input) => {
        said.push(input);
        acknowledged = input.reason === null ? null : { reason: input.reason, time: at };
        return {};
      },
    });
    await findText('1 error');
    (await findByRole('button', '1 subject of R train is in R test, too: R-1.')).click();
    (await findByRole('button', 'Acknowledge…')).click();
    const accept = await findByRole('button', /^Acknowledge(?!…)/);
    expect(accept.getAttribute('aria-disabled')).toBe('true');
    fill(await findByRole('textbox', 'Reason'), 'the paper says so');
    await settle();
    accept.click();
    await findText(/May stand: the paper says so/);
    expect(allByRole('img', 'error')).toHaveLength(0);
    (await findByRole('button', 'Take back')).click();
    await findText('1 error');
    expect(said).toEqual([
      { finding: 'f1', reason: 'the paper says so' },
      { finding: 'f1', reason: null },
    ]);
  });

  it('come with cards that count people before pictures', async () => {
    mounted = await mountApp(
      '/datasets',
      workbench(() => [check([])]),
    );
    (await findByRole('radio', 'Cards')).click();
    await findText(/10, 9 distinct, 5 people; worth about 6 independent ones \(correlation within people 0\.25\)/);
    await findText(/train 6 \+ 6 of 3 people, test 4 \+ 4 of 2 people/);
    await findText('print 6, replay/phone 4');
  });

  it('mark a shortcut in words, and no floor', async () => {
    mounted = await mountApp(
      '/datasets',
      workbench(() => [check([])]),
    );
    (await findByRole('radio', 'Shortcuts')).click();
    await findText(/shortcut: 0\.91 0\.86–0\.95/);
    await findText(/0\.97 0\.94–0\.99/);
    expect(document.body.textContent).not.toMatch(/shortcut: 0\.97/);
  });

  it('say when there is nothing to report, and when the list has changed since', async () => {
    mounted = await mountApp(
      '/datasets',
      workbench(() => [check([])]),
    );
    await findText(/Nothing to report: files, copies, leaks, labels, depth targets and shortcuts of 1 dataset/);
    mounted.unmount();
    mounted = await mountApp(
      '/datasets',
      workbench(() => [check([], { stale: true })]),
    );
    await findText('R changed or new since the last check');
  });
});
