import { stringify } from 'csv-stringify/sync';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { CurveFormat, ScalarName } from '@shared/domain/job';
import { writeFileAtomic } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { jobFolder, type JobFolder } from '../job-folder';
import { attemptMarks, readScalar, type ScalarSeries, scalarsIn } from '../scalars';
import { encodeEventFile } from './event-file';

/**
 * Writes the curves of runs as other programs read them: a CSV file each, or a folder each with an event file, so that
 * TensorBoard opened on the folder above shows them by their ids. Steps rise strictly: what a resumed run did again is in
 * them once.
 * @returns the files
 * @throws AppError `not-found` for a run that has logged nothing yet
 */
export async function exportCurves(
  project: Project,
  ids: readonly string[],
  format: CurveFormat,
  folder: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const id of ids) {
    const job = jobFolder(project, id);
    const curves = await curvesOf(job);
    if (curves.size === 0) throw new AppError('not-found', `${id} has logged no curve yet.`, { job: id });
    const start = await firstStart(job);
    const path =
      format === 'csv'
        ? join(folder, `${id}.csv`)
        : join(folder, id, `events.out.tfevents.${Math.floor(start)}.${hostname()}`);
    await writeFileAtomic(path, format === 'csv' ? csvOf(curves) : eventsOf(curves, start));
    files.push(path);
  }
  return files;
}

type Curves = ReadonlyMap<ScalarName, ScalarSeries>;

async function curvesOf(folder: JobFolder): Promise<Curves> {
  const marks = attemptMarks(await folder.events());
  return new Map(
    scalarsIn(folder.scalarsFolder).map((name) => [name, readScalar(folder.scalarsFolder, name, marks)] as const),
  );
}

/** Seconds since 1970 of the run's first start. */
async function firstStart(folder: JobFolder): Promise<number> {
  const first = (await folder.events()).find((event) => event.type === 'attempt');
  return (first ? Date.parse(first.at) : Date.now()) / 1000;
}

/** A line for each step with any value, a column for each curve. */
function csvOf(curves: Curves): string {
  const names = [...curves.keys()].sort();
  const lines = new Map<number, { seconds: number; values: Map<ScalarName, number> }>();
  for (const [name, { step, seconds, value }] of curves)
    for (let i = 0; i < step.length; i++) {
      const at = step[i] ?? 0;
      const line = lines.get(at) ?? { seconds: seconds[i] ?? 0, values: new Map() };
      line.values.set(name, value[i] ?? NaN);
      lines.set(at, line);
    }
  const rows = [...lines]
    .sort(([a], [b]) => a - b)
    .map(([step, { seconds, values }]) => [step, seconds, ...names.map((name) => values.get(name) ?? '')]);
  return stringify([['step', 'seconds', ...names], ...rows]);
}

function eventsOf(curves: Curves, start: number): Uint8Array {
  const points = [...curves].flatMap(([tag, { step, seconds, value }]) =>
    Array.from(step, (at, i) => ({ tag, step: at, wallTime: start + (seconds[i] ?? 0), value: value[i] ?? NaN })),
  );
  return encodeEventFile(points.sort((a, b) => a.wallTime - b.wallTime || a.step - b.step));
}
