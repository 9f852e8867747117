import type { SettingPath } from '@shared/domain/experiment';
import { defaultPreset, type Preset } from '@shared/domain/presets';
import { settingFields } from '@shared/domain/setting-fields';
import { findPreset, flattenConfig, presetConfig } from '@shared/domain/settings';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/** What the form shows of an experiment's text: also of one that is not valid, so that it can be mended there. */
export interface ShownExperiment {
  readonly preset: Preset | undefined;
  readonly presetName: string;
  /** Values in effect: the text's own over the preset's over the defaults, unjudged. */
  readonly values: ReadonlyMap<SettingPath, unknown>;
  readonly presetValues: ReadonlyMap<SettingPath, unknown>;
  /** The text is no YAML: where and why. Fields cannot be edited then. */
  readonly broken: { readonly line: number; readonly message: string } | null;
}

/** Reads YAML text for showing. Judging it is the workbench's matter, by the same schema. */
export function readShownExperiment(text: string): ShownExperiment {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  const raw: unknown = error ? {} : document.toJS({ maxAliasCount: 100 });
  const record = isRecord(raw) ? raw : {};
  const presetName = typeof record['preset'] === 'string' ? record['preset'] : defaultPreset;
  const preset = findPreset(presetName);
  const presetValues: ReadonlyMap<SettingPath, unknown> = flattenConfig(
    presetConfig(preset ?? { name: '', summary: '', purpose: '', overrides: {} }),
  );
  const values = new Map(presetValues);
  for (const { path, section } of settingFields.values()) {
    const own = record[section];
    const key = path.slice(section.length + 1);
    if (isRecord(own) && key in own) values.set(path, own[key]);
  }
  return {
    preset,
    presetName,
    values,
    presetValues,
    broken: error ? { line: lines.linePos(error.pos[0]).line, message: error.message.split('\n')[0] ?? '' } : null,
  };
}

/** Line, from 1, of the deepest part of a dotted path that the text holds; null where it holds none. */
export function lineOfPath(text: string, path: string): number | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  let node: unknown = document.contents;
  let line: number | null = null;
  for (const key of path.split('.')) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (!pair || !isScalar(pair.key)) break;
    const start = pair.key.range?.[0];
    if (start !== undefined) line = lines.linePos(start).line;
    node = pair.value;
  }
  return line;
}

/** A free name: the wished one, or it with the first number that is free. */
export function freeName(wish: string, taken: readonly string[]): string {
  if (!taken.includes(wish)) return wish;
  let number = 2;
  while (taken.includes(`${wish}-${number}`)) number++;
  return `${wish}-${number}`;
}

/** Text of a new experiment from a preset. Names datasets only where the default ones are not in the project. */
export function textFromPreset(name: string, preset: string, datasets: readonly string[]): string {
  const fallback = presetConfig({ name: '', summary: '', purpose: '', overrides: {} }).data.sources;
  const missing = datasets.length > 0 && fallback.some((id) => !datasets.includes(id));
  const data = missing ? `data:\n  sources: [${datasets[0] ?? ''}]\n` : '';
  return `name: ${name}\npreset: ${preset}\n${data}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
