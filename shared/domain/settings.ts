import { AppError } from '@shared/contract/errors';
import type { z } from '@shared/zod';
import { ExperimentConfig, ExperimentHead, type ExperimentSection, type SettingPath } from './experiment';
import { defaultPreset, type Preset, presets } from './presets';

/** A problem of a setting, as shown at its field and printed by `relief config check`. */
export interface SettingProblem {
  /** Dotted path such as `stage1.epochs`, or an empty string for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** For a setting that is not known: the one that was most likely meant. */
  readonly meant?: string;
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
 * (`8`, `true`, `["O","M"]`), else as text; the schema then judges them. A comma list names several datasets. The section may
 * be left out where only one has such a setting: `engine=wasm`.
 * @throws AppError `invalid` naming the assignment that is not `path=value`
 */
export function applyAssignments(
  raw: Record<string, unknown>,
  assignments: readonly string[],
): Record<string, unknown> {
  const result = structuredClone(raw);
  for (const assignment of assignments) {
    const match = /^([A-Za-z0-9]+)\.([A-Za-z0-9]+)=(.*)$/s.exec(withSection(assignment));
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

/** `engine=wasm` → `compute.engine=wasm`; what has a section, or could be of several, stays as it is. */
function withSection(assignment: string): string {
  const key = /^([A-Za-z0-9]+)=/.exec(assignment)?.[1];
  if (key === undefined) return assignment;
  const paths = [...flattenConfig(ExperimentConfig.parse({})).keys()].filter((path) => path.endsWith(`.${key}`));
  const [path] = paths;
  return path !== undefined && paths.length === 1 ? path + assignment.slice(key.length) : assignment;
}

/**
 * An axis of a grid from `path=a,b,c`, or `path=[a,b]` as JSON where a value holds a comma; values are read as with `--set`.
 * @throws AppError `invalid` naming what is not `path=values`
 */
export function parseGridAxis(text: string): { path: string; values: unknown[] } {
  const match = /^([A-Za-z0-9]+\.([A-Za-z0-9]+))=(.+)$/s.exec(text);
  const [, path, key, list] = match ?? [];
  if (path === undefined || key === undefined || list === undefined)
    throw new AppError('invalid', `--grid ${text}: write section.setting=value,value, such as stage1.l1Weight=10,100`);
  if (list.startsWith('[')) {
    const values = tryJson(list);
    if (!Array.isArray(values) || values.length === 0)
      throw new AppError('invalid', `--grid ${text}: ${list} is no JSON list of values`);
    return { path, values };
  }
  return { path, values: list.split(',').map((value) => readValue(value, key)) };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readValue(text: string, key: string): unknown {
  if (key === 'sources' || key === 'targets') {
    return text.startsWith('[') ? (tryJson(text) ?? text) : text.split(',').filter((part) => part !== '');
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
      return issue.keys.map((key) => {
        const unknown = path === '' ? key : `${path}.${key}`;
        const meant = nearest(unknown);
        return {
          path: unknown,
          ...(meant === null ? {} : { meant }),
          message: `unknown setting; ${meant === null ? 'see "relief config check --list" for all settings' : `did you mean ${meant}?`}`,
        };
      });
    }
    return [{ path, message: wordsOf(issue) }];
  });
}

/** A rule that was broken, as a person says it. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin !== 'string' && issue.origin !== 'array')
    return issue.inclusive === false ? `must be more than ${issue.minimum}` : `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.origin !== 'string' && issue.origin !== 'array')
    return issue.inclusive === false ? `must be less than ${issue.maximum}` : `must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'must be a whole number';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

/** The setting or section that an unknown one was most likely meant to be; null when none is close. */
function nearest(unknown: string): string | null {
  const config = ExperimentConfig.parse({});
  const known = unknown.includes('.')
    ? [...flattenConfig(config).keys()]
    : [...sections, ...Object.keys(ExperimentHead.shape)];
  let best: { name: string; distance: number } | null = null;
  for (const name of known) {
    const distance = editDistance(unknown.toLowerCase(), name.toLowerCase());
    if (distance <= 3 && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best?.name ?? null;
}

/** Insertions, deletions and changes that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
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
