import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleDetail, SampleReference } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { MediaItem } from '@shared/domain/media-item';
import { faceCorrelation } from '@shared/metrics/agreement';
import { datasetRoot } from '@workbench/datasets/store';
import { readTrueDepth } from '@workbench/datasets/synthetic-dataset';
import { readImageSize } from '@workbench/images/decode';
import { depthOfBytes } from '@workbench/inspection/depth-measures';
import { systemCode } from '@workbench/project/file-errors';
import { isWithin } from '@workbench/project/within';
import type { SampleColumns } from './sample-columns';
import { readShardRow } from './shard-rows';
import type { OpenProject } from './workbench';

/** One sample in full. @throws AppError `not-found` for a line that the dataset does not have */
export async function detailOf(open: OpenProject, { dataset: id, index }: SampleReference): Promise<SampleDetail> {
  const columns = await open.columns.of(id);
  const { dataset, marks, recipe } = columns;
  const item = itemAt(columns, index);
  const rows = await columns.rows(index);
  const sample = rows.find((row) => row.ok);
  const target = sample ? depthOfBytes(await readShardRow(open.project, columns, 'depth', sample.row)) : null;
  return {
    item,
    dataset: id,
    datasetName: dataset.name,
    synthetic: dataset.synthetic,
    ...(await fileFacts(open, columns, item)),
    prepared: sample ?? rows[0] ?? null,
    rows,
    recipe,
    excluded: marks.excluded.get(item.id) ?? null,
    marks: [...(marks.tags.get(item.id) ?? [])],
    depthTarget: target,
    trueDepthCorrelation: target ? await trueDepthCorrelation(open, columns, item.path, target) : null,
  };
}

/** Size of the original, where it still can be read; of a clip only the bytes. */
async function fileFacts(open: OpenProject, columns: SampleColumns, { path, kind }: MediaItem) {
  const unknown = { width: null, height: null, bytes: null };
  try {
    const file = await mediaFile(open, columns, path);
    const { size } = await stat(file);
    if (kind === 'video') return { ...unknown, bytes: size };
    const { width, height } = await readImageSize(file);
    return { width, height, bytes: size };
  } catch (error) {
    if (error instanceof AppError || systemCode(error) !== undefined) return unknown;
    throw error;
  }
}

async function trueDepthCorrelation(
  { project }: OpenProject,
  { dataset, recipe }: SampleColumns,
  path: string,
  target: Float32Array,
): Promise<number | null> {
  const bytes = await readTrueDepth(project, dataset, path);
  if (!bytes) return null;
  const side = { width: recipe.depthSize, height: recipe.depthSize };
  return faceCorrelation({ ...side, data: target }, { ...side, data: depthOfBytes(bytes) });
}

/** @throws AppError `not-found` for a line that the dataset does not have */
export function itemAt(columns: SampleColumns, index: number): MediaItem {
  const item = columns.item(index);
  const { dataset, count } = columns;
  if (!item) throw new AppError('not-found', `${dataset.id} has no sample ${index}; it has ${count}.`, { index });
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
