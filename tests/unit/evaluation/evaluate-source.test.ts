import { describe, expect, it } from 'vitest';
import type { Making } from '@shared/domain/report';
import { Evaluation } from '@shared/domain/report';
import { createRandom } from '@shared/random';
import { evaluateTarget } from '@workbench/evaluation/evaluate-source';
import type { ScoreSource } from '@workbench/evaluation/finished-run';
import type { ScoreFile } from '@workbench/evaluation/score-file';
import { compareWithBaseline } from '@workbench/evaluation/significance';

/** Scores of some people, four bona fide frames and four attack frames each. */
function fileOf(name: string, people: number, shift = 0): ScoreFile {
  const random = createRandom(name);
  const rows = Array.from({ length: people * 8 }, (_, row) => ({
    subject: `${name}-p${String(Math.floor(row / 8))}`,
    attackType: row % 8 < 4 ? '' : row % 2 === 0 ? 'print/1' : 'print/2',
    score: random.normal(row % 8 < 4 ? 0.7 : 0.4, 0.15) + shift,
  }));
  return {
    path: `${name}.csv`,
    sha256: name,
    attackTypes: rows.map(({ attackType }) => attackType),
    lines: Int32Array.from(rows, (_, row) => row + 2),
    videos: null,
    filenames: rows.map((_, row) => `${name}/${String(row)}.jpg`),
    frames: null,
    subjects: rows.map(({ subject }) => subject),
    subjectsKnown: true,
    score: Float64Array.from(rows, ({ score }) => score),
    depthScore: null,
  };
}

function sourceOf(files: Readonly<Record<string, ScoreFile>>): ScoreSource {
  return {
    targets: [],
    read: (dataset, set) => {
      const file = files[`${dataset}.${set}`];
      return Promise.resolve(file ? { dataset, set, path: `scores/${dataset}.${set}.csv`, file } : null);
    },
  };
}

const making: Making = { policy: 'source-dev-eer', level: 'frame', score: 'classifier', epoch: 'last' };
const system = { run: '0001-x', system: 'x', preset: null, seed: 1, source: ['A', 'B'] };
const files = {
  'A.dev': fileOf('A.dev', 10),
  'A.test': fileOf('A.test', 12),
  'B.test': fileOf('B.test', 12),
  'C.test': fileOf('C.test', 35),
  'C.dev': fileOf('C.dev', 10, 0.2),
};
const evaluate = async (
  target: string,
  part: Partial<Making> = {},
  of: Readonly<Record<string, ScoreFile>> = files,
) => {
  const found = await evaluateTarget(sourceOf(of), system, target, { ...making, ...part }, () => false);
  if (!found) throw new Error(`no scores of ${target}`);
  Evaluation.parse(found.evaluation);
  return found;
};

