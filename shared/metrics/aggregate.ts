import { firstFrames, type ScoreLevel } from '../domain/scores';
import type { ScoreColumns } from './score-set';

/** How the frame scores of one video become its score. */
export const videoRules = ['mean', 'median', 'max', 'min'] as const;
export type VideoRule = (typeof videoRules)[number];

/** Frame scores with the video they come from and, where known, the subject shown. One entry a frame in every column. */
export interface FrameColumns extends ScoreColumns {
  readonly videos: readonly string[];
  readonly subjects?: readonly string[];
  /** Frame numbers; −1 where the file does not tell. They order the frames of a video, else the rows do. */
  readonly frames?: Int32Array;
}

/**
 * Rows of each video, in the order of its frames. Frames belong together when video and attack type agree, so equal file names
 * under two attack types stay apart. Videos keep the order of their first row.
 */
export function rowsByVideo({ videos, attackTypes, frames }: FrameColumns): number[][] {
  const rowsOf = new Map<string, number[]>();
  videos.forEach((video, row) => {
    const key = `${attackTypes[row] ?? ''}\u0000${video}`;
    const rows = rowsOf.get(key);
    if (rows) rows.push(row);
    else rowsOf.set(key, [row]);
  });
  const groups = [...rowsOf.values()];
  if (frames) for (const rows of groups) rows.sort((a, b) => (frames[a] ?? -1) - (frames[b] ?? -1) || a - b);
  return groups;
}

/**
 * One score a video. Frames without a score (NaN) are left out; a video without any stays NaN, a failure to acquire.
 */
export function aggregateByVideo(frames: FrameColumns, rule: VideoRule): FrameColumns {
  return combineVideos(frames, (scores) => combine(scores, rule));
}

/** The scores at a level: every frame by itself, or one score a video by the rule after `video:`. */
export function atLevel(frames: FrameColumns, level: ScoreLevel): FrameColumns {
  if (level === 'frame') return frames;
  const first = firstFrames(level);
  if (first !== null) return combineVideos(frames, (scores) => meanOfFirst(scores, first));
  const rule = videoRules.find((name) => level === `video:${name}`);
  if (!rule) throw new RangeError(`no rule for the level ${level}`);
  return aggregateByVideo(frames, rule);
}

function combineVideos(frames: FrameColumns, scoreOf: (scores: readonly number[]) => number): FrameColumns {
  const groups = rowsByVideo(frames);
  const firstOf = (column: readonly string[]) => groups.map((rows) => column[rows[0] ?? 0] ?? '');
  return {
    scores: Float64Array.from(groups, (rows) => scoreOf(rows.map((row) => frames.scores[row] ?? NaN))),
    attackTypes: firstOf(frames.attackTypes),
    videos: firstOf(frames.videos),
    ...(frames.subjects ? { subjects: firstOf(frames.subjects) } : {}),
  };
}

/** Combines the scores of one video, NaN left out; NaN when none is left. */
export function combine(scores: readonly number[], rule: VideoRule): number {
  const present = scores.filter((score) => !Number.isNaN(score)).sort((a, b) => a - b);
  const count = present.length;
  if (count === 0) return NaN;
  switch (rule) {
    case 'mean':
      return present.reduce((sum, score) => sum + score, 0) / count;
    case 'median':
      return ((present[(count - 1) >> 1] ?? NaN) + (present[count >> 1] ?? NaN)) / 2;
    case 'max':
      return present[count - 1] ?? NaN;
    case 'min':
      return present[0] ?? NaN;
  }
}

/** The mean of the first `count` scores that are there; NaN when none is. */
function meanOfFirst(scores: readonly number[], count: number): number {
  const present = scores.filter((score) => !Number.isNaN(score)).slice(0, count);
  return present.length === 0 ? NaN : present.reduce((sum, score) => sum + score, 0) / present.length;
}

/** Mean and spread over seeds or folds. */
export interface Summary {
  readonly n: number;
  readonly mean: number | null;
  /** Divides by n − 1; null below two values. The spread printed after ± unless a table says otherwise. */
  readonly sampleSd: number | null;
  /** Divides by n. */
  readonly populationSd: number | null;
}

/** Summarises values over seeds or folds; missing ones (null) do not count towards n. */
export function summarise(values: readonly (number | null)[]): Summary {
  const present = values.filter((value): value is number => value !== null && !Number.isNaN(value));
  const n = present.length;
  if (n === 0) return { n, mean: null, sampleSd: null, populationSd: null };
  const mean = present.reduce((sum, value) => sum + value, 0) / n;
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, sampleSd: n < 2 ? null : Math.sqrt(squares / (n - 1)), populationSd: Math.sqrt(squares / n) };
}
