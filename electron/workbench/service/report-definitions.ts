import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { SlugName } from '@shared/domain/names';
import { ReportDefinition, type ReportFormat } from '@shared/domain/report';
import { withFileErrors } from '@workbench/project/file-errors';
import { readJson, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';

const extension = '.json';

/** Names of the project's report definitions, sorted. Exported reports lie in folders of their own. */
export function reportNames(project: Pick<Project, 'folder'>): string[] {
  const folder = join(project.folder, 'reports');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map(({ name }) => name.slice(0, -extension.length))
    .filter((name) => SlugName.safeParse(name).success)
    .sort();
}

export function listReports(project: Project): Promise<ReportDefinition[]> {
  return Promise.all(reportNames(project).map((name) => readReport(project, name)));
}

/** @throws AppError `not-found` naming what there is; `invalid` naming file and field */
export async function readReport(project: Project, name: string): Promise<ReportDefinition> {
  const path = project.reportFile(name);
  if (!existsSync(path)) {
    const known = reportNames(project);
    throw new AppError(
      'not-found',
      `There is no report "${name}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.`,
      { report: name },
    );
  }
  return readJson(path, ReportDefinition, 'report');
}

export async function saveReport(project: Project, definition: ReportDefinition): Promise<void> {
  project.assertWritable();
  await writeJson(project.reportFile(definition.name), ReportDefinition.parse(definition));
}

/** Moves a definition to the project's trash; what was exported stays. */
export async function removeReport(project: Project, name: string): Promise<void> {
  project.assertWritable();
  await readReport(project, name);
  const path = project.reportFile(name);
  await withFileErrors('remove', path, async () => {
    await mkdir(join(project.folder, 'trash'), { recursive: true });
    await rename(path, join(project.folder, 'trash', `report-${name}-${Date.now()}${extension}`));
  });
}

/** A definition of all finished runs (or the named ones) with the defaults of a first table. */
export function newReport(name: string, title: string, runs: readonly string[] = []): ReportDefinition {
  return {
    formatVersion: 1,
    name,
    title,
    runs: [...runs],
    making: { policy: 'source-dev-eer', level: 'frame', score: 'classifier', epoch: 'last' },
    floors: true,
    decimals: 1,
  };
}

/** The command that exports what the window shows. */
export function reportCommand({ name }: ReportDefinition, formats: readonly ReportFormat[]): string {
  return `relief report ${name} --format ${formats.join(',')}`;
}
