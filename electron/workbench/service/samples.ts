import type { GroupMember, SampleReference, WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { markItems, stepMarks } from '@workbench/datasets/marks';
import { listDatasetIds } from '@workbench/datasets/store';
import { completeField } from './field-values';
import type { SampleColumns } from './sample-columns';
import { detailOf } from './sample-detail';
import { mapSamples } from './sample-map';
import { readShardRow } from './shard-rows';
import type { OpenProject, Workbench } from './workbench';

const depthSide = 32;
/** Pictures of a group that are handed out. */
const mostMembers = 5000;

type Channels = Extract<keyof WorkbenchContract, `samples.${string}`>;

/** `samples.*`: the grid, its facets, one sample in full, and what a person says about them. */
export function sampleChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  return {
    'samples.query': async (query) => {
      const open = workbench.current();
      return open.queries.page(await allColumns(open), query);
    },
    'samples.detail': (reference) => detailOf(workbench.current(), reference),
    'samples.depthTargets': async ({ samples }) => {
      const open = workbench.current();
      const cells = depthSide * depthSide;
      const maps = new Uint8Array(samples.length * cells);
      await Promise.all(
        samples.map(async ({ dataset, index }, position) => {
          const columns = await open.columns.of(dataset);
          const row = columns.firstRow[index] ?? -1;
          if (row >= 0) maps.set(await readShardRow(open.project, columns, 'depth', row), position * cells);
        }),
      );
      return { size: depthSide, maps };
    },
    'samples.members': async ({ filter, order, group, cover }) => {
      const open = workbench.current();
      const datasets = await allColumns(open);
      const references = open.queries.membersOf(datasets, { filter, order, group }, cover);
      const byId = new Map(datasets.map((columns) => [columns.dataset.id, columns]));
      const members: GroupMember[] = [];
      for (const reference of references) {
        if (members.length >= mostMembers) break;
        const columns = byId.get(reference.dataset);
        if (columns) members.push(...(await picturesOf(columns, reference)));
      }
      return { members: members.slice(0, mostMembers), total: members.length };
    },
    'samples.values': async ({ field, contains, limit }) =>
      completeField(await allColumns(workbench.current()), field, contains, limit),
    'samples.mark': async ({ samples, change }) => {
      const open = workbench.current();
      const items = Array.isArray(samples)
        ? await idsOf(open, samples)
        : open.queries.itemsOf(await allColumns(open), samples);
      await markItems(open.project, items, change);
      workbench.changes.send({ what: 'datasets' });
      return { items: [...items.values()].reduce((sum, ids) => sum + ids.length, 0) };
    },
    'samples.map': async ({ filter, method = 'pca' }, signal) => {
      const open = workbench.current();
      return mapSamples(open.project, await allColumns(open), filter, method, signal);
    },
    'samples.step': async ({ direction }) => {
      const { project } = workbench.current();
      const edit = await stepMarks(project, await listDatasetIds(project), direction);
      if (edit) workbench.changes.send({ what: 'datasets' });
      return { edit };
    },
  };
}

async function allColumns({ project, columns }: OpenProject): Promise<SampleColumns[]> {
  return Promise.all((await listDatasetIds(project)).map((id) => columns.of(id)));
}

/** A photograph is one picture; a clip is one for each of its prepared frames. */
async function picturesOf(columns: SampleColumns, { dataset, index }: SampleReference): Promise<GroupMember[]> {
  const item = columns.item(index);
  const first = columns.firstRow[index] ?? -1;
  if (item?.kind !== 'video') return [{ dataset, index, row: first >= 0 ? first : null, frame: item?.frame ?? null }];
  const rows = (await columns.rows(index)).filter((row) => row.ok && row.face === 0);
  return rows.map((row) => ({ dataset, index, row: row.ok ? row.row : null, frame: row.frame ?? null }));
}

async function idsOf(open: OpenProject, samples: readonly SampleReference[]): Promise<Map<string, string[]>> {
  const items = new Map<string, string[]>();
  for (const { dataset, index } of samples) {
    const id = (await open.columns.of(dataset)).ids[index];
    if (id !== undefined) items.set(dataset, [...(items.get(dataset) ?? []), id]);
  }
  return items;
}
