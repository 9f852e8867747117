import type { ScalarChunk } from '@shared/contract/channels';
import type { ScalarName } from '@shared/domain/job';
import { waitFor } from './follow-log';
import type { JobFolder } from './job-folder';
import { attemptMarks, countPoints, readScalar, readScalarPoints, scalarsIn } from './scalars';

const pollMs = 300;

interface Told {
  /** Points of the file that have been looked at. */
  readonly points: number;
  readonly lastStep: number;
}

/**
 * A run's curves: all of them first, then what is new. A scalar is told anew as a whole when the run was resumed from
 * before its end, so the reader never sees a step twice.
 */
export async function* followScalars(folder: JobFolder, signal: AbortSignal): AsyncGenerator<ScalarChunk[], void> {
  const told = new Map<ScalarName, Told>();
  let attempts = -1;
  while (!signal.aborted) {
    const marks = attemptMarks(await folder.events());
    const isResumed = marks.length !== attempts;
    const chunks: ScalarChunk[] = [];
    for (const name of scalarsIn(folder.scalarsFolder)) {
      const before = told.get(name);
      const points = countPoints(folder.scalarsFolder, name);
      if (before && !isResumed && points === before.points) continue;
      const fresh =
        before && !isResumed ? readScalarPoints(folder.scalarsFolder, name, before.points, points) : undefined;
      const goesOn = fresh !== undefined && (fresh.step[0] ?? Infinity) > (before?.lastStep ?? -1) && rises(fresh.step);
      const series = goesOn ? fresh : readScalar(folder.scalarsFolder, name, marks);
      chunks.push({ name, reset: !goesOn, ...series });
      told.set(name, { points, lastStep: series.step.at(-1) ?? before?.lastStep ?? -1 });
    }
    if (chunks.length > 0 || attempts === -1) yield chunks;
    attempts = marks.length;
    await waitFor(pollMs, signal);
  }
}

function rises(steps: Float64Array): boolean {
  for (let i = 1; i < steps.length; i++) if ((steps[i] ?? 0) <= (steps[i - 1] ?? 0)) return false;
  return true;
}
