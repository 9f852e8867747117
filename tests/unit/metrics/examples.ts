import { scoreSetOf, sortScores, type ScoreSet, type SortedScores } from '@shared/metrics/score-set';

/** A score set from plain lists. */
export function setOf(bonaFide: readonly number[], attacks: Readonly<Record<string, readonly number[]>>): ScoreSet {
  return {
    bonaFide: Float64Array.from(bonaFide),
    attacks: new Map(Object.entries(attacks).map(([type, scores]) => [type, Float64Array.from(scores)])),
  };
}

export function sorted(
  bonaFide: readonly number[],
  attacks: Readonly<Record<string, readonly number[]>>,
): SortedScores {
  return sortScores(setOf(bonaFide, attacks));
}

/** Decimal text parsed as a score file would be, so 0.15 is the double nearest to 0.15 and not 3 · 0.05. */
const decimals = (stepInHundredths: number) =>
  Array.from({ length: 20 }, (_, i) => Number(((stepInHundredths * (i + 1)) / 100).toFixed(2)));

export const example1 = {
  dev: setOf([0.95, 0.9, 0.85, 0.8, 0.4], {
    print: [0.1, 0.2, 0.3, 0.35, 0.45],
    replay: [0.05, 0.15, 0.5, 0.6, 0.88],
  }),
  test: setOf([0.92, 0.81, 0.7, 0.55, 0.3], {
    print: [0.05, 0.12, 0.22, 0.33, 0.41],
    replay: [0.25, 0.48, 0.58, 0.66, 0.91],
  }),
};
export const example2 = setOf(decimals(5), { print: decimals(2), replay: decimals(3) });
export const example3 = setOf([0.5, 0.5, 0.5, 0.9], { print: [0.1, 0.5, 0.5, 0.2] });
export const example4 = {
  scores: Float64Array.of(0.9, 0.8, 0.4, 0.45, 0.4, 0.95, 0.1, 0.2, 0.7, 0.55, 0.3, 0.2),
  videos: ['L1', 'L1', 'L1', 'L2', 'L2', 'L2', 'S1', 'S1', 'S1', 'S2', 'S2', 'S2'],
  attackTypes: ['', '', '', '', '', '', 'print', 'print', 'print', 'print', 'print', 'print'],
};
export const example4Set = scoreSetOf(example4);
export const example5 = setOf([0.7, 0.8, 0.9], { print: [0.1, 0.2, 0.3] });
