import type { ClassFrameSpread, FrameSpread } from '../domain/audit';
import { type FrameColumns, rowsByVideo } from './aggregate';

/**
 * Bias and variance of scores over the frames of each video: what averaging over frames gains, and whether a video's verdict
 * depends on the frame. Frames without a score are left out.
 * @param threshold null leaves `split` empty
 */
export function frameSpread(columns: FrameColumns, threshold: number | null): FrameSpread {
  const videos = rowsByVideo(columns).map((rows) => ({
    isAttack: (columns.attackTypes[rows[0] ?? 0] ?? '') !== '',
    scores: rows.map((row) => columns.scores[row] ?? NaN).filter((score) => !Number.isNaN(score)),
  }));
  const areProbabilities = videos.every(({ scores }) => scores.every((score) => score >= 0 && score <= 1));
  const spreadOf = (isAttack: boolean) =>
    classSpread(
      videos.filter((video) => video.isAttack === isAttack && video.scores.length > 0).map(({ scores }) => scores),
      areProbabilities ? (isAttack ? 0 : 1) : null,
      threshold,
    );
  return { bonaFide: spreadOf(false), attacks: spreadOf(true) };
}

function classSpread(
  videos: readonly (readonly number[])[],
  truth: 0 | 1 | null,
  threshold: number | null,
): ClassFrameSpread {
  const means = videos.map(mean);
  const variances = videos.map(variance);
  const isSplit = (scores: readonly number[], at: number) =>
    scores.some((score) => score >= at) && scores.some((score) => score < at);
  return {
    videos: videos.length,
    frames: videos.reduce((sum, scores) => sum + scores.length, 0),
    variance: videos.length === 0 ? null : mean(variances),
    betweenVideos: videos.length === 0 ? null : variance(means),
    bias: videos.length === 0 || truth === null ? null : mean(means) - truth,
    split: threshold === null ? null : videos.filter((scores) => isSplit(scores, threshold)).length,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Divides by n. */
function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
