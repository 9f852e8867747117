import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { problemsOf } from '@shared/domain/settings';
import { SlurmSettings, type SlurmSettingName, type SlurmStatus } from '@shared/domain/slurm';
import { dataFolder } from '@workbench/project/app-folders';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import { askSlurm } from './commands';
import { partitionFormat, readPartitions } from './squeue-text';

/** A person's settings: account and partitions are theirs, not the project's. */
export const slurmSettingsFile = (): string => join(dataFolder(), 'slurm.json');

/** What the person last chose; the defaults before. */
export async function readSlurmSettings(): Promise<SlurmSettings> {
  return (await readJsonIfPresent(slurmSettingsFile(), SlurmSettings, 'Slurm settings')) ?? SlurmSettings.parse({});
}

export async function saveSlurmSettings(settings: SlurmSettings): Promise<void> {
  await writeJson(slurmSettingsFile(), settings);
}

/**
 * Puts `key=value` assignments over settings. In `lines` and `setup`, which may have several lines, `\n` breaks them.
 * @throws AppError `invalid` naming what is wrong
 */
export function withSlurmAssignments(settings: SlurmSettings, assignments: readonly string[]): SlurmSettings {
  const raw: Record<string, unknown> = { ...settings };
  const names = Object.keys(SlurmSettings.shape);
  for (const assignment of assignments) {
    const [, name = '', value = ''] = /^([A-Za-z]+)=(.*)$/s.exec(assignment) ?? [];
    if (!isSettingName(name, names))
      throw new AppError('invalid', `--slurm ${assignment}: write setting=value; there are ${names.join(', ')}.`);
    raw[name] = typeof settings[name] === 'string' ? value.replaceAll('\\n', '\n') : readValue(value);
  }
  const read = SlurmSettings.safeParse(raw);
  if (read.success) return read.data;
  const words = problemsOf(read.error).map(({ path, message }) => `${path}: ${message}`);
  throw new AppError('invalid', `Slurm settings: ${words.join('; ')}.`);
}

function isSettingName(name: string, names: readonly string[]): name is SlurmSettingName {
  return names.includes(name);
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Slurm as this machine has it: never throws, what is missing stands in `problem`. */
export async function slurmStatus(): Promise<SlurmStatus> {
  const settings = await readSlurmSettings();
  try {
    const version = (await askSlurm('sbatch', ['--version'])).trim();
    const partitions = readPartitions(await askSlurm('sinfo', ['--noheader', `--format=${partitionFormat}`]));
    return { available: true, version, problem: null, partitions, settings };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { available: false, version: null, problem: error.message, partitions: [], settings };
  }
}
