import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readShownExperiment } from '@renderer/features/experiments/experiment-text';
import { ExperimentConfig } from '@shared/domain/experiment';
import { presets } from '@shared/domain/presets';
import { type SettingField, settingFields } from '@shared/domain/setting-fields';
import { applyAssignments, flattenConfig, resolveExperiment } from '@shared/domain/settings';
import { withAssignments } from '@workbench/experiments/assignments';
import { editExperimentText, readExperimentText } from '@workbench/experiments/yaml-text';
import { createJobs, type JobDraft } from '@workbench/jobs/create';
import { jobFolder } from '@workbench/jobs/job-folder';
import { configHash } from '@workbench/jobs/provenance';
import { createProject, type Project } from '@workbench/project/project';

/** Any value that a setting's schema allows, from what the form knows of it. */
function valueOf({ control, path, default: usual }: SettingField): fc.Arbitrary<unknown> {
  switch (control.kind) {
    case 'switch':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...control.options.map(({ value }) => value));
    case 'datasets':
      return fc.uniqueArray(fc.constantFrom('O', 'C', 'I', 'M', 'CASIA-FASD', 'null', '007', '1e3'), {
        minLength: path === 'data.sources' ? 1 : 0,
        maxLength: 4,
      });
    case 'number': {
      const { minimum, maximum } = control;
      if (path === 'train.batchSize') return fc.integer({ min: 4, max: 128 }).map((half) => 2 * half);
      if (control.integer) return fc.integer({ min: minimum ?? 0, max: maximum ?? 1000 });
      // Zero lies outside of what must be positive; the default shows whether it may be.
      const low = usual === 0 ? 0 : Math.max(minimum ?? 0, 1e-9);
      return fc.double({ min: low, max: maximum ?? 1000, noNaN: true }).map((value) => value + 0); // No minus zero.
    }
    default:
      return fc.constant(usual);
  }
}

interface Case {
  readonly preset: string;
  readonly values: readonly (readonly [path: string, value: unknown])[];
}
const anyCase: fc.Arbitrary<Case> = fc.record({
  preset: fc.constantFrom(...presets.map(({ name }) => name)),
  values: fc
    .tuple(
      ...[...settingFields.values()].map((field) =>
        fc.option(
          valueOf(field).map((value) => [field.path, value] as const),
          { nil: undefined, freq: 2 },
        ),
      ),
    )
    .map((chosen) => chosen.filter((entry) => entry !== undefined)),
});

/** The configuration by the schema alone, from plain values: what every other way must come to. */
function expected({ preset, values }: Case): ExperimentConfig {
  const raw: Record<string, Record<string, unknown>> = {};
  for (const [path, value] of values) {
    const [section = '', key = ''] = path.split('.');
    raw[section] = { ...raw[section], [key]: value };
  }
  const resolution = resolveExperiment({ name: 'any', preset, ...raw });
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems));
  return resolution.experiment.config;
}

function read(text: string): ExperimentConfig {
  const answer = readExperimentText(text);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.experiment.config;
}

const cases = fc.sample(anyCase, { numRuns: 1000, seed: 6 });
let folder: string;
let project: Project;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relief-configs-'));
  project = await createProject(join(folder, 'project'), 'Configs');
});
afterAll(async () => {
  await project.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a thousand random configurations', () => {
  it('come out of form, YAML, --set and config.json as the very same', async () => {
    const drafts: JobDraft[] = [];
    const wanted: ExperimentConfig[] = [];
    for (const one of cases) {
      const config = expected(one);
      const head = `# A note that stays.\nname: any\npreset: ${one.preset} # as the paper has it\n`;

      // The form: a field after the other, each edit on the text that the one before left.
      const edited = one.values.reduce((text, [path, value]) => editExperimentText(text, path, value), head);
      expect(read(edited)).toEqual(config);
      expect(edited.startsWith(head)).toBe(true);
      // What the form shows, and that setting it again to the same changes no byte.
      expect(readShownExperiment(edited).values).toEqual(flattenConfig(config));
      for (const [path, value] of one.values) expect(editExperimentText(edited, path, value)).toBe(edited);

      // The file, all settings written out.
      expect(read(stringify({ name: 'any', preset: one.preset, ...config }))).toEqual(config);

      // The command line, from the preset's bare file.
      const assignments = one.values.map(
        ([path, value]) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      expect(read(withAssignments(head, assignments, 'any.yaml'))).toEqual(config);
      expect(applyAssignments({}, assignments)).toEqual(
        Object.fromEntries(
          [...new Set(one.values.map(([path]) => path.split('.')[0] ?? ''))].map((section) => [
            section,
            Object.fromEntries(
              one.values.flatMap(([path, value]) =>
                path.startsWith(`${section}.`) ? [[path.slice(section.length + 1), value]] : [],
              ),
            ),
          ]),
        ),
      );

      wanted.push(config);
      const { seed } = config.train;
      const { sources, targets } = config.data;
      const common = { kind: 'train', slug: 'any', name: 'any', group: null, parent: null, experiment: 'any' } as const;
      drafts.push({ ...common, preset: one.preset, seed, sources, targets, config: read(edited) });
    }
    const ids = await createJobs(project, drafts);
    for (const [index, id] of ids.entries()) {
      const stored = await jobFolder(project, id).config();
      expect(stored).toEqual(wanted[index]);
      expect(stored && configHash(stored)).toBe(configHash(ExperimentConfig.parse(wanted[index])));
    }
    expect(ids).toHaveLength(1000);
  });
});
