import type { FinishedRun } from './finished-run';
import { foldedProtocol } from './systems';

/** Under which protocols runs were trained and tested, where it is not each dataset's own sets. */
export function protocolWords(runs: readonly Pick<FinishedRun, 'protocol'>[]): string[] {
  const names = [...new Set(runs.flatMap(({ protocol }) => protocol?.name ?? []))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  if (names.length === 0) return [];
  const plain = runs.filter(({ protocol }) => !protocol).length;
  const rest = plain === 0 ? '' : `; ${plain} of ${runs.length} runs take the datasets’ own sets`;
  const families = [...new Set(names.map(foldedProtocol).filter((family) => !names.includes(family)))];
  const folds = families.map((family) => {
    const own = names.filter((name) => foldedProtocol(name) === family);
    return `The ${own.length} folds of ${family} (${own.join(', ')}) count as runs of one system: means and deviations are over them.`;
  });
  return [`Train, dev and test sets by protocol ${names.join(', ')}${rest}.`, ...folds];
}
