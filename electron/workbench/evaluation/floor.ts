import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/contract/errors';
import { DatasetId } from '@shared/domain/names';
import { z } from '@shared/zod';
import { openPrepared, readPreparedInfo } from '@workbench/datasets/store';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { lbpProbe } from '@workbench/probes/lbp-probe';
import { featureTable, fitLogistic, type LogisticModel, predict } from '@workbench/probes/logistic';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { writeScores } from '@workbench/training/score-files';
import { place, type ScoreSource } from './finished-run';

/** The floor's name in tables, and what it is. */
export const lbpFloorName = 'LBP + logistic';
export const lbpFloorNote = 'floor';

/** Changes when the features or the fit change, so that kept scores are made again. */
const floorVersion = 1;

/** `floor.json`: the data behind the score files beside it. */
const FloorRecord = z.strictObject({
  version: z.int(),
  sources: z.record(DatasetId, z.string()),
  scored: z.record(DatasetId, z.string()),
});

/**
 * Scores of the LBP + logistic regression floor: fitted on the sources' training crops, applied to the sources' dev sets and
 * every target's dev and test set. The score files are kept in the project (`scores/floor-lbp-…/`) and made anew when the data
 * changes.
 * @throws AppError `not-found` when a source is not prepared, `invalid` when the training sets lack a class, `conflict` when
 *   scores must be made and the project is open for reading only
 */
export async function lbpFloorScores(
  project: Project,
  sources: readonly string[],
  targets: readonly string[],
): Promise<ScoreSource> {
  const ordered = [...sources].sort();
  const trained = await hashesOf(project, ordered);
  const key = createHash('sha256')
    .update(JSON.stringify([floorVersion, Object.entries(trained)]))
    .digest('hex')
    .slice(0, 12);
  const folder = `scores/floor-lbp-${key}`;
  const file = (dataset: string, set: 'dev' | 'test') => `${folder}/${dataset}.${set}.csv`;

  const record = await readJsonIfPresent(join(project.folder, folder, 'floor.json'), FloorRecord, 'floor');
  const wanted = await hashesOf(project, [...new Set([...ordered, ...targets])].sort());
  const missing = Object.entries(wanted).filter(([id, hash]) => record?.scored[id] !== hash);
  if (missing.length > 0) {
    project.assertWritable();
    const model = await fitFloor(project, ordered);
    for (const [id] of missing) {
      const data = await openPrepared(project, id);
      for (const set of ['dev', 'test'] as const) {
        await scoreSet(model, data, set, join(project.folder, file(id, set)));
      }
    }
    const scored = { ...record?.scored, ...wanted };
    await writeJson(join(project.folder, folder, 'floor.json'), { version: floorVersion, sources: trained, scored });
  }
  return {
    targets,
    async read(dataset, set) {
      const path = file(dataset, set);
      return existsSync(join(project.folder, path)) ? place(project, dataset, set, path) : null;
    },
  };
}

async function hashesOf(project: Project, ids: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const id of ids) hashes[id] = (await readPreparedInfo(project, id)).contentHash;
  return hashes;
}

/** One dataset's crops lie in memory at a time. */
async function fitFloor(project: Project, sources: readonly string[]): Promise<LogisticModel> {
  const features: Float64Array[] = [];
  const labels: number[] = [];
  for (const id of sources) {
    const source = await openPrepared(project, id);
    for (const { row, item } of source.samples.filter((sample) => sample.item.set === 'train')) {
      features.push(await measure(source, row));
      labels.push(item.attackType === null ? 1 : 0);
    }
  }
  if (!labels.includes(0) || !labels.includes(1)) {
    throw new AppError('invalid', `The training sets of ${sources.join(', ')} lack a class, so there is no floor.`);
  }
  return fitLogistic(featureTable(features), labels);
}

async function scoreSet(model: LogisticModel, data: PreparedData, set: 'dev' | 'test', path: string): Promise<void> {
  const samples = data.samples.filter((sample) => sample.item.set === set);
  if (samples.length === 0) return;
  const features: Float64Array[] = [];
  for (const { row } of samples) features.push(await measure(data, row));
  const scores = predict(model, featureTable(features));
  await writeScores(path, [
    ...samples.map(({ item }, index) => ({ ...columnsOf(item), score: scores[index] ?? null, depthScore: null })),
    ...data.failed
      .filter(({ item }) => item.set === set)
      .map(({ item }) => ({ ...columnsOf(item), score: null, depthScore: null })),
  ]);
}

function columnsOf(item: PreparedData['samples'][number]['item']) {
  return {
    filename: item.path,
    videoId: item.videoId,
    frame: item.frame,
    subject: item.subject,
    attackType: item.attackType,
  };
}

/** Features of one crop; gives the event loop its turn, since a report measures thousands. */
async function measure(data: PreparedData, row: number): Promise<Float64Array> {
  await setImmediate();
  const side = data.info.recipe.cropSize;
  return lbpProbe.measure({ width: side, height: side, data: data.crop(row) });
}
