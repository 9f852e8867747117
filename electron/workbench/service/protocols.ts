import type { WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import type { Leak } from '@shared/domain/leak';
import { fieldNamed } from '@shared/query/match';
import { LeakFinder } from '@workbench/datasets/doctor/run-leaks';
import { fingerprintsFile } from '@workbench/datasets/doctor/fingerprints';
import { marksFile, readMarks } from '@workbench/datasets/marks';
import {
  divideBy,
  divideDatasets,
  isRuled,
  type ListedDataset,
  ruleMistakes,
} from '@workbench/datasets/protocols/division';
import { itemCatalogue } from '@workbench/datasets/protocols/item-query';
import { knownProtocols } from '@workbench/datasets/protocols/known';
import { protocolNames, readProtocol, removeProtocol, saveProtocol } from '@workbench/datasets/protocols/store';
import { listDatasetIds } from '@workbench/datasets/store';
import { fileSignature } from '@workbench/project/index-db';
import { join } from 'node:path';
import type { OpenProject, Workbench } from './workbench';

type Channels =
  | 'protocols.list'
  | 'protocols.read'
  | 'protocols.divide'
  | 'protocols.leaks'
  | 'protocols.values'
  | 'protocols.save'
  | 'protocols.remove';

/** Lists stay in memory this long after the last question: a person who types asks again at once. */
const keepMs = 60_000;

/** `protocols.*`: how rules divide the project's datasets. */
export function protocolChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const lists = new Lists();
  const changed = () => {
    workbench.changes.send({ what: 'protocols' });
  };
  return {
    'protocols.list': () => knownProtocols(workbench.current().project),
    'protocols.read': ({ name }) => readProtocol(workbench.current().project, name),
    'protocols.divide': async (rules) => {
      const datasets = await lists.of(workbench.current());
      const mistakes = ruleMistakes(rules, datasets);
      return { mistakes, datasets: mistakes.length > 0 ? [] : divideDatasets(rules, datasets) };
    },
    'protocols.leaks': async ({ rules, sources, targets }) => {
      const open = workbench.current();
      const there = (await lists.of(open)).map(({ dataset }) => dataset);
      const named = (ids: readonly string[]) =>
        ids.length === 0 ? there.filter((id) => isRuled(rules, id)) : ids.filter((id) => there.includes(id));
      const finder = await lists.finder(open);
      const found = finder.leaksOf({ sources: named(sources), targets: named(targets) }, divideBy(rules));
      return { leaks: withSamples(found, await lists.of(open)) };
    },
    'protocols.values': async ({ datasets: ids, field, contains, limit }) => {
      const datasets = (await lists.of(workbench.current())).filter(({ dataset }) =>
        isRuled({ datasets: ids }, dataset),
      );
      const { fields, valuesOf } = itemCatalogue(datasets);
      const wanted = contains.toLowerCase();
      const values = valuesOf(fieldNamed(field, fields)).filter((value) => value.toLowerCase().includes(wanted));
      const begins = (value: string) => Number(value.toLowerCase().startsWith(wanted));
      return { fields: [...fields, 'pai'], values: values.sort((a, b) => begins(b) - begins(a)).slice(0, limit) };
    },
    'protocols.save': async ({ protocol, replace }) => {
      const { project } = workbench.current();
      if (!replace && protocolNames(project).includes(protocol.name))
        throw new AppError('conflict', `There is a protocol "${protocol.name}" already; choose another name.`);
      await saveProtocol(project, protocol);
      changed();
      return {};
    },
    'protocols.remove': async ({ name }) => {
      await removeProtocol(workbench.current().project, name);
      changed();
      return {};
    },
  };
}

/** Leaks with the lines of the items that they name. */
function withSamples(leaks: readonly Leak[], listed: readonly ListedDataset[]) {
  const lines = new Map<string, Map<string, number>>();
  const lineOf = (dataset: string, item: string) => {
    const known = lines.get(dataset);
    if (known) return known.get(item);
    const items = listed.find((entry) => entry.dataset === dataset)?.items ?? [];
    const made = new Map(items.map(({ id }, line) => [id, line]));
    lines.set(dataset, made);
    return made.get(item);
  };
  return leaks.map((leak) => ({
    leak,
    samples: leak.evidence.flatMap(({ dataset, item }) => {
      const index = lineOf(dataset, item);
      return index === undefined ? [] : [{ dataset, index }];
    }),
  }));
}

/** The project's lists and the search for copies over them, kept while their files stay as they are. */
class Lists {
  private kept: { signature: string; lists: Promise<ListedDataset[]>; finder: Promise<LeakFinder> | null } | null =
    null;
  private timer: NodeJS.Timeout | undefined;

  async of(open: OpenProject): Promise<ListedDataset[]> {
    return (await this.current(open)).lists;
  }

  async finder(open: OpenProject): Promise<LeakFinder> {
    const kept = await this.current(open);
    const lists = await kept.lists;
    kept.finder ??= LeakFinder.over(
      open.project,
      lists.map(({ dataset }) => dataset),
      (id) => Promise.resolve(lists.find(({ dataset }) => dataset === id)?.items ?? []),
    );
    return kept.finder;
  }

  private async current(open: OpenProject) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.kept = null;
    }, keepMs);
    this.timer.unref();
    const { project } = open;
    const ids = await listDatasetIds(project);
    const files = ids.flatMap((id) => [
      join(project.datasetFolder(id), 'items.jsonl'),
      marksFile(project, id),
      fingerprintsFile(project, id),
    ]);
    const signature = files.map((file) => `${file} ${fileSignature(file)}`).join('\n');
    if (this.kept?.signature !== signature) this.kept = { signature, lists: readLists(open, ids), finder: null };
    return this.kept;
  }
}

function readLists({ project, index }: OpenProject, ids: readonly string[]): Promise<ListedDataset[]> {
  return Promise.all(
    ids.map(async (dataset) => ({
      dataset,
      items: await index.items(dataset),
      excluded: (await readMarks(project, dataset)).excluded,
    })),
  );
}
