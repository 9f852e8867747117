import type { AblationRow, Evaluation, MatrixRow, RowOrigin, Spread, SpreadKind } from '@shared/domain/report';
import { summarise } from '@shared/metrics/aggregate';

/** What tables say of a system besides its numbers. */
export interface SystemFacts {
  readonly floor: boolean;
  readonly origin?: RowOrigin;
  readonly note: string;
  readonly parameters: number | null;
}

/** Mean and standard deviation over runs; null when there is no value, and no deviation of one. */
export function spreadOf(values: readonly (number | null)[], kind: SpreadKind = 'sample'): Spread | null {
  const { n, mean, sampleSd, populationSd } = summarise(values);
  if (mean === null) return null;
  return { mean, sd: kind === 'sample' ? sampleSd : n < 2 ? null : populationSd, n };
}

/** The train × test matrix: a row for each system and source combination, a cell for each dataset that was tested on. */
export function matrixOf(
  evaluations: readonly Evaluation[],
  datasets: readonly string[],
  factsOf: (system: string) => SystemFacts,
  kind: SpreadKind = 'sample',
): MatrixRow[] {
  const rows = groupBy(evaluations, ({ system, source }) => JSON.stringify([system, source]));
  return [...rows.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    return {
      system: first.system,
      ...factsOf(first.system),
      source: first.source,
      cells: datasets.flatMap((target) => {
        const tested = own.filter((one) => one.target === target);
        const [example] = tested;
        if (!example) return [];
        const { bonaFide, attacks } = example.test.n;
        return {
          target,
          sameDomain: example.sameDomain,
          bonaFide,
          attacks: Object.values(attacks).reduce((sum, count) => sum + count, 0),
          hter: spreadOf(
            tested.map(({ test }) => test.hter),
            kind,
          ),
          acer: spreadOf(
            tested.map(({ test }) => test.acer),
            kind,
          ),
          auc: spreadOf(
            tested.map(({ test }) => test.auc),
            kind,
          ),
          runs: tested.flatMap(({ run }) => run ?? []),
        };
      }),
    };
  });
}

/**
 * The ablation: a row for each system, over its runs on datasets that they were not trained on. A row is complete when it has
 * as many runs in every cell as the fullest row; only complete rows are ranked.
 */
export function ablationOf(
  evaluations: readonly Evaluation[],
  datasets: readonly string[],
  factsOf: (system: string) => SystemFacts,
  kind: SpreadKind = 'sample',
): AblationRow[] {
  const across = evaluations.filter((one) => !one.sameDomain);
  const targets = datasets.filter((target) => across.some((one) => one.target === target));
  const systems = groupBy(across, ({ system }) => system);
  /** Source combinations tested on each target by any system: what a complete row has to cover. */
  const combinations = new Map(
    targets.map((target) => [
      target,
      new Set(
        // Foreign scores may come from anywhere: they are no measure of what the project's runs have to cover.
        across.filter((one) => one.target === target && !one.foreign).map(({ source }) => source.join()),
      ),
    ]),
  );
  return [...systems].map(([system, own]) => {
    const { floor, note, origin } = factsOf(system);
    const cells = targets.map((target) => {
      const tested = own.filter((one) => one.target === target);
      return {
        target,
        hter: spreadOf(
          tested.map(({ test }) => test.hter),
          kind,
        ),
        acer: spreadOf(
          tested.map(({ test }) => test.acer),
          kind,
        ),
        covered: new Set(tested.map(({ source }) => source.join())).size,
      };
    });
    return {
      system,
      floor,
      ...(origin === undefined ? {} : { origin }),
      note,
      n: Math.min(...cells.map(({ hter }) => hter?.n ?? 0)),
      complete: cells.every(
        ({ hter, target, covered }) =>
          hter !== null && (origin === 'foreign' || covered === combinations.get(target)?.size),
      ),
      cells: cells.map(({ target, hter, acer }) => ({ target, hter, acer })),
      meanHter: meanOverTargets(cells.map(({ hter }) => hter)),
      meanAcer: meanOverTargets(cells.map(({ acer }) => acer)),
    };
  });
}

/**
 * The mean over targets, each counting the same however many runs it has. Its spread is over targets' means and would be read
 * as one over seeds, so none is given; n is the fewest runs behind a target. Null unless every target has a value.
 */
function meanOverTargets(cells: readonly (Spread | null)[]): Spread | null {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0 || present.length < cells.length) return null;
  const mean = present.reduce((sum, cell) => sum + cell.mean, 0) / present.length;
  return { mean, sd: null, n: Math.min(...present.map(({ n }) => n)) };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
