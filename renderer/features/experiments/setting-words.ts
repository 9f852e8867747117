import type { PlanProblem } from '@shared/contract/channels';
import type { SettingPath } from '@shared/domain/experiment';
import type { SettingField } from '@shared/domain/setting-fields';

/** A setting's value as a person reads it: the choice's label, on or off, names with commas, a number with its unit. */
export function wordValue(field: SettingField | undefined, value: unknown): string {
  if (field?.control.kind === 'choice') {
    const option = field.control.options.find((known) => known.value === value);
    if (option) return option.label;
  }
  if (value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : JSON.stringify(value);
  return field?.unit && field.control.kind === 'number' ? `${text} ${field.unit}` : text;
}

/** Why a setting has no effect with the others as they are; null when it has one. */
export function reasonUnused(path: SettingPath, values: ReadonlyMap<SettingPath, unknown>): string | null {
  if (path.startsWith('stage1.') && path !== 'stage1.enabled' && values.get('stage1.enabled') === false)
    return 'Not used: stage 1 is off.';
  if (adversarialOnly.has(path) && values.get('stage1.adversarial') === false) return 'Not used: no discriminator.';
  if (path === 'stage2.backboneLearningRate' && values.get('stage2.backbone') === 'frozen')
    return 'Not used: the backbone is frozen.';
  return null;
}

const adversarialOnly: ReadonlySet<SettingPath> = new Set<SettingPath>([
  'stage1.adversarialLoss',
  'stage1.adversarialWeight',
  'stage1.labelSmoothing',
  'stage1.discriminatorLearningRate',
]);

/** Whether a setting's title, path or help holds every word of the query. */
export function matchesSetting({ title, path, help }: SettingField, query: string): boolean {
  const text = `${title} ${path} ${help}`.toLowerCase();
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length > 0 && words.every((word) => text.includes(word));
}

/** Values that would mend a number: the nearest one its range, its type or the rule of even batches allows. */
export function suggestFixes(field: SettingField | undefined, value: unknown): PlanProblem['fixes'] {
  if (field?.control.kind !== 'number' || typeof value !== 'number') return [];
  const { minimum, maximum, integer } = field.control;
  const low = minimum ?? -Infinity;
  const high = maximum ?? Infinity;
  const inRange = Math.min(high, Math.max(low, value));
  const whole = integer ? Math.round(inRange) : inRange;
  const candidates =
    field.path === 'train.batchSize' && whole % 2 !== 0 ? [whole - 1, whole + 1] : whole === value ? [] : [whole];
  return candidates
    .filter((candidate) => candidate >= low && candidate <= high)
    .map((candidate) => ({ label: `Use ${candidate}`, path: field.path, value: candidate }));
}
