import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleDetail, SampleReference, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import { faceCorrelation } from '@shared/metrics/agreement';
import { datasetRoot, listDatasetIds } from '@workbench/datasets/store';
import { readTrueDepth } from '@workbench/datasets/synthetic-dataset';
import { readImageSize } from '@workbench/images/decode';
import { depthOfBytes } from '@workbench/jobs/depth-measures';
import { systemCode } from '@workbench/project/file-errors';
import { isWithin } from '@workbench/project/within';
import type { SampleColumns } from './sample-columns';
import { querySamples } from './sample-query';
import { readShardRow } from './shard-rows';
import type { OpenProject, Workbench } from './workbench';

const depthSide = 32;

type Channels = 'samples.query' | 'samples.detail' | 'samples.depthTargets';

/** `samples.*`: the grid, its facets, and one sample in full. */
export function sampleChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  return {
    'samples.query': async ({ filter, order, offset, limit }) => {
      const { project, columns } = workbench.current();
      const ids = await listDatasetIds(project);
      const datasets = await Promise.all(ids.map((id) => columns.of(id)));
      return querySamples(datasets, filter, order, offset, limit);
    },
    'samples.detail': (reference) => detailOf(workbench.current(), reference),
    'samples.depthTargets': async ({ samples }) => {
      const open = workbench.current();
      const cells = depthSide * depthSide;
      const maps = new Uint8Array(samples.length * cells);
      await Promise.all(
        samples.map(async ({ dataset, index }, position) => {
          const sample = (await open.columns.of(dataset)).samples[index];
          if (sample) maps.set(await readShardRow(open.project, dataset, 'depth', sample.row), position * cells);
        }),
      );
      return { size: depthSide, maps };
    },
  };
}

async function detailOf(open: OpenProject, { dataset: id, index }: SampleReference): Promise<SampleDetail> {
  const columns = await open.columns.of(id);
  const item = itemAt(columns, index);
  const { dataset } = columns;
  const sample = columns.samples[index] ?? null;
  const target = sample ? depthOfBytes(await readShardRow(open.project, id, 'depth', sample.row)) : null;
  return {
    item,
    dataset: id,
    datasetName: dataset.name,
    synthetic: dataset.synthetic,
    ...(await fileFacts(open, columns, item.path)),
    prepared: sample ?? columns.failures[index] ?? null,
    depthTarget: target,
    trueDepthCorrelation: target ? await trueDepthCorrelation(open, columns, item.path, target) : null,
  };
}

/** Size of the original, where it still can be read. */
async function fileFacts(open: OpenProject, columns: SampleColumns, path: string) {
  try {
    const file = await mediaFile(open, columns, path);
    const { size } = await stat(file);
    const { width, height } = await readImageSize(file);
    return { width, height, bytes: size };
  } catch (error) {
    if (error instanceof AppError || systemCode(error) !== undefined) return { width: null, height: null, bytes: null };
    throw error;
  }
}

async function trueDepthCorrelation(
  { project }: OpenProject,
  { dataset }: SampleColumns,
  path: string,
  target: Float32Array,
): Promise<number | null> {
  const bytes = await readTrueDepth(project, dataset, path);
  if (!bytes) return null;
  const side = { width: depthSide, height: depthSide };
  return faceCorrelation({ ...side, data: target }, { ...side, data: depthOfBytes(bytes) });
}

/** @throws AppError `not-found` for a line that the dataset does not have */
export function itemAt({ dataset, items }: SampleColumns, index: number) {
  const item = items[index];
  if (!item)
    throw new AppError('not-found', `${dataset.id} has no sample ${index}; it has ${items.length}.`, { index });
  return item;
}

/**
 * An item's file, after links are followed. A list may name what it likes; nothing outside the dataset's own root is read.
 * @throws AppError `not-found`, `permission`
 */
export async function mediaFile({ project }: OpenProject, { dataset }: SampleColumns, path: string): Promise<string> {
  const root = datasetRoot(project, dataset);
  let real: string;
  let realRoot: string;
  try {
    realRoot = await realpath(root);
    real = await realpath(join(root, path));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new AppError('not-found', `${join(root, path)} is not there any more.`, { path });
  }
  if (!isWithin(realRoot, real) || real === realRoot)
    throw new AppError('permission', `${path} lies outside ${root}.`, { path });
  return real;
}
