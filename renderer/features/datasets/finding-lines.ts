import { computed, type ComputedRef } from 'vue';
import type { SampleFilter } from '@shared/contract/channels';
import type { JudgedFinding } from '@shared/domain/check';
import type { Finding } from '@shared/domain/dataset';
import { useChecks } from '../../stores/checks';
import { useDatasets } from '../../stores/datasets';
import { failureWords, useFailures } from './use-failures';

/** A line of the findings: from the import, from the preparation, or from a check. */
export interface FindingLine {
  readonly key: string;
  readonly severity: Finding['severity'];
  readonly message: string;
  /** What to do about it; null where nobody says. */
  readonly advice: string | null;
  /** Dataset that keeps it. */
  readonly dataset: string;
  readonly where: string;
  readonly samples: number | null;
  /** What shows them in the grid; null for a check's finding, whose items are asked for. */
  readonly filter: SampleFilter | null;
  readonly finding: JudgedFinding | null;
}

/** What the import finds and a check finds again, as it is by then. */
const toldAgain: ReadonlySet<string> = new Set(['count', 'polarity']);

const order = { error: 0, warning: 1, info: 2 } as const;

/** Everything that has been found about the project's datasets: what is open first, the worst of it at the top. */
export function useFindingLines(): ComputedRef<FindingLine[]> {
  const datasets = useDatasets();
  const checks = useChecks();
  const failures = useFailures();
  return computed(() => {
    const imported = datasets.list.flatMap(({ dataset }) =>
      dataset.findings
        .filter(({ kind }) => !toldAgain.has(kind) || !checks.byDataset.has(dataset.id))
        .map((finding, index): FindingLine => ({
          ...{ key: `${dataset.id} ${index}`, severity: finding.severity, message: finding.message, advice: null },
          ...{ dataset: dataset.id, where: finding.path ?? dataset.name, samples: null, finding: null },
          filter: { datasets: [dataset.id], facets: {}, text: finding.path?.replace(/:\d+$/, '') ?? '' },
        })),
    );
    const failed = (failures.data.value ?? []).map(({ dataset, reason, count: samples }): FindingLine => ({
      ...{ key: `${dataset} ${reason}`, severity: 'warning', message: failureWords(reason), advice: null },
      ...{ dataset, where: datasets.byId.get(dataset)?.dataset.name ?? dataset, samples, finding: null },
      filter: { datasets: [dataset], facets: { status: [reason] }, text: '' },
    }));
    const checked = checks.list.flatMap(({ dataset, findings }) =>
      findings.map((finding): FindingLine => ({
        ...{ key: finding.id, severity: finding.severity, message: finding.message, advice: finding.advice },
        ...{ dataset, where: finding.datasets.join(', '), samples: finding.items, finding },
        filter: finding.items > 0 ? null : { datasets: [...finding.datasets], facets: {}, text: '' },
      })),
    );
    const rank = ({ severity, finding }: FindingLine) => order[severity] + (finding?.acknowledged ? 3 : 0);
    return [...imported, ...failed, ...checked].sort((a, b) => rank(a) - rank(b));
  });
}
