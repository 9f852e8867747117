import { join } from 'node:path';
import type { TrainResult } from '@shared/domain/job';
import type { MediaItem } from '@shared/domain/media-item';
import type { ScoreRow } from '@shared/domain/scores';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { meanDepths, type Predictor } from './predictor';
import { assertRunFolder, scoreFile } from './run-files';
import { samplesOf } from './samples';
import { writeScores } from './score-csv';

export { formatScores, writeScores } from './score-csv';

export type ScoredFile = TrainResult['scores'][number];

/** A set of a dataset that is scored at the end of a run. */
export interface ScoredSet {
  readonly data: PreparedData;
  readonly set: 'dev' | 'test';
}

/** Samples scored before the event loop gets its turn. */
const chunk = 64;

/**
 * Scores of every sample of a set: P(bona fide), and the mean depth where the run has depth. A media item without a face is a
 * row without scores, a failure to acquire.
 * @param breathe called between chunks
 */
export async function scoreSet(
  predictor: Predictor,
  { data, set }: ScoredSet,
  breathe: (samples: number) => Promise<void>,
): Promise<ScoreRow[]> {
  const records = samplesOf(data, set);
  const rows: ScoreRow[] = [];
  for (let first = 0; first < records.length; first += chunk) {
    const part = records.slice(first, first + chunk);
    const crops = part.map(({ row }) => data.crop(row));
    const scores = await predictor.predictScore(crops);
    const depths = predictor.hasDepth ? meanDepths(await predictor.predictDepth(crops)) : null;
    part.forEach(({ item }, index) => {
      rows.push({ ...itemColumns(item), score: scores[index] ?? null, depthScore: depths?.[index] ?? null });
    });
    await breathe(part.length);
  }
  for (const { item } of data.failed)
    if (item.set === set) rows.push({ ...itemColumns(item), score: null, depthScore: null });
  return rows;
}

function itemColumns({ path, videoId, frame, subject, attackType }: MediaItem) {
  return { filename: path, videoId, frame, subject, attackType };
}

/** Writes a run's score file of a set into its job folder. */
export async function writeRunScores(
  jobFolder: string,
  epoch: 'last' | 'best',
  { data, set }: ScoredSet,
  rows: readonly ScoreRow[],
): Promise<ScoredFile> {
  const path = scoreFile(epoch, data.dataset.id, set);
  assertRunFolder(jobFolder);
  const hash = await writeScores(join(jobFolder, path), rows);
  return { epoch, dataset: data.dataset.id, set, path, sha256: hash, rows: rows.length };
}
