import type { JobSummary } from '@shared/domain/job';
import { changedMarks, noMarks, type RunMarksChange } from '@shared/domain/run-marks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { jobDetail, jobSummary, project, trainJob } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

function run(number: number, preset: string, target: 'R' | 'M', seed: number, devHter: number | null): JobSummary {
  const source = target === 'R' ? 'O' : 'C';
  const job = trainJob(number, {
    ...{ id: `${String(number).padStart(4, '0')}-x`, group: 'g', experiment: preset, preset, seed },
    ...{ sources: [source], targets: [target], name: `${preset} ${source}→${target} s${seed}` },
  });
  if (devHter === null) return jobSummary(job, { state: 'queued', endedAt: null });
  const epochs = { stage1: 1, stage2: 1, best: 1 };
  return jobSummary(job, {
    result: {
      ...{ kind: 'train', parameters: 9, steps: 9, seconds: 1, epochs },
      ...{ devHter, devAuc: 1 - devHter, scores: [] },
    },
  });
}
const runs = [
  run(1, 'scratch', 'R', 1, 0.2),
  run(2, 'scratch', 'R', 2, 0.3),
  run(3, 'scratch', 'M', 1, 0.4),
  run(4, 'pretrain-gan', 'R', 1, 0.1),
  run(5, 'pretrain-gan', 'R', 2, 0.14),
  run(6, 'pretrain-gan', 'M', 1, null),
  // Tried again with the same seed: a repeat of 2, not a third sample.
  run(7, 'scratch', 'R', 2, 0.5),
];

async function open(path: string, list: readonly JobSummary[] = runs) {
  const controls: { job: string; action: string }[] = [];
  const changes: { jobs: string[]; change: RunMarksChange }[] = [];
  const held = new Map(list.map((summary) => [summary.job.id, summary]));
  mounted = await mountApp(path, {
    'project.current': async () => project,
    'jobs.watch': async function* (_input, signal) {
      yield [...held.values()];
      yield* silence(signal);
    },
    'jobs.detail': async ({ job }) => jobDetail(held.get(job) ?? runs[0] ?? jobSummary(trainJob(1)), []),
    'jobs.scalars': (_input, signal) => silence(signal),
    'jobs.log': (_input, signal) => silence(signal),
    'jobs.control': async ({ job, action }) => {
      controls.push({ job, action });
      return { job };
    },
    'jobs.compare': async ({ jobs }) => ({
      settings: [{ path: 'stage1.enabled', values: jobs.map((id) => held.get(id)?.job.name.includes('gan') === true) }],
      environment: [],
    }),
    'jobs.mark': async ({ jobs, change }) => {
      changes.push({ jobs, change });
      return jobs.flatMap((id) => {
        const before = held.get(id);
        if (!before) return [];
        const after = { ...before, marks: changedMarks(before.marks ?? noMarks, change) };
        held.set(id, after);
        return [after];
      });
    },
  });
  return { controls, changes };
}

function cells(): string[][] {
  return [...document.querySelectorAll('table tbody tr')].map((row) =>
    [...row.querySelectorAll('th, td')].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()),
  );
}

describe('the table of a group', () => {
  it('has mean, sample sd and n of each configuration and fold, each sample once', async () => {
    await open('/runs');
    (await findByRole('button', 'Table of g')).click();
    await findText('mean ± sample sd over seeds (n)');
    // Folds in order: C→M, O→R. sd of 20 and 50: 21.2; of 10 and 14: 2.8; over all of scratch: 20, 50, 40.
    expect(cells()).toEqual([
      ['pretrain-gan', '–', '12.0 ± 2.8 (2)', '12.0 ± 2.8 (2)', '2/3'],
      ['scratch', '40.0 (1)', '35.0 ± 21.2 (2)', '36.7 ± 15.3 (3)', '4/4'],
    ]);
    await findText('1 run repeats another’s settings, datasets and seed: the newest counts.');
    (await findByRole('radio', 'Dev AUC')).click();
    await settle();
    expect(cells()[0]?.[2]).toBe('0.880 ± 0.028 (2)');
  });

  it('is narrowed to the runs that pass through a chosen value of a setting', async () => {
    await open('/runs?group=g');
    const axis = await findByRole('slider', /^Pre-train on pseudo-depth/);
    press(axis, 'ArrowUp');
    // Of six finished runs the first value is that of the four without stage 1.
    await findText('4 of 6 runs kept');
    await findText('Only of the 4 runs kept below.');
    expect(cells().map(([name]) => name)).toEqual(['scratch']);
    press(axis, 'ArrowUp');
    await findText('2 of 6 runs kept');
    expect(cells().map(([name]) => name)).toEqual(['pretrain-gan']);
    press(axis, 'Escape');
    await settle();
    expect(
      cells()
        .map(([name]) => name)
        .sort(),
    ).toEqual(['pretrain-gan', 'scratch']);
  });

  it('takes what waits out of the queue, and nothing else', async () => {
    const { controls } = await open('/runs?group=g');
    (await findByRole('button', 'Cancel 1 waiting')).click();
    await settle();
    expect(controls).toEqual([{ job: '0006-x', action: 'cancel' }]);
  });
});

describe('marks on runs', () => {
  it('star, tag and note a run, and find it by them', async () => {
    const { changes } = await open('/runs/0004-x');
    (await findByRole('button', 'Star')).click();
    await findByRole('button', 'Take the star away');
    await settle(50);
    (await findByRole('button', 'More')).click();
    (await findByRole('menuitem', 'Tags and note…')).click();
    fill(await findByRole('textbox', 'New tag'), 'paper');
    fill(await findByRole('textbox', 'Note'), 'the one of figure 3');
    (await findByRole('button', 'Keep')).click();
    await findText('the one of figure 3');
    expect(changes).toEqual([
      { jobs: ['0004-x'], change: { star: true } },
      { jobs: ['0004-x'], change: { addTags: ['paper'], removeTags: [], note: 'the one of figure 3' } },
    ]);
    fill(await findByRole('searchbox', 'Filter runs'), 'figure');
    await findText('1 of 7 runs');
    expect(allByRole('row', /O→R s1/)).toHaveLength(1);
  });

  it('leave an archived run out of the list until it is asked for', async () => {
    const [first, ...others] = runs;
    const archived = first && { ...first, marks: { ...noMarks, archived: true } };
    await open('/runs/0004-x', archived ? [archived, ...others] : runs);
    await findText('6 of 7 runs');
    expect(document.querySelector('[data-row="0001-x"]')).toBeNull();
  });
});
