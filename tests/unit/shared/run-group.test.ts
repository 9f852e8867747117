import type { JobSummary, TrainJob } from '@shared/domain/job';
import { groupTable, spreadOfRuns } from '@shared/domain/run-group';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';

const at = '2026-11-25T10:00:00.000Z';
let number = 0;

function run(change: Partial<TrainJob>, devHter: number | null, state: JobSummary['state'] = 'done'): JobSummary {
  number += 1;
  const job: TrainJob = {
    formatVersion: 1,
    id: `${String(number).padStart(4, '0')}-x`,
    number,
    kind: 'train',
    name: 'x',
    createdAt: at,
    group: 'g',
    parent: null,
    experiment: 'x',
    preset: 'scratch',
    seed: 1,
    sources: ['R'],
    targets: ['O'],
    ...change,
  };
  const epochs = { stage1: 1, stage2: 1, best: 1 };
  const result = {
    kind: 'train',
    parameters: 1,
    steps: 1,
    seconds: 1,
    epochs,
    devHter,
    devAuc: null,
    scores: [],
  } as const;
  return {
    job,
    state,
    message: null,
    progress: null,
    attempt: 1,
    startedAt: at,
    endedAt: at,
    result: state === 'done' ? { ...result, scores: [] } : null,
  };
}

describe('the table of a group of runs', () => {
  it('has mean, sample standard deviation and n of each configuration and fold', () => {
    const random = createRandom('group table');
    const values = new Map<string, number[]>();
    const runs = ['scratch', 'pretrain-gan'].flatMap((experiment) =>
      ['O', 'M'].flatMap((target) =>
        [1, 2, 3].map((seed) => {
          const value = random.uniform();
          const key = `${experiment} R→${target}`;
          values.set(key, [...(values.get(key) ?? []), value]);
          return run({ experiment, preset: experiment, targets: [target], seed }, value);
        }),
      ),
    );
    const table = groupTable(runs);
    expect(table.folds).toEqual(['R→O', 'R→M']);
    expect(table.rows).toHaveLength(2);
    for (const { experiment, cells } of table.rows)
      cells.forEach((cell, fold) => {
        const own = values.get(`${experiment} ${table.folds[fold] ?? ''}`) ?? [];
        const [a = 0, b = 0, c = 0] = own;
        const mean = (a + b + c) / 3;
        expect(cell?.mean).toBeCloseTo(mean, 12);
        expect(cell?.sd).toBeCloseTo(Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2), 12);
        expect(cell?.n).toBe(3);
      });
  });

  it('counts two runs of the same experiment, datasets and seed as one sample: the newer', () => {
    const runs = [run({ seed: 1 }, 0.4), run({ seed: 2 }, 0.2), run({ seed: 1 }, 0.1)];
    expect(spreadOfRuns(runs)).toMatchObject({ n: 2, mean: expect.closeTo(0.15, 12) as unknown });
    expect(groupTable(runs).repeats).toBe(1);
  });

  it('keeps points of a grid apart, and leaves out what is not done or has no value', () => {
    const runs = [
      run({ variant: 'stage1.l1Weight=10' }, 0.4),
      run({ variant: 'stage1.l1Weight=100' }, 0.2),
      run({ variant: 'stage1.l1Weight=100', seed: 2 }, 0.9, 'stopped'),
      run({ variant: 'stage1.l1Weight=100', seed: 3 }, null),
    ];
    const { rows } = groupTable(runs);
    expect(rows.map(({ variant, all, runs: count, done }) => [variant, all?.n, count, done])).toEqual([
      ['stage1.l1Weight=10', 1, 1, 1],
      ['stage1.l1Weight=100', 1, 3, 2],
    ]);
    expect(rows[0]?.all?.sd).toBeNull();
  });
});
