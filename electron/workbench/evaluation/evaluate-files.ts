import { AppError } from '@shared/contract/errors';
import type { AttackGrouping } from '@shared/domain/report';
import type { ScoreKind, ScoreLevel } from '@shared/domain/scores';
import { atLevel, type FrameColumns } from '@shared/metrics/aggregate';
import { type EvaluatedSets, evaluateRates, subjectErrors, type SubjectUnit } from '@shared/metrics/evaluate';
import { attackFamily, scoreSetOf } from '@shared/metrics/score-set';
import { carveDev } from './carve';
import { readScoreFile, scoreColumnsOf, type ScoreFile } from './score-file';

export interface HowToEvaluate {
  readonly policy: string;
  readonly level: ScoreLevel;
  readonly score: ScoreKind;
  readonly grouping?: AttackGrouping | undefined;
}

/** Scores at a level, with the subject of each entry, and what names the entry whoever scored it. */
export type LevelColumns = FrameColumns & {
  readonly subjects: readonly string[];
  /** File and frame at frame level, the video at video level; equal in two systems' columns for the same sample. */
  readonly keys: readonly string[];
  /** What `subjects` names. */
  readonly unit: SubjectUnit;
};

/** Where the files of an evaluation lie, and whether test subjects may stand in for a dev file that is not there. */
export interface FilePair {
  readonly dev: string | null;
  readonly test: string;
}

/** A pair of files as they are measured. */
export interface ReadPair {
  readonly dev: readonly ScoreFile[];
  readonly test: ScoreFile;
  readonly devName: string;
}

/**
 * Reads a pair of score files.
 * @param carve without a dev file, a third of the test subjects stands in for it
 * @throws AppError as reading does; `invalid` when there are too few subjects to carve
 */
export async function readPair(paths: FilePair, { carve = false } = {}): Promise<ReadPair> {
  const test = await readScoreFile(paths.test);
  if (paths.dev !== null) return { dev: [await readScoreFile(paths.dev)], test, devName: paths.dev };
  if (!carve) return { dev: [], test, devName: 'dev' };
  const parts = carveDev(paths.test, test);
  if (!parts)
    throw new AppError('invalid', `${paths.test}: too few subjects to take some for a dev set.`, { path: paths.test });
  const devName = `${String(parts.subjects)} of ${String(parts.of)} test subjects, left out of the test`;
  return { dev: [parts.dev], test: parts.test, devName };
}

/**
 * Rates of a pair of score files: the threshold from `dev` by a policy of the `dev-…` kind (or fixed, or from the test set),
 * measured on both.
 * @throws AppError as reading the files does; `bad-request` for an unknown policy
 */
export async function evaluateFiles(
  paths: FilePair,
  how: HowToEvaluate,
  options: { readonly carve?: boolean } = {},
): Promise<EvaluatedSets> {
  const { dev, test, devName } = await readPair(paths, options);
  return evaluateColumns(dev.length === 0 ? null : columnsAt(dev, how), columnsAt([test], how), how.policy, {
    dev: devName,
    test: test.path,
  });
}

/** The scores of one or several files together, at a level. */
export function columnsAt(
  files: readonly ScoreFile[],
  { score, level, grouping = 'type' }: Omit<HowToEvaluate, 'policy'>,
): LevelColumns {
  const parts = files.map((file) => scoreColumnsOf(file, score, level));
  const scores = new Float64Array(parts.reduce((sum, part) => sum + part.scores.length, 0));
  const frames = new Int32Array(scores.length).fill(-1);
  let next = 0;
  for (const part of parts) {
    scores.set(part.scores, next);
    if (part.frames) frames.set(part.frames, next);
    next += part.scores.length;
  }
  const leveled = atLevel(
    {
      scores,
      frames,
      attackTypes: parts.flatMap((part) => part.attackTypes),
      // Two files may use the same names for different clips and people.
      videos: parts.flatMap((part, index) => part.videos.map((video) => named(video, index, parts.length))),
      subjects: parts.flatMap((part, index) => part.subjects.map((subject) => named(subject, index, parts.length))),
    },
    level,
  );
  return {
    ...leveled,
    keys: level === 'frame' ? files.flatMap(frameKeys) : leveled.videos.map((video) => `video ${video}`),
    // Types are joined after the frames of a video, so that clips of two types stay two.
    attackTypes: grouping === 'family' ? leveled.attackTypes.map(attackFamily) : leveled.attackTypes,
    subjects: leveled.subjects ?? [],
    unit: unitOf(files),
  };
}

function unitOf(files: readonly ScoreFile[]): SubjectUnit {
  if (files.every(({ subjectsKnown }) => subjectsKnown)) return 'subject';
  return files.every(({ videos }) => videos?.every((video) => video !== '') ?? false) ? 'video' : 'sample';
}

function frameKeys({ filenames, videos, frames, attackTypes }: ScoreFile): string[] {
  return attackTypes.map((_, row) => {
    const name = filenames?.[row] || videos?.[row];
    return name ? `${name}#${String(frames?.[row] ?? -1)}` : `row ${String(row)}`;
  });
}

function named(name: string, file: number, files: number): string {
  return files === 1 ? name : `${String(file)}/${name}`;
}

/** Threshold by the policy and rates on both sets, with intervals by a bootstrap over the test set's subjects. */
export function evaluateColumns(
  dev: LevelColumns | null,
  test: LevelColumns,
  policy: string,
  names: { readonly dev?: string; readonly test?: string },
): EvaluatedSets {
  return evaluateRates(dev && scoreSetOf(dev), scoreSetOf(test), policy, {
    names,
    testSubjects: (threshold) => subjectErrors(test, threshold),
    testUnit: test.unit,
  });
}
