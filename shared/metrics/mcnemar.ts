import { incompleteBeta } from './intervals';

/** Decisions of two systems on the same samples that differ. */
export interface Disagreement {
  readonly onlyFirstWrong: number;
  readonly onlySecondWrong: number;
}

/** Counts the samples that only one of two systems decided wrongly. `null` = not decided (no score), left out. */
export function disagreement(
  first: readonly (boolean | null)[],
  second: readonly (boolean | null)[],
): Disagreement & { readonly samples: number } {
  if (first.length !== second.length) throw new RangeError('disagreement: the systems have different samples');
  let [onlyFirstWrong, onlySecondWrong, samples] = [0, 0, 0];
  first.forEach((right, row) => {
    const other = second[row] ?? null;
    if (right === null || other === null) return;
    samples++;
    if (!right && other) onlyFirstWrong++;
    if (right && !other) onlySecondWrong++;
  });
  return { onlyFirstWrong, onlySecondWrong, samples };
}

/**
 * McNemar's test, two-sided and exact: whether the samples that only one system decided wrongly could fall to either like a
 * fair coin. 1 when the systems never differ.
 */
export function mcNemar({ onlyFirstWrong, onlySecondWrong }: Disagreement): number {
  const total = onlyFirstWrong + onlySecondWrong;
  const fewer = Math.min(onlyFirstWrong, onlySecondWrong);
  if (2 * fewer === total) return 1;
  // P(X ≤ k) of a binomial with p = ½ is the incomplete beta function at ½.
  return Math.min(1, 2 * incompleteBeta(0.5, total - fewer, fewer + 1));
}
