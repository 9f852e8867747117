import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { ReportData } from '@shared/domain/report';
import { RunMarks } from '@shared/domain/run-marks';
import { readJsonIfPresent } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { type FinishedRun, readFinishedRun } from './finished-run';
import { nameSystems } from './systems';

export type Omitted = ReportData['omitted'];

/** The named runs, or every finished training; of runs that differ in nothing but their number, the newest. */
export async function collectRuns(
  project: Project,
  named: readonly string[],
): Promise<{ runs: FinishedRun[]; omitted: Omitted }> {
  const { found, omitted } = await findRuns(project, named);
  const systems = nameSystems(found);
  const newest = new Map<string, FinishedRun>();
  for (const run of found.sort((a, b) => a.job.number - b.job.number)) {
    const key = JSON.stringify([systems.get(run.job.id), run.job.sources, run.job.seed, run.config.data.protocol]);
    const older = newest.get(key);
    if (older)
      omitted.push({
        run: older.job.id,
        reason: `${run.job.id} is a newer run of the same experiment, sources and seed.`,
      });
    newest.set(key, run);
  }
  return { runs: [...newest.values()].sort((a, b) => a.job.number - b.job.number), omitted };
}

/** Every finished training of the project, repeats of the same experiment among them. */
export async function listFinishedRuns(project: Project): Promise<FinishedRun[]> {
  return (await findRuns(project, [])).found;
}

async function findRuns(
  project: Project,
  named: readonly string[],
): Promise<{ found: FinishedRun[]; omitted: Omitted }> {
  const omitted: Omitted = [];
  const found: FinishedRun[] = [];
  for (const id of named.length > 0 ? named : await listJobIds(project)) {
    try {
      const run = await readFinishedRun(project, id);
      if (named.length === 0 && (await isArchived(project, id))) {
        omitted.push({ run: id, reason: 'It is archived; name it to take it in all the same.' });
        continue;
      }
      found.push(run);
    } catch (error) {
      const hasNoScores = error instanceof AppError && error.code === 'invalid';
      if (!hasNoScores) throw error;
      if (named.length > 0) omitted.push({ run: id, reason: error.message });
    }
  }
  return { found, omitted };
}

async function isArchived(project: Project, id: string): Promise<boolean> {
  const marks = await readJsonIfPresent(join(project.jobFolder(id), 'marks.json'), RunMarks, `marks of ${id}`);
  return marks?.archived === true;
}

async function listJobIds(project: Project): Promise<string[]> {
  const folder = join(project.folder, 'jobs');
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.filter((name) => existsSync(join(folder, name, 'result.json'))).sort();
}
