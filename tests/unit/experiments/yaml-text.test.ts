import { describeProblem, editExperimentText, readExperimentText } from '@workbench/experiments/yaml-text';
import { describe, expect, it } from 'vitest';

const text = `# our first table
name: first
preset: pretrain-gan # the claim
stage1:
  epochs: 8   # enough on O
  l1Weight: 50
data:
  sources: [O, M] # both with a dev set
`;

/** The messages of `relief config check`. */
function problems(yaml: string): string[] {
  const read = readExperimentText(yaml);
  return read.ok ? [] : read.problems.map((problem) => describeProblem('x.yaml', problem));
}

describe('reading an experiment', () => {
  it('fills in preset and defaults', () => {
    const read = readExperimentText(text);
    if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join());
    expect(read.experiment.config.stage1.epochs).toBe(8);
    expect(read.experiment.config.data.sources).toEqual(['O', 'M']);
    expect(read.experiment.config.train.batchSize).toBe(16);
  });

  it.each([
    ['an unknown key', 'name: a\nstage1:\n  epoch: 3\n', /^x\.yaml:3: stage1\.epoch: unknown setting/],
    ['an unknown section', 'name: a\nstage3:\n  epochs: 3\n', /^x\.yaml:2: stage3: unknown setting/],
    ['NaN', 'name: a\nstage1:\n  epochs: 3\n  l1Weight: .nan\n', /^x\.yaml:4: stage1\.l1Weight: /],
    ['the word NaN', 'name: a\nstage1:\n  l1Weight: NaN\n', /^x\.yaml:3: stage1\.l1Weight: /],
    ['1e999', 'name: a\nstage1:\n  l1Weight: 1e999\n', /^x\.yaml:3: stage1\.l1Weight: /],
    ['a value out of range', 'name: a\ntrain:\n  batchSize: 1\n', /^x\.yaml:3: train\.batchSize: /],
    ['an odd batch', 'name: a\ntrain:\n  batchSize: 7\n', /^x\.yaml:3: train\.batchSize: 7 is odd/],
    ['a tab', 'name: a\nstage1:\n\tepochs: 3\n', /^x\.yaml:3: .*[Tt]ab/],
    ['a key given twice', 'name: a\nname: b\n', /^x\.yaml:2: .*unique/],
    ['an unknown preset', 'name: a\npreset: magic\n', /^x\.yaml:2: preset: unknown preset "magic"/],
    ['a list instead of a mapping', '- name\n', /^x\.yaml: an experiment is a mapping/],
    ['a broken bracket', 'name: a\ndata:\n  sources: [O\n', /^x\.yaml:\d+: /],
  ])('names line and field of %s', (_what, yaml, expected) => {
    expect(problems(yaml).join('\n')).toMatch(expected);
  });

  it('reports every problem, not only the first', () => {
    expect(problems('name: a\nstage1:\n  epochs: 0\nstage2:\n  dropout: 4\n')).toHaveLength(2);
  });
});

describe('editing an experiment', () => {
  it('changes one value and no other character', () => {
    expect(editExperimentText(text, 'stage1.epochs', 20)).toBe(text.replace('epochs: 8', 'epochs: 20'));
    expect(editExperimentText(text, 'data.sources', ['R', 'C', 'M'])).toBe(text.replace('[O, M]', '[R, C, M]'));
    expect(editExperimentText('name: a\ntrain:\n  seed:\n', 'train.seed', 3)).toBe('name: a\ntrain:\n  seed: 3\n');
  });

  it('adds a missing setting, and a missing section', () => {
    const edited = editExperimentText(editExperimentText(text, 'stage1.adversarial', false), 'train.seed', 7);
    expect(edited).toContain('  l1Weight: 50\n  adversarial: false\n');
    expect(edited).toContain('train:\n  seed: 7\n');
    expect(edited).toContain('# our first table');
  });

  it('removes a setting, and its section when that was the last', () => {
    const edited = editExperimentText(text, 'data.sources', undefined);
    expect(edited).not.toContain('data:');
    expect(readExperimentText(edited).ok).toBe(true);
  });

  it('writes lists on one line', () => {
    expect(editExperimentText(text, 'data.sources', ['R', 'C'])).toContain('sources: [R, C]');
  });

  it('gives back text that means what was set', () => {
    for (const [path, value] of [
      ['train.seed', 12],
      ['compute.engine', 'wasm'],
      ['stage1.learningRate', 1e-5],
      ['augmentation.flip', false],
    ] as const) {
      const read = readExperimentText(editExperimentText(text, path, value));
      if (!read.ok) throw new Error(`${path}: not readable`);
      const [section = '', key = ''] = path.split('.');
      const sections: Record<string, Record<string, unknown>> = read.experiment.config;
      expect(sections[section]?.[key]).toBe(value);
    }
  });

  it('refuses a path that is no setting', () => {
    expect(() => editExperimentText(text, 'a.b.c', 1)).toThrow(/is no setting/);
  });
});
