import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import type { ScoreKind } from '@shared/domain/scores';
import type { FrameColumns } from '@shared/metrics/aggregate';
import { type CsvRow, parseCsv } from '@workbench/project/csv-rows';
import { withFileErrors } from '@workbench/project/file-errors';

/** A score file in columns, one entry a row. */
export interface ScoreFile {
  readonly path: string;
  /** SHA-256 of the file's bytes: names the numbers made from it. */
  readonly sha256: string;
  readonly attackTypes: readonly string[];
  /** Line of each row in the file, from 1. */
  readonly lines: Int32Array;
  /** Null without a `video_id` column. */
  readonly videos: readonly string[] | null;
  /** The person; a row without one counts as a person of its own. */
  readonly subjects: readonly string[];
  /** NaN = failure to acquire. */
  readonly score: Float64Array;
  /** Null without a `depth_score` column, or when it is empty throughout. */
  readonly depthScore: Float64Array | null;
}

/**
 * Reads a score file: CSV with a header line that has `score` and `attack_type` (empty = bona fide), and may have `video_id`,
 * `subject`, `filename`, `frame` and `depth_score`; other columns are left alone. Higher scores are more bona fide. An empty
 * score, or `nan`, is a failure to acquire.
 * @throws AppError `not-found`, `permission`; `invalid` naming file, line and column
 */
export async function readScoreFile(path: string): Promise<ScoreFile> {
  const bytes = await withFileErrors('read score file', path, () => readFile(path));
  const { header, rows } = parseCsv(bytes.toString('utf8'), path, 'score and attack_type');
  const column = (name: string) => {
    const index = header.indexOf(name);
    return index < 0 ? null : index;
  };
  const required = (name: string) => {
    const index = column(name);
    if (index === null) {
      throw new AppError('invalid', `${path}:1: missing column "${name}". Found: ${header.join(', ')}.`, {
        path,
        line: 1,
        column: name,
      });
    }
    return index;
  };
  const scoreColumn = required('score');
  const typeColumn = required('attack_type');
  const [videoColumn, subjectColumn, depthColumn] = [column('video_id'), column('subject'), column('depth_score')];
  const text = (row: CsvRow, index: number | null) => (index === null ? '' : (row.values[index]?.trim() ?? ''));
  const numbers = (index: number, name: string) =>
    Float64Array.from(rows, (row) => readScore(text(row, index), path, row.line, name));

  const depthScore = depthColumn === null ? null : numbers(depthColumn, 'depth_score');
  return {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    lines: Int32Array.from(rows, (row) => row.line),
    attackTypes: rows.map((row) => text(row, typeColumn)),
    videos: videoColumn === null ? null : rows.map((row) => text(row, videoColumn)),
    subjects: rows.map((row, index) => text(row, subjectColumn) || `row ${String(index)}`),
    score: numbers(scoreColumn, 'score'),
    depthScore: depthScore?.some((value) => !Number.isNaN(value)) ? depthScore : null,
  };
}

/**
 * The columns that metrics take.
 * @param level video levels need a `video_id` in every row
 * @throws AppError `invalid` naming the file and the column that is missing
 */
export function scoreColumnsOf(
  file: ScoreFile,
  kind: ScoreKind,
  level: string,
): FrameColumns & { readonly subjects: readonly string[] } {
  const scores = kind === 'depth' ? file.depthScore : file.score;
  if (!scores)
    throw new AppError('invalid', `${file.path} has no depth scores; choose the classifier's score.`, {
      path: file.path,
      column: 'depth_score',
    });
  const empty = file.videos?.indexOf('') ?? 0;
  if (level !== 'frame' && empty >= 0) {
    throw new AppError(
      'invalid',
      `${file.path}:${String(file.lines[empty] ?? 1)}: ${level} needs a video_id in every row.`,
      {
        path: file.path,
        column: 'video_id',
      },
    );
  }
  return { scores, attackTypes: file.attackTypes, videos: file.videos ?? [], subjects: file.subjects };
}

function readScore(text: string, path: string, line: number, column: string): number {
  if (text === '' || text.toLowerCase() === 'nan') return NaN;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new AppError('invalid', `${path}:${String(line)}: column "${column}": "${text}" is no number.`, {
    path,
    line,
    column,
  });
}
