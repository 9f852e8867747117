import { z } from '@shared/zod';
import { ExperimentConfig, type ExperimentSection, type SettingPath } from './experiment';

/** How a setting is entered. */
export type SettingControl =
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'number';
      readonly integer: boolean;
      readonly minimum: number | null;
      readonly maximum: number | null;
      readonly step: number;
    }
  | {
      readonly kind: 'choice';
      readonly options: readonly { readonly value: string | number; readonly label: string }[];
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'protocol' }
  | { readonly kind: 'datasets' };

/** A setting as the form, the search and `relief config check --list` show it: all of it read from the schema. */
export interface SettingField {
  readonly path: SettingPath;
  readonly section: ExperimentSection;
  readonly title: string;
  readonly help: string;
  readonly unit: string | null;
  readonly level: 'basic' | 'advanced';
  readonly default: unknown;
  readonly control: SettingControl;
}

export interface SettingSection {
  readonly section: ExperimentSection;
  readonly title: string;
  readonly fields: readonly SettingField[];
}

const Option = z.union([z.string(), z.number()]);

/** The part of JSON Schema that zod writes for our settings, with the metadata we add. */
export const FieldSchema = z.looseObject({
  title: z.string(),
  help: z.string(),
  unit: z.string().optional(),
  level: z.enum(['basic', 'advanced']),
  step: z.number().optional(),
  /** Names what a text stands for, where it is chosen rather than typed. */
  control: z.enum(['protocol']).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  default: z.unknown(),
  type: z.enum(['boolean', 'number', 'integer', 'string', 'array']).optional(),
  enum: z.array(Option).optional(),
  anyOf: z.array(z.looseObject({ const: Option })).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});
export type FieldSchema = z.infer<typeof FieldSchema>;
const ConfigSchema = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ title: z.string(), properties: z.record(z.string(), FieldSchema) })),
});

function describe(): SettingSection[] {
  const schema = ConfigSchema.parse(z.toJSONSchema(ExperimentConfig, { io: 'input' }));
  return Object.entries(schema.properties).map(([name, section]) => ({
    section: name as ExperimentSection,
    title: section.title,
    fields: Object.entries(section.properties).map(([key, field]) => ({
      path: `${name}.${key}` as SettingPath,
      section: name as ExperimentSection,
      title: field.title,
      help: field.help,
      unit: field.unit ?? null,
      level: field.level,
      default: field.default,
      control: controlOf(field),
    })),
  }));
}

/** The control that a setting's type asks for. */
export function controlOf(field: FieldSchema): SettingControl {
  const options = field.enum ?? field.anyOf?.map((option) => option.const);
  if (options) {
    const unit = field.unit === undefined ? '' : ` ${field.unit}`;
    return {
      kind: 'choice',
      options: options.map((value) => ({ value, label: field.labels?.[String(value)] ?? `${String(value)}${unit}` })),
    };
  }
  if (field.type === 'boolean') return { kind: 'switch' };
  if (field.type === 'array') return { kind: 'datasets' };
  if (field.type === 'string') return { kind: field.control ?? 'text' };
  if (field.type === 'number' || field.type === 'integer') {
    return {
      kind: 'number',
      integer: field.type === 'integer',
      minimum: field.minimum ?? field.exclusiveMinimum ?? null,
      maximum: field.maximum ?? null,
      step: field.step ?? 1,
    };
  }
  throw new Error(`setting "${field.title}" has no control for its type`);
}

/** Every section with its settings, in the schema's order. */
export const settingSections: readonly SettingSection[] = describe();

/** Every setting by its dotted path. */
export const settingFields: ReadonlyMap<string, SettingField> = new Map(
  settingSections.flatMap(({ fields }) => fields.map((field) => [field.path, field] as const)),
);
