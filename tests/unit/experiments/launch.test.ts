import type { LaunchOptions } from '@shared/domain/experiment';
import { parseGridAxis } from '@shared/domain/settings';
import { planExperiment, type PlannedDataset } from '@workbench/experiments/plan';
import { variantsOf } from '@workbench/experiments/variants';
import { describe, expect, it } from 'vitest';

const counts = { bonaFide: 8, attack: 8 };
const datasets: PlannedDataset[] = ['R', 'C', 'M', 'O'].map((id) => ({
  id,
  prepared: { train: counts, dev: counts, test: counts },
}));
const text = 'name: claim\npreset: pretrain-gan\ndata: { sources: [O] } # the best camera\n';
const launch = (change: Partial<LaunchOptions> = {}): LaunchOptions => ({ seeds: [1], folds: 'as-given', ...change });
const plan = (options: LaunchOptions, yaml = text) => planExperiment(yaml, options, datasets, null);

describe('planning a launch', () => {
  it('makes 48 runs of leave-one-out × 4 presets × 3 seeds, the target never among the sources', () => {
    const presets = ['scratch', 'auxiliary', 'pretrain-l1', 'pretrain-gan'];
    const planned = plan(launch({ seeds: [1, 2, 3], folds: 'leave-one-out', presets }));
    expect(planned.problems).toEqual([]);
    expect(planned.runs).toBe(48);
    expect(planned.folds).toHaveLength(4);
    for (const { sources, targets, counts: samples } of planned.folds) {
      expect(targets).toHaveLength(1);
      expect(sources).toHaveLength(3);
      expect(sources).not.toContain(targets[0]);
      expect(samples[targets[0] ?? '']).toMatchObject({ train: 0, dev: 0, test: 16 });
    }
    expect(planned.variants?.map(({ experiment }) => experiment)).toEqual(presets.map((name) => `claim-${name}`));
    expect(planned.command).toBe(
      'relief train claim --seeds 3 --leave-one-out --presets scratch,auxiliary,pretrain-l1,pretrain-gan',
    );
  });

  it('runs every combination of a grid, the experiment’s own settings and comments kept', () => {
    const grid = [parseGridAxis('stage1.l1Weight=10,100'), parseGridAxis('model.backbone=residual,mobile')];
    const read = variantsOf(text, { grid });
    if (!read.ok) throw new Error('refused');
    expect(read.variants.map(({ label }) => label)).toEqual([
      'stage1.l1Weight=10 model.backbone=residual',
      'stage1.l1Weight=10 model.backbone=mobile',
      'stage1.l1Weight=100 model.backbone=residual',
      'stage1.l1Weight=100 model.backbone=mobile',
    ]);
    const [, second] = read.variants;
    expect(second?.resolved.config.stage1.l1Weight).toBe(10);
    expect(second?.resolved.config.model.backbone).toBe('mobile');
    expect(plan(launch({ grid, seeds: [1, 2] })).runs).toBe(8);
    expect(plan(launch({ grid })).command).toContain(
      '--grid stage1.l1Weight=10,100 --grid model.backbone=residual,mobile',
    );
  });

  it('reads lists of datasets in a grid as JSON, and quotes them for a shell', () => {
    const axis = parseGridAxis('data.sources=[["O"],["O","M"]]');
    expect(axis).toEqual({ path: 'data.sources', values: [['O'], ['O', 'M']] });
    const planned = plan(launch({ grid: [axis] }));
    expect(planned.command).toContain(`--grid 'data.sources=[["O"],["O","M"]]'`);
  });

  it('says which point of a grid is wrong, at its field', () => {
    const planned = plan(launch({ grid: [parseGridAxis('stage1.epochs=5,0')] }));
    expect(planned.problems).toHaveLength(1);
    expect(planned.problems[0]?.path).toBe('stage1.epochs');
    expect(planned.problems[0]?.message).toContain('with stage1.epochs=0');
  });

  it('refuses an unknown preset and more runs than one launch makes', () => {
    expect(plan(launch({ presets: ['magic'] })).problems[0]?.message).toMatch(/unknown preset "magic"/);
    const seeds = Array.from({ length: 50 }, (_, index) => index + 1);
    const many = parseGridAxis(`stage1.l1Weight=${Array.from({ length: 30 }, (_, index) => index + 1).join()}`);
    expect(plan(launch({ grid: [many], seeds })).problems.map(({ message }) => message)).toEqual([
      '1500 runs are more than the 1000 of one launch.',
    ]);
  });
});

/** Twelve things people get wrong, the field each belongs to, and words its message must hold. */
const broken: readonly (readonly [what: string, text: string, path: string, words: RegExp])[] = [
  ['a mistyped setting', 'name: a\nstage1:\n  epohcs: 3\n', 'stage1.epohcs', /did you mean stage1\.epochs\?/],
  ['a mistyped section', 'name: a\nstage3:\n  epochs: 3\n', 'stage3', /did you mean stage1\?/],
  ['text for a number', 'name: a\nstage1:\n  epochs: many\n', 'stage1.epochs', /number/],
  ['half an epoch', 'name: a\nstage2:\n  epochs: 2.5\n', 'stage2.epochs', /whole number/],
  ['too few epochs', 'name: a\nstage1:\n  epochs: 0\n', 'stage1.epochs', /at least 1/],
  ['too large a learning rate', 'name: a\nstage2:\n  learningRate: 5\n', 'stage2.learningRate', /at most 0\.1/],
  ['no number at all', 'name: a\nstage1:\n  l1Weight: .nan\n', 'stage1.l1Weight', /number/],
  [
    'an unknown choice',
    'name: a\nstage1:\n  adversarialLoss: wasserstein\n',
    'stage1.adversarialLoss',
    /least-squares, hinge, bce/,
  ],
  ['an odd batch', 'name: a\ntrain:\n  batchSize: 7\n', 'train.batchSize', /odd/],
  [
    'a batch without room for every source',
    'name: a\ndata:\n  sources: [R, C, M]\ntrain:\n  batchSize: 4\n',
    'train.batchSize',
    /fewer than 6/,
  ],
  ['a dataset that is not there', 'name: a\ndata:\n  sources: [X]\n', 'data.sources', /no dataset "X"/],
  ['an unknown preset', 'name: a\npreset: magic\n', 'preset', /unknown preset "magic"/],
];

describe('twelve broken experiments', () => {
  it.each(broken)('tell of %s at its field', (_, yaml, path, words) => {
    const { problems, runs } = plan(launch(), yaml);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toMatch(words);
    expect(runs === 0 || path.startsWith('data.')).toBe(true);
  });

  it('give twelve different messages', () => {
    const messages = broken.map(([, yaml]) =>
      plan(launch(), yaml)
        .problems.map(({ message }) => message)
        .join(),
    );
    expect(new Set(messages).size).toBe(12);
  });
});
