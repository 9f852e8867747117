import { AppError } from '@shared/contract/errors';
import type { MediaItem } from '@shared/domain/media-item';
import { type SetName, setNames } from '@shared/domain/names';
import type { DividedDataset, ProtocolRules, RuleMistake, SetTally } from '@shared/domain/protocol';
import { checkQueryFields } from '@shared/query/check';
import { parseQuery } from '@shared/query/parse';
import type { Divide } from '../doctor/run-leaks';
import { type Division, divide, personOf } from './counts';
import { itemCatalogue } from './item-query';

/** A dataset's items, and which of them a person left out. */
export interface ListedDataset {
  readonly dataset: string;
  readonly items: readonly MediaItem[];
  readonly excluded: ReadonlyMap<string, unknown>;
}

/** Items of a list that is shown. */
const shownPaths = 5;

/** Whether rules are for a dataset. */
export function isRuled({ datasets }: Pick<ProtocolRules, 'datasets'>, dataset: string): boolean {
  return datasets.length === 0 || datasets.includes(dataset);
}

/** The division of a dataset under a protocol: by its rules, or as it stands where they are for others. */
export function divisionOf(rules: ProtocolRules, dataset: string, items: readonly MediaItem[]): Division {
  if (!isRuled(rules, dataset)) return { sets: items.map(({ set }) => set), twice: [], carved: [] };
  return divide(items, rules.sets, rules.carve, dataset);
}

/** How a search for leaks divides datasets under a protocol; undefined for their own sets. */
export function divideBy(rules: ProtocolRules | null | undefined): Divide | undefined {
  return rules ? (dataset, items) => divisionOf(rules, dataset, items).sets : undefined;
}

/** What a protocol makes of datasets, counted. */
export function divideDatasets(rules: ProtocolRules, datasets: readonly ListedDataset[]): DividedDataset[] {
  return datasets.map(({ dataset, items, excluded }) => {
    const { sets, twice, carved } = divisionOf(rules, dataset, items);
    const kept = items.map(({ id }) => !excluded.has(id));
    return {
      dataset,
      ruled: isRuled(rules, dataset),
      sets: {
        train: tallyOf('train', items, sets, kept),
        dev: tallyOf('dev', items, sets, kept),
        test: tallyOf('test', items, sets, kept),
      },
      left: sets.filter((set, index) => set === null && kept[index] === true).length,
      excluded: kept.filter((stays) => !stays).length,
      twice: { items: twice.length, paths: twice.slice(0, shownPaths).flatMap((index) => items[index]?.path ?? []) },
      carved: [...carved],
    };
  });
}

function tallyOf(
  wanted: SetName,
  items: readonly MediaItem[],
  sets: readonly (SetName | null)[],
  kept: readonly boolean[],
): SetTally | null {
  const tally: SetTally = { bonaFide: 0, attack: 0, subjects: 0, attackTypes: {} };
  const people = new Set<string>();
  items.forEach((item, index) => {
    if (sets[index] !== wanted || kept[index] !== true) return;
    people.add(personOf(item));
    if (item.attackType === null) tally.bonaFide++;
    else {
      tally.attack++;
      tally.attackTypes[item.attackType] = (tally.attackTypes[item.attackType] ?? 0) + 1;
    }
  });
  if (people.size === 0) return null;
  return {
    ...tally,
    subjects: people.size,
    attackTypes: Object.fromEntries(
      Object.entries(tally.attackTypes).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
    ),
  };
}

/** What is wrong with the queries of a protocol, over the datasets that it is for. */
export function ruleMistakes(rules: ProtocolRules, datasets: readonly ListedDataset[]): RuleMistake[] {
  const catalogue = itemCatalogue(datasets.filter(({ dataset }) => isRuled(rules, dataset)));
  return setNames.flatMap((set) => {
    try {
      const query = parseQuery(rules.sets[set].where ?? '');
      if (query) checkQueryFields(query, catalogue);
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { from, to } = error.data;
      return [
        {
          set,
          message: error.message,
          from: typeof from === 'number' ? from : 0,
          to: typeof to === 'number' ? to : 0,
        },
      ];
    }
  });
}
