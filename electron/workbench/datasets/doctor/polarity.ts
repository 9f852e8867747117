import type { CheckFinding } from '@shared/domain/check';
import { type SetName, setNames } from '@shared/domain/names';
import { aucBySubject, fewestOfClass, fewestPeople, rowsOf } from '@workbench/probes/cross-validation';
import { type FeatureTable, fitLogistic, predictLogOdds } from '@workbench/probes/logistic';
import type { Measured } from './audit';
import { finding } from './finding';

/** Samples of a dataset that the guard looks at. */
const mostRows = 400;
/** An AUC is against the labels when even the upper end of its interval is below this. */
const against = 0.5;

/** A dataset's samples as the guard sees them: texture and spectrum. */
export interface Judged {
  readonly dataset: string;
  readonly table: FeatureTable;
  readonly labels: readonly number[];
  readonly people: readonly string[];
  readonly sets: readonly SetName[];
}

/** What the guard needs of a measured dataset; null where nothing was measured. */
export function judgedOf(dataset: string, { tables, labels, people, records }: Measured): Judged | null {
  const [lbp, spectrum] = [tables.get('lbp')?.table, tables.get('spectrum')?.table];
  if (!lbp || !spectrum) return null;
  const columns = lbp.columns + spectrum.columns;
  const data = new Float64Array(lbp.rows * columns);
  for (let row = 0; row < lbp.rows; row++) {
    data.set(lbp.data.subarray(row * lbp.columns, (row + 1) * lbp.columns), row * columns);
    data.set(spectrum.data.subarray(row * spectrum.columns, (row + 1) * spectrum.columns), row * columns + lbp.columns);
  }
  return {
    dataset,
    table: { rows: lbp.rows, columns, data },
    labels,
    people,
    sets: records.map(({ item }) => item.set),
  };
}

/** Sets whose labels contradict those of the same dataset's other sets. */
export function oppositeSets(judged: Judged): CheckFinding[] {
  const rows = (set: SetName) => judged.sets.flatMap((own, row) => (own === set ? [row] : []));
  const sets = setNames.map((set) => part(judged, rows(set), set)).filter(isEnough);
  const found = opposed(sets);
  // Of two sets neither is more likely the wrong one; the one that trains is taken at its word.
  return (sets.length === 2 ? found.slice(1) : found).map(({ name, by }) =>
    finding({
      kind: 'polarity-sets',
      severity: 'error',
      datasets: [judged.dataset],
      key: name,
      message: `The labels of ${judged.dataset} ${name} look turned round: what tells bona fide from attacks in ${by.map(({ name: other }) => other).join(' and ')} says the opposite there (AUC ${worst(by).toFixed(2)}).`,
      advice:
        'Look at some of its samples. If bona fide and attacks are swapped, correct the list and import it again; until then leave this set out.',
      items: judged.sets.filter((own) => own === name).length,
    }),
  );
}

/** Datasets whose labels contradict those of the others. */
export function oppositeDatasets(datasets: readonly Judged[]): CheckFinding[] {
  const parts = datasets
    .map((judged) =>
      part(
        judged,
        judged.labels.map((_, row) => row),
        judged.dataset,
      ),
    )
    .filter(isEnough);
  const found = opposed(parts);
  if (parts.length === 2 && found.length > 0) {
    const names = parts.map(({ name }) => name);
    return [
      finding({
        kind: 'polarity-datasets',
        severity: 'warning',
        datasets: names,
        message: `${names.join(' and ')} contradict each other: what tells bona fide from attacks in one says the opposite in the other (AUC ${worst(found.flatMap(({ by }) => by)).toFixed(2)}). The labels of one of them may be turned round.`,
        advice:
          'Look at some samples of both. If bona fide and attacks are swapped in one, correct its list and import it again.',
        items: 0,
      }),
    ];
  }
  return found.map(({ name, by }) =>
    finding({
      kind: 'polarity-datasets',
      severity: 'error',
      datasets: [name],
      message: `The labels of ${name} look turned round: what tells bona fide from attacks in ${by.map(({ name: other }) => other).join(', ')} says the opposite there (AUC ${worst(by).toFixed(2)}).`,
      advice:
        'Look at some of its samples. If bona fide and attacks are swapped, correct its list and import it again.',
      items: 0,
    }),
  );
}

interface Part {
  readonly name: string;
  readonly table: FeatureTable;
  readonly labels: readonly number[];
  readonly people: readonly string[];
}

function part({ table, labels, people }: Judged, rows: readonly number[], name: string): Part {
  const step = Math.max(1, Math.ceil(rows.length / mostRows));
  const kept = rows.filter((_, index) => index % step === 0);
  return {
    name,
    table: rowsOf(table, kept),
    labels: kept.map((row) => labels[row] ?? 0),
    people: kept.map((row) => people[row] ?? ''),
  };
}

function isEnough({ labels, people }: Part): boolean {
  const bonaFide = labels.reduce((sum, label) => sum + label, 0);
  return Math.min(bonaFide, labels.length - bonaFide) >= fewestOfClass && new Set(people).size >= fewestPeople;
}

interface Opposed {
  readonly name: string;
  readonly by: readonly { readonly name: string; readonly auc: number }[];
}

/**
 * Parts that most of the others contradict, and are contradicted by: a probe fitted on one, held against the other's labels,
 * is significantly worse than guessing, both ways. Of two parts both are.
 */
function opposed(parts: readonly Part[]): Opposed[] {
  if (parts.length < 2) return [];
  const models = parts.map(({ table, labels }) => fitLogistic(table, labels));
  const contradicts = (from: number, to: number): number | null => {
    const [model, target] = [models[from], parts[to]];
    if (!model || !target) return null;
    const measured = aucBySubject(predictLogOdds(model, target.table), target.labels, target.people);
    return measured && measured.interval[1] < against ? measured.auc : null;
  };
  return parts.flatMap(({ name }, index) => {
    const by = parts.flatMap(({ name: other }, otherIndex) => {
      if (otherIndex === index) return [];
      const [there, back] = [contradicts(otherIndex, index), contradicts(index, otherIndex)];
      return there === null || back === null ? [] : [{ name: other, auc: Math.max(there, back) }];
    });
    return by.length > (parts.length - 1) / 2 ? [{ name, by }] : [];
  });
}

const worst = (by: readonly { readonly auc: number }[]) => Math.max(...by.map(({ auc }) => auc));
