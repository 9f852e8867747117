import type { ExperimentConfig } from '@shared/domain/experiment';
import { defaultPreset } from '@shared/domain/presets';
import { diffConfigs, findPreset, presetConfig } from '@shared/domain/settings';
import { editExperimentText } from './yaml-text';

/** A run as an experiment is made of it. */
export interface FinishedSettings {
  readonly job: string;
  readonly preset: string;
  readonly config: ExperimentConfig;
}

/**
 * The text of an experiment that would repeat a run: its preset by name, what differs from it, and where it comes from.
 * A preset that is not known any more gives way to the default one; the settings stay the run's own.
 */
export function textFromRun(name: string, { job, preset, config }: FinishedSettings): string {
  const known = findPreset(preset) ?? findPreset(defaultPreset);
  if (!known) throw new Error('the default preset is no preset');
  return diffConfigs(presetConfig(known), config).reduce(
    (text, { path, to }) => editExperimentText(text, path, to),
    `name: ${name}\npreset: ${known.name}\nfrom: ${job}\n`,
  );
}
