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
  /** Null without a `filename` column. */
  readonly filenames: readonly string[] | null;
  /** Frame numbers, −1 where there is none; null without a `frame` column. */
  readonly frames: Int32Array | null;
  /** The person. Without one, the frames of a video count as one person, and a row without a video as a person of its own. */
  readonly subjects: readonly string[];
  /** Whether every row names its person. */
  readonly subjectsKnown: boolean;
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
  const [nameColumn, frameColumn] = [column('filename'), column('frame')];
  const text = (row: CsvRow, index: number | null) => (index === null ? '' : (row.values[index]?.trim() ?? ''));
  const numbers = (index: number, name: string) =>
    Float64Array.from(rows, (row) => readScore(text(row, index), path, row.line, name));

  const depthScore = depthColumn === null ? null : numbers(depthColumn, 'depth_score');
  const named = subjectColumn !== null && rows.every((row) => text(row, subjectColumn) !== '');
  const personOf = (row: CsvRow, index: number) => {
    const [subject, video] = [text(row, subjectColumn), text(row, videoColumn)];
    if (subject !== '') return subject;
    return video === '' ? `row ${String(index)}` : `video ${video}`;
  };
  return {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    lines: Int32Array.from(rows, (row) => row.line),
    attackTypes: rows.map((row) => text(row, typeColumn)),
    videos: videoColumn === null ? null : rows.map((row) => text(row, videoColumn)),
    filenames: nameColumn === null ? null : rows.map((row) => text(row, nameColumn)),
    frames: frameColumn === null ? null : Int32Array.from(rows, (row) => frameNumber(text(row, frameColumn))),
    subjects: rows.map(personOf),
    subjectsKnown: named,
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
  return {
    scores,
    attackTypes: file.attackTypes,
    videos: file.videos ?? [],
    subjects: file.subjects,
    ...(file.frames ? { frames: file.frames } : {}),
  };
}

/** The rows of a file that `keep` names, in their order; the hash stays that of the whole file. */
export function selectRows(file: ScoreFile, keep: (row: number) => boolean): ScoreFile {
  const rows = file.attackTypes.flatMap((_, row) => (keep(row) ? [row] : []));
  const pick = (column: readonly string[]) => rows.map((row) => column[row] ?? '');
  return {
    ...file,
    attackTypes: pick(file.attackTypes),
    lines: Int32Array.from(rows, (row) => file.lines[row] ?? 0),
    videos: file.videos && pick(file.videos),
    filenames: file.filenames && pick(file.filenames),
    frames: file.frames && Int32Array.from(rows, (row) => file.frames?.[row] ?? -1),
    subjects: pick(file.subjects),
    score: Float64Array.from(rows, (row) => file.score[row] ?? NaN),
    depthScore: file.depthScore && Float64Array.from(rows, (row) => file.depthScore?.[row] ?? NaN),
  };
}

/** A whole number from 0 up, or −1: a frame only orders, so what is no number is as good as none. */
function frameNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
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
