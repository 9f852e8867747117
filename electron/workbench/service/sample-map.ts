import { join } from 'node:path';
import type { MapMethod, SampleFilter, SampleMap } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { ShardInfo } from '@shared/domain/dataset';
import { createRandom } from '@shared/random';
import { recipeHash, shardInfoName } from '@workbench/datasets/prepared-files';
import { readJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { MapReply, type MapRequest } from './map-messages';
import type { SampleColumns } from './sample-columns';
import { matchRows } from './sample-match';
import { locator } from './sample-places';

/** Samples that a map shows; of more, this many drawn at random, the same ones each time. */
const mostPoints = 3000;

/**
 * Lays the samples that pass a filter out in a plane by their crops' colour and texture features, so that what looks alike lies
 * together: along the first two principal components, or by each one's neighbours.
 * @throws AppError `cancelled` when nobody waits any more, `invalid` for a filter that is no query or shards that are damaged
 */
export async function mapSamples(
  project: Project,
  datasets: readonly SampleColumns[],
  filter: SampleFilter,
  method: MapMethod,
  signal: AbortSignal,
): Promise<SampleMap> {
  const { rows } = matchRows(datasets, filter);
  const locate = locator(datasets);
  const prepared = rows.filter((row) => {
    const { columns, line } = locate(row);
    return (columns.firstRow[line] ?? -1) >= 0;
  });
  const total = prepared.length;
  if (total > mostPoints) createRandom('samples/map').shuffle(prepared);
  const chosen = prepared.slice(0, mostPoints).sort();
  const places = Array.from(chosen, (row) => locate(row));

  const parts: MapRequest['parts'] = [];
  for (const columns of datasets) {
    const lines = places.filter((place) => place.columns === columns).map(({ line }) => line);
    if (lines.length === 0) continue;
    const folder = project.preparedFolder(columns.dataset.id, recipeHash(columns.recipe));
    const { recipe, samples, rowsPerShard } = await readJson(join(folder, shardInfoName), ShardInfo, 'prepared faces');
    const layout = { recipe, samples, rowsPerShard };
    parts.push({ folder, layout, rows: lines.map((line) => columns.firstRow[line] ?? 0) });
  }
  const { x, y, explained } = await layOut({ parts, method }, signal);
  return {
    total,
    x,
    y,
    explained,
    samples: places.map(({ columns, line }) => ({ dataset: columns.dataset.id, index: line })),
    attack: Uint8Array.from(places, ({ columns, line }) => {
      const column = columns.facets.get('class');
      return column?.values[column.codes[line] ?? -1] === 'attack' ? 1 : 0;
    }),
  };
}

async function layOut(request: MapRequest, signal: AbortSignal) {
  const pool = new WorkerPool('map-worker.cjs', 1);
  const hear = (message: unknown) => ({ result: MapReply.parse(message) });
  try {
    const [reply] = await pool.run({ tasks: [request], hear, signal });
    if (!reply) throw new Error('the map gave no answer');
    if (!reply.ok) throw new AppError('invalid', reply.message);
    return reply;
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', 'cancelled');
    throw error;
  } finally {
    await pool.close();
  }
}
