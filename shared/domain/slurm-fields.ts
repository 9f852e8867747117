import { z } from '@shared/zod';
import { controlOf, FieldSchema, type SettingControl } from './setting-fields';
import { SlurmSettings, type SlurmSettingName } from './slurm';

/** A setting of Slurm as its form shows it: all of it read from the schema. */
export interface SlurmField {
  readonly name: SlurmSettingName;
  readonly title: string;
  readonly help: string;
  readonly unit: string | null;
  readonly level: 'basic' | 'advanced';
  readonly control: SettingControl;
}

const Described = z.looseObject({ properties: z.record(z.string(), FieldSchema) });

function describe(): SlurmField[] {
  const { properties } = Described.parse(z.toJSONSchema(SlurmSettings, { io: 'input' }));
  return Object.entries(properties).map(([name, field]) => ({
    name: name as SlurmSettingName,
    title: field.title,
    help: field.help,
    unit: field.unit ?? null,
    level: field.level,
    control: controlOf(field),
  }));
}

/** Every setting in the schema's order. */
export const slurmFields: readonly SlurmField[] = describe();
