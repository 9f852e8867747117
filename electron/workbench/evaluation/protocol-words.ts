import type { FinishedRun } from './finished-run';

/** Under which protocols runs were trained and tested, where it is not each dataset's own sets. */
export function protocolWords(runs: readonly Pick<FinishedRun, 'protocol'>[]): string[] {
  const names = [...new Set(runs.flatMap(({ protocol }) => protocol?.name ?? []))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  if (names.length === 0) return [];
  const plain = runs.filter(({ protocol }) => !protocol).length;
  const rest = plain === 0 ? '' : `; ${plain} of ${runs.length} runs take the datasets’ own sets`;
  return [`Train, dev and test sets by protocol ${names.join(', ')}${rest}.`];
}
