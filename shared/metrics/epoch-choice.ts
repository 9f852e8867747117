import { type Summary, summarise } from './aggregate';

/** Epochs that the statistic of the last ones counts at most. */
export const lastEpochs = 10;

export interface EpochValue {
  readonly epoch: number;
  /** An error rate on the test set; null where it has none. */
  readonly error: number | null;
}

/** What choosing an epoch by one rule or another makes of the same run. */
export interface EpochChoice {
  readonly last: EpochValue;
  readonly bestOnDev: EpochValue;
  /** The least of all epochs, the earliest of equal ones: it looked at the test set, and is no result. */
  readonly bestOnTest: EpochValue;
  /** What reporting the best on test would hide: error at the last epoch less the least; null where either is missing. */
  readonly gap: number | null;
  /** Over the last {@link lastEpochs} epochs, or all there are. */
  readonly lastOnes: Summary;
}

/**
 * Last epoch, best by the dev set and best by the test set side by side.
 * @param epochs in order, one entry an epoch
 * @param bestOnDev epoch that the dev sets chose
 * @returns null without epochs
 */
export function chooseEpochs(epochs: readonly EpochValue[], bestOnDev: number): EpochChoice | null {
  const [first] = epochs;
  const last = epochs.at(-1);
  if (!first || !last) return null;
  let bestOnTest = first;
  for (const value of epochs)
    if (value.error !== null && (bestOnTest.error === null || value.error < bestOnTest.error)) bestOnTest = value;
  return {
    last,
    bestOnDev: epochs.find(({ epoch }) => epoch === bestOnDev) ?? { epoch: bestOnDev, error: null },
    bestOnTest,
    gap: last.error === null || bestOnTest.error === null ? null : last.error - bestOnTest.error,
    lastOnes: summarise(epochs.slice(-lastEpochs).map(({ error }) => error)),
  };
}