describe('an evaluation on a target', () => {
  it('carves a source without a dev set by subject, says so, and leaves those people out of its own test', async () => {
    const across = (await evaluate('C')).evaluation;
    expect(across.threshold.from).toBe('dev of A, B carved from 4 of 12 test subjects');
    expect(across.threshold.carved).toEqual([{ dataset: 'B', subjects: 4, of: 12 }]);
    expect(across.dev?.n.bonaFide).toBe(10 * 4 + 4 * 4);
    expect(across.test.n.bonaFide).toBe(35 * 4);
    expect(across.files.map(({ dataset, set }) => `${dataset} ${set}`)).toEqual(['A dev', 'B test', 'C test']);
    const within = (await evaluate('B')).evaluation;
    expect(within.test.n.bonaFide).toBe(8 * 4);
    expect(within.threshold.value).toBe(across.threshold.value);
    expect((await evaluate('A')).evaluation.test.n.bonaFide).toBe(12 * 4);
  });

  it('carves nothing where nothing is missing or no dev set is wanted', async () => {
    expect((await evaluate('C', { policy: 'target-dev-eer' })).evaluation.threshold).toMatchObject({ from: 'C dev' });
    for (const policy of ['fixed:0.5', 'oracle-eer'])
      expect((await evaluate('B', { policy })).evaluation).toMatchObject({ test: { n: { bonaFide: 48 } } });
  });

  it('has no threshold and no rates where nobody is there to carve from', async () => {
    const { evaluation } = await evaluate('C', {}, { 'C.test': files['C.test'] });
    expect(evaluation.threshold).toMatchObject({ value: null, from: 'A+B dev' });
    expect(evaluation.test).toMatchObject({ hter: null, acer: null });
    expect(evaluation.test.auc).toBeGreaterThan(0.8);
  });

  it('takes families of attack types for one type when the report says so', async () => {
    const byType = (await evaluate('C')).evaluation.test;
    const byFamily = (await evaluate('C', { grouping: 'family' })).evaluation.test;
    expect(Object.keys(byType.apcer.perType)).toEqual(['print/1', 'print/2']);
    expect(Object.keys(byFamily.apcer.perType)).toEqual(['print']);
    expect(byFamily.apcer.max).toBe(byType.apcer.pooled);
    expect(byFamily.hter).toBe(byType.hter);
  });

  it('names what its intervals are drawn by', async () => {
    const { interval } = (await evaluate('C')).evaluation.test;
    expect(interval).toMatchObject({ subjects: 35, unit: 'subject', warning: null, resamples: 1000 });
    expect((await evaluate('A')).evaluation.test.interval?.warning).toMatch(/only 12 subjects/);
    const alone = { ...files['C.test'], subjectsKnown: false };
    const byRow = (await evaluate('C', {}, { ...files, 'C.test': alone })).evaluation.test;
    expect(byRow.interval?.unit).toBe('sample');
  });
});

describe('systems against a baseline', () => {
  it('differ by nought, with p = 1, when their scores are the same', async () => {
    const first = await evaluate('C');
    const second = { ...first, evaluation: { ...first.evaluation, system: 'same' } };
    expect(compareWithBaseline([first, second], 'x')).toMatchObject([
      {
        first: 'x',
        second: 'same',
        target: 'C',
        pairs: 1,
        samples: 280,
        subjects: 35,
        hterDifference: 0,
        interval: [0, 0],
        p: 1,
        mcNemar: [{ seed: 1, onlyFirstWrong: 0, onlySecondWrong: 0, p: 1 }],
        note: null,
      },
    ]);
  });

  it('are told apart when one is worse, and not compared without common samples or threshold', async () => {
    const first = await evaluate('C');
    const noise = createRandom('noise');
    const worse = {
      evaluation: { ...first.evaluation, system: 'worse' },
      curve: first.curve,
      measured: { ...first.measured, scores: first.measured.scores.map((score) => score + noise.normal(0, 0.3)) },
    };
    const [compared] = compareWithBaseline([first, worse], 'x');
    expect(compared?.hterDifference).toBeGreaterThan(0.05);
    expect(compared?.interval?.[0]).toBeGreaterThan(0);
    expect(compared?.p).toBeLessThan(0.01);
    expect(compared?.mcNemar[0]?.p).toBeLessThan(0.001);
    const elsewhere = { ...worse, measured: { ...worse.measured, keys: worse.measured.keys.map((key) => `${key}!`) } };
    expect(compareWithBaseline([first, elsewhere], 'x')[0]).toMatchObject({
      p: null,
      note: expect.stringMatching(/no common samples/) as string,
    });
  });

  it('of unknown training are compared with every source combination, of another training with none', async () => {
    const first = await evaluate('C');
    const as = (source: string[], foreign?: string) => ({
      ...first,
      evaluation: { ...first.evaluation, system: 'other', seed: null, source, ...(foreign ? { foreign } : {}) },
    });
    expect(compareWithBaseline([first, as([], 'other')], 'x')).toMatchObject([{ source: ['A', 'B'], pairs: 1, p: 1 }]);
    expect(compareWithBaseline([first, as(['D'])], 'x')).toEqual([]);
  });
});
