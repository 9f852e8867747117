import { stringify } from 'csv-stringify/sync';
import { createHash } from 'node:crypto';
import { scoreColumns, type ScoreRow } from '@shared/domain/scores';
import { writeFileAtomic } from '@workbench/project/files';

/** A score file's text: {@link scoreColumns}, empty where there is no value; numbers keep all their digits. */
export function formatScores(rows: readonly ScoreRow[]): string {
  const cells = rows.map((row) => [
    row.filename,
    row.videoId,
    row.frame,
    row.subject,
    row.attackType,
    row.score,
    row.depthScore,
  ]);
  return stringify([
    [...scoreColumns],
    ...cells.map((line) => line.map((cell) => (cell === null ? '' : String(cell)))),
  ]);
}

/** Writes a score file, whole or not at all. @returns the SHA-256 of its bytes */
export async function writeScores(path: string, rows: readonly ScoreRow[]): Promise<string> {
  const text = formatScores(rows);
  await writeFileAtomic(path, text);
  return createHash('sha256').update(text).digest('hex');
}
