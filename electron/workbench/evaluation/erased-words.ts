import type { ForeignSystem } from '@shared/domain/foreign-scores';
import type { FinishedRun } from './finished-run';

/** Which score files no longer hold everybody that they were made of. */
export function erasedWords(
  runs: readonly Pick<FinishedRun, 'job' | 'result'>[],
  foreign: readonly Pick<ForeignSystem, 'title' | 'files'>[],
): string[] {
  const words = (who: string, dataset: string, set: string, erased: number) =>
    `${who}, ${dataset} ${set}: ${erased} ${erased === 1 ? 'score' : 'scores'} of erased people are left out; numbers that were reported before may differ.`;
  const ofRuns = runs.flatMap(({ job, result }) =>
    result.scores.flatMap(({ epoch, dataset, set, erased }) =>
      erased === undefined || epoch === 'best' ? [] : [words(job.id, dataset, set, erased)],
    ),
  );
  const imported = foreign.flatMap(({ title, files }) =>
    files.flatMap(({ dataset, set, erased }) => (erased === undefined ? [] : [words(title, dataset, set, erased)])),
  );
  return [...ofRuns, ...imported];
}
