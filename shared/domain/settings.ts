import { AppError } from '@shared/contract/errors';
import type { z } from '@shared/zod';
import { ExperimentConfig, ExperimentHead, type ExperimentSection, type SettingPath } from './experiment';
import { defaultPreset, type Preset, presets } from './presets';

/** A problem of a setting, as shown at its field and printed by `relief config check`. */
export interface SettingProblem {
  /** Dotted path such as `stage1.epochs`, or an empty string for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export interface ResolvedExperiment {
  readonly head: ExperimentHead;
  readonly config: ExperimentConfig;
}

export type Resolution =
  | { readonly ok: true; readonly experiment: ResolvedExperiment }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

const sections = Object.keys(ExperimentConfig.shape) as ExperimentSection[];

/** The preset of that name, or undefined. */
export function findPreset(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name);
}

/**
 * An experiment from what a file or a form holds: the preset's values under the given ones, defaults under both.
 * Unknown keys, wrong types and values out of range are reported with their path; nothing is guessed.
 */
export function resolveExperiment(raw: unknown): Resolution {
  if (!isRecord(raw)) return { ok: false, problems: [{ path: '', message: 'an experiment is a mapping of settings' }] };
  const headKeys = Object.keys(ExperimentHead.shape);
  const headPart = pickKeys(raw, (key) => headKeys.includes(key));
  const body = pickKeys(raw, (key) => !headKeys.includes(key));

  const head = ExperimentHead.safeParse(headPart);
  const presetName = head.success ? head.data.preset : defaultPreset;
  const preset = findPreset(presetName);
  const problems: SettingProblem[] = head.success ? [] : problemsOf(head.error);
  if (!preset) {
    problems.push({
      path: 'preset',
      message: `unknown preset "${presetName}"; known: ${presets.map((known) => known.name).join(', ')}`,
    });
  }
  const config = ExperimentConfig.safeParse(overlay(preset?.overrides ?? {}, body));
  if (!config.success) problems.push(...problemsOf(config.error));
  if (!head.success || !config.success || problems.length > 0) return { ok: false, problems };
  const rules = checkAcrossFields(config.data);
  return rules.length > 0
    ? { ok: false, problems: rules }
    : { ok: true, experiment: { head: head.data, config: config.data } };
}

/** Rules between fields that a type cannot say. */
function checkAcrossFields(config: ExperimentConfig): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const { batchSize } = config.train;
  const groups = 2 * config.data.sources.length;
  if (batchSize % 2 !== 0) {
    problems.push({
      path: 'train.batchSize',
      message: `${batchSize} is odd; half of a batch is bona fide, half attacks`,
    });
  } else if (batchSize < groups) {
    problems.push({
      path: 'train.batchSize',
      message: `${batchSize} is fewer than ${groups} (2 labels × ${config.data.sources.length} source datasets)`,
    });
  }
  if (new Set(config.data.sources).size !== config.data.sources.length) {
    problems.push({ path: 'data.sources', message: 'a dataset is named twice' });
  }
  return problems;
}

/** All settings as dotted path and value, in the schema's order. */
export function flattenConfig(config: ExperimentConfig): ReadonlyMap<SettingPath, unknown> {
  const flat = new Map<SettingPath, unknown>();
  for (const section of sections) {
    for (const [key, value] of Object.entries(config[section])) flat.set(`${section}.${key}` as SettingPath, value);
  }
  return flat;
}

/** Settings in which two experiments differ, as `{ path, from, to }` in the schema's order. */
export function diffConfigs(
  from: ExperimentConfig,
  to: ExperimentConfig,
): { path: SettingPath; from: unknown; to: unknown }[] {
  const before = flattenConfig(from);
  return [...flattenConfig(to)]
    .filter(([path, value]) => JSON.stringify(before.get(path)) !== JSON.stringify(value))
    .map(([path, value]) => ({ path, from: before.get(path), to: value }));
}

/** A preset's full configuration: its overrides over the defaults. */
export function presetConfig(preset: Preset): ExperimentConfig {
  return ExperimentConfig.parse(preset.overrides);
}

/**
 * Puts `--set path=value` assignments over a raw experiment. Values are read as JSON where they parse as such
 * (`8`, `true`, `["O","M"]`), else as text; the schema then judges them. A comma list names several datasets.
 * @throws AppError `invalid` naming the assignment that is not `path=value`
 */
export function applyAssignments(
  raw: Record<string, unknown>,
  assignments: readonly string[],
): Record<string, unknown> {
  const result = structuredClone(raw);
  for (const assignment of assignments) {
    const match = /^([A-Za-z0-9]+)\.([A-Za-z0-9]+)=(.*)$/s.exec(assignment);
    const [, section, key, text] = match ?? [];
    if (section === undefined || key === undefined || text === undefined) {
      throw new AppError('invalid', `--set ${assignment}: write section.setting=value, such as stage1.epochs=8`);
    }
    const held = result[section];
    const target = isRecord(held) ? held : {};
    target[key] = readValue(text, key);
    result[section] = target;
  }
  return result;
}

function readValue(text: string, key: string): unknown {
  if (key === 'sources' || key === 'targets') {
    return text.startsWith('[') ? (JSON.parse(text) as unknown) : text.split(',').filter((part) => part !== '');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Problems of a zod error with dotted paths; an unknown key is reported at its own path. */
export function problemsOf(error: z.ZodError): SettingProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: path === '' ? key : `${path}.${key}`,
        message: 'unknown setting; see "relief config check --list" for all settings',
      }));
    }
    return [{ path, message: issue.message }];
  });
}

function overlay(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isRecord(below) && isRecord(value) ? { ...below, ...value } : value;
  }
  return result;
}

function pickKeys(from: Record<string, unknown>, keep: (key: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keep(key)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
