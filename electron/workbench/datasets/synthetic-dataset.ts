import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, defaultRecipe, type SynthesisOptions } from '@shared/domain/dataset';
import type { Box, MediaItem } from '@shared/domain/media-item';
import { readLines } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { syntheticDomains } from '@workbench/synthetic/domains';
import { SynthesisRecord } from '@workbench/synthetic/record';
import { synthesisFiles, synthesizeDomain } from '@workbench/synthetic/synthesize-domain';
import { DEPTH_SIDE } from '@workbench/synthetic/true-depth';
import { describeItems } from './import-dataset';
import { datasetExists, datasetRoot, readDataset, writeDataset } from './store';

export interface DrawOptions {
  /** Worker threads; 0 draws in this thread. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Draws a synthetic domain into the project as a dataset; one that is drawn already is kept. The images lie in
 * `datasets/<id>/media/`.
 * @throws AppError `cancelled` after a stop (what is drawn is kept), `no-space`
 */
export async function drawSyntheticDataset(
  project: Project,
  id: string,
  options: SynthesisOptions,
  { threads, signal, onProgress }: DrawOptions,
): Promise<Dataset> {
  project.assertWritable();
  if (await datasetExists(project, id)) return readDataset(project, id);
  const { records } = await synthesizeDomain({
    ...options,
    outputFolder: join(project.datasetFolder(id), 'media'),
    threads,
    ...(signal ? { signal } : {}),
    ...(onProgress
      ? {
          onProgress: ({ done, total }) => {
            onProgress(done, total);
          },
        }
      : {}),
  });
  const items = records.map((record) => itemOf(id, record));
  const dataset: Dataset = {
    formatVersion: 1,
    id,
    name: `${options.domain}, ${syntheticDomains[options.domain].name}`,
    importer: 'synthetic',
    origin: { kind: 'synthetic', options },
    synthetic: true,
    oneSubjectPerImage: true,
    split: 'given',
    createdAt: new Date().toISOString(),
    ...describeItems(items),
    findings: [],
  };
  await writeDataset(project, dataset, items);
  return dataset;
}

/**
 * A drawn picture as media item. The record's box is the crop; an item's box is the face, so it is shrunk about its centre by
 * the default recipe's scale and the preparation cuts out the drawn crop again.
 */
function itemOf(id: string, record: SynthesisRecord): MediaItem {
  const [x, y, width, height] = record.box;
  const inset = (side: number) => (side * (1 - 1 / defaultRecipe.cropScale)) / 2;
  const box: Box = [
    x + inset(width),
    y + inset(height),
    width / defaultRecipe.cropScale,
    height / defaultRecipe.cropScale,
  ];
  return {
    id: createHash('sha256').update(`${id}/${record.path}`).digest('hex').slice(0, 16),
    path: record.path,
    kind: 'image',
    subject: record.subject,
    session: null,
    device: record.device,
    videoId: null,
    frame: null,
    attackType: record.attackType,
    set: record.set,
    box,
    tags: record.tags,
  };
}

/**
 * The true depth that a bona fide picture of a synthetic dataset was drawn from, over the crop of the default recipe:
 * `[32, 32]`, 255 nearest; null for attacks and for datasets that are not drawn.
 */
export async function readTrueDepth(project: Project, dataset: Dataset, path: string): Promise<Uint8Array | null> {
  if (dataset.origin.kind !== 'synthetic') return null;
  const root = datasetRoot(project, dataset);
  const records = await readLines(join(root, synthesisFiles.records), SynthesisRecord);
  const row = records.find((record) => record.path === path)?.trueDepth ?? null;
  if (row === null) return null;
  const cells = DEPTH_SIDE * DEPTH_SIDE;
  const maps = await readFile(join(root, synthesisFiles.trueDepth));
  return maps.subarray(row * cells, (row + 1) * cells);
}
