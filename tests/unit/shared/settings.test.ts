import { describe, expect, it } from 'vitest';
import { ExperimentConfig } from '@shared/domain/experiment';
import { presets } from '@shared/domain/presets';
import { settingFields } from '@shared/domain/setting-fields';
import {
  applyAssignments,
  diffConfigs,
  findPreset,
  flattenConfig,
  presetConfig,
  type Resolution,
  resolveExperiment,
} from '@shared/domain/settings';

function problemsOf(resolution: Resolution): readonly { path: string; message: string }[] {
  return resolution.ok ? [] : resolution.problems;
}

describe('an experiment', () => {
  it('needs a name only; everything else has a default', () => {
    const resolution = resolveExperiment({ name: 'first' });
    expect(resolution.ok && resolution.experiment.config).toEqual(ExperimentConfig.parse({}));
    expect(resolution.ok && resolution.experiment.head.preset).toBe('pretrain-gan');
  });

  it("lays its own values over the preset's, and those over the defaults", () => {
    const resolution = resolveExperiment({ name: 'a', preset: 'auxiliary', stage2: { epochs: 3 } });
    expect(resolution.ok && resolution.experiment.config.stage2).toMatchObject({
      epochs: 3,
      auxiliaryDepthWeight: findPreset('auxiliary')?.overrides.stage2?.auxiliaryDepthWeight,
    });
    expect(resolution.ok && resolution.experiment.config.stage1.enabled).toBe(false);
  });

  it.each([
    ['an unknown setting', { stage1: { epohcs: 3 } }, 'stage1.epohcs'],
    ['an unknown section', { stage3: {} }, 'stage3'],
    ['a wrong type', { train: { batchSize: '16' } }, 'train.batchSize'],
    ['a number out of range', { model: { width: 9 } }, 'model.width'],
    ['not a number', { stage2: { learningRate: NaN } }, 'stage2.learningRate'],
    ['an infinite number', { stage2: { learningRate: Infinity } }, 'stage2.learningRate'],
    ['an unknown preset', { preset: 'magic' }, 'preset'],
    ['an odd batch', { train: { batchSize: 15 } }, 'train.batchSize'],
    ['a batch smaller than its groups', { train: { batchSize: 2 }, data: { sources: ['R', 'C'] } }, 'train.batchSize'],
    ['a source named twice', { data: { sources: ['O', 'O'] } }, 'data.sources'],
    ['a name that cannot be a file', { name: '../x' }, 'name'],
  ])('reports %s at its path', (_, change, path) => {
    expect(problemsOf(resolveExperiment({ name: 'a', ...change })).map((problem) => problem.path)).toEqual([path]);
  });

  it('reports every problem at once', () => {
    const problems = problemsOf(
      resolveExperiment({ name: 'a', stage1: { epochs: 0 }, stage2: { epochs: -1, colour: 2 } }),
    );
    expect(problems.map((problem) => problem.path).sort()).toEqual(['stage1.epochs', 'stage2.colour', 'stage2.epochs']);
  });
});

describe('presets', () => {
  it('differ from the default in the keys they name, and in no other', () => {
    for (const preset of presets) {
      const named = Object.entries(preset.overrides).flatMap(([section, values]) =>
        Object.keys(values).map((key) => `${section}.${key}`),
      );
      expect(diffConfigs(ExperimentConfig.parse({}), presetConfig(preset)).map(({ path }) => path)).toEqual(named);
    }
  });
});

describe('setting fields', () => {
  it('are those of the schema, no more and no fewer, with the same defaults', () => {
    const defaults = flattenConfig(ExperimentConfig.parse({}));
    expect([...settingFields.keys()]).toEqual([...defaults.keys()]);
    for (const [path, value] of defaults) expect(settingFields.get(path)?.default).toEqual(value);
  });

  it('carry range, unit and the words of their choices', () => {
    expect(settingFields.get('stage1.epochs')).toMatchObject({
      unit: 'epochs',
      control: { kind: 'number', integer: true, minimum: 1, maximum: 500, step: 1 },
    });
    expect(settingFields.get('model.inputSize')?.control).toEqual({
      kind: 'choice',
      options: [
        { value: 64, label: '64 px' },
        { value: 128, label: '128 px' },
      ],
    });
    expect(settingFields.get('stage1.adversarialLoss')?.control).toMatchObject({
      options: [{ value: 'least-squares', label: 'Least squares' }, {}, {}],
    });
    expect(settingFields.get('data.sources')?.control).toEqual({ kind: 'datasets' });
    expect(settingFields.get('stage1.enabled')?.control).toEqual({ kind: 'switch' });
  });
});

describe('assignments', () => {
  it('set values of the right type', () => {
    const raw = applyAssignments({ name: 'a' }, [
      'stage1.epochs=3',
      'data.sources=R,C',
      'stage1.adversarial=false',
      'model.backbone=mobile',
    ]);
    expect(raw).toEqual({
      name: 'a',
      stage1: { epochs: 3, adversarial: false },
      data: { sources: ['R', 'C'] },
      model: { backbone: 'mobile' },
    });
  });

  it('may leave out a section that only one setting of that name has', () => {
    expect(applyAssignments({}, ['engine=webgpu'])).toEqual({ compute: { engine: 'webgpu' } });
    // Both stages have epochs.
    expect(() => applyAssignments({}, ['epochs=3'])).toThrow(/section/);
  });

  it('leave the given object alone', () => {
    const given = { stage1: { epochs: 5 } };
    applyAssignments(given, ['stage1.epochs=3']);
    expect(given).toEqual({ stage1: { epochs: 5 } });
  });

  it('refuse what is not section.setting=value', () => {
    expect(() => applyAssignments({}, ['epochs=3'])).toThrow('section.setting=value');
  });
});
