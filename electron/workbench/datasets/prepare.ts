import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type Dataset, type PreparationRecipe, ShardInfo } from '@shared/domain/dataset';
import type { EngineName } from '@shared/domain/engine';
import { readJsonIfPresent } from '@workbench/project/files';
import type { MediaItem } from '@shared/domain/media-item';
import type { Project } from '@workbench/project/project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { chooseDecoder, nameOfDecoder } from '@workbench/video/decoder';
import { depthSources, type FindDepth } from './depth-files/depth-source';
import { type ItemOutcome, type PrepareRequest, type PrepareWorkerData, readReply } from './prepare-messages';
import { itemsHash, recipeHash, shardInfoName } from './prepared-files';
import { PreparedWriter } from './prepared-writer';
import { datasetRoot, readDataset, readItems } from './store';

/** After this much a killed preparation goes on without doing it again: items, or bytes of crops, whichever comes first. */
const chunkItems = 64;
const chunkBytes = 16 * 1024 * 1024;
/** Progress between two chunks is told this often. */
const tellEveryMs = 500;
/** Items in work or done out of turn, for each thread. */
const aheadPerThread = 3;

export interface PrepareOptions {
  /** Worker threads; 0 = all cores. */
  readonly threads: number;
  /** What computes the face models; `wasm` unless given. */
  readonly engine?: EngineName;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Finds the faces of a dataset and writes crops and depth targets. Runs in parallel, in bounded memory, and goes on where a
 * killed run left off; a finished preparation of the same list with the same recipe is kept as it is. Originals are only read.
 * @throws AppError `cancelled` after a stop (what is done is kept), `not-found` for an unknown dataset or a configured FFmpeg
 *   that does not run, `no-space`
 */
export async function prepareDataset(
  project: Project,
  id: string,
  recipe: PreparationRecipe,
  { threads, engine = 'wasm', signal, onProgress }: PrepareOptions,
): Promise<ShardInfo> {
  const folder = project.preparedFolder(id, recipeHash(recipe));
  const dataset = await readDataset(project, id);
  const items = await readItems(project, id);
  const hash = itemsHash(items);
  const finished = await readJsonIfPresent(join(folder, shardInfoName), ShardInfo, 'prepared faces');
  if (finished && (finished.itemsHash ?? hash) === hash) return finished;

  const settled = await PreparedWriter.settle(folder, hash);
  if (settled) return settled;

  const hasClips = items.some(({ kind }) => kind === 'video');
  const writer = await PreparedWriter.open(folder, {
    recipe,
    itemsHash: hash,
    videoDecoder: hasClips ? nameOfDecoder(await chooseDecoder()) : null,
  });
  const root = datasetRoot(project, dataset);
  // A graphics card, or an engine with threads of its own, is one whoever asks it.
  const wanted = threads > 0 ? threads : availableParallelism();
  const workers = engine === 'wasm' ? wanted : 1;
  const pool = new WorkerPool('prepare-worker.cjs', Math.min(workers, Math.max(1, items.length - writer.items)), {
    engine,
  } satisfies PrepareWorkerData);
  let chunk: { item: string; outcome: ItemOutcome }[] = [];
  let bytes = 0;
  let told = 0;
  const tell = () => {
    told = Date.now();
    onProgress?.(writer.items + chunk.length, items.length);
  };
  const keep = async () => {
    if (chunk.length > 0) await writer.append(chunk);
    chunk = [];
    bytes = 0;
    tell();
  };
  try {
    await keep();
    const outcomes = pool.stream(
      {
        tasks: requestsFrom(items, writer.items, {
          root,
          largestOnly: dataset.oneSubjectPerImage,
          recipe,
          depthOf: await depthFor(project, dataset, recipe),
        }),
        hear: readReply,
      },
      aheadPerThread * workers,
    );
    for await (const outcome of outcomes) {
      const item = items[writer.items + chunk.length];
      if (!item) throw new Error('more outcomes than items');
      chunk.push({ item: item.id, outcome });
      bytes += outcome.reduce((sum, entry) => sum + (entry.ok ? entry.crop.length + entry.depth.length : 0), 0);
      const stopped = signal?.aborted === true;
      if (stopped || chunk.length >= chunkItems || bytes >= chunkBytes) await keep();
      else if (Date.now() - told > tellEveryMs) tell(); // A clip may take seconds.
      if (stopped) throw new AppError('cancelled', `Preparation of ${id} was stopped; it goes on from here.`);
    }
    await keep();
  } finally {
    await pool.close();
  }
  return writer.finish();
}

/** How items find their own depth, where the recipe asks for it. */
export async function depthFor(project: Project, dataset: Dataset, recipe: PreparationRecipe): Promise<FindDepth> {
  return recipe.depthTarget === 'imported' ? depthSources(project, dataset) : () => null;
}

/** What a worker is told about an item. */
export function requestOf(
  item: MediaItem,
  index: number,
  {
    root,
    largestOnly,
    recipe,
    depthOf,
  }: { root: string; depthOf: FindDepth } & Pick<PrepareRequest, 'largestOnly' | 'recipe'>,
): PrepareRequest {
  return {
    index,
    kind: item.kind,
    path: join(root, item.path),
    name: item.path,
    box: item.box,
    ...(item.eyes ? { eyes: item.eyes } : {}),
    ...(item.track ? { track: { ...item.track, path: join(root, item.track.path) } } : {}),
    depth: depthOf(item),
    bonaFide: item.attackType === null,
    largestOnly,
    recipe,
  };
}

function* requestsFrom(
  items: readonly MediaItem[],
  first: number,
  how: Parameters<typeof requestOf>[2],
): Generator<PrepareRequest> {
  for (const [position, item] of items.slice(first).entries()) yield requestOf(item, first + position, how);
}
