import type { PreparationRecipe } from '@shared/domain/dataset';
import { DepthTarget } from '@shared/domain/depth-target';
import { isBonaFide, type MediaItem } from '@shared/domain/media-item';
import type { BenchedFace, BenchedMaker, TargetBench } from '@shared/domain/target-bench';
import { AppError } from '@shared/contract/errors';
import { createRandom } from '@shared/random';
import { median } from '@shared/metrics/median';
import { DepthReader } from '@workbench/datasets/depth-files/depth-reader';
import { depthSources, ownDepthOf } from '@workbench/datasets/depth-files/depth-source';
import { importedDepth } from '@workbench/datasets/depth-target';
import { readMarks } from '@workbench/datasets/marks';
import { requestOf } from '@workbench/datasets/prepare';
import type { PreviewRequest } from '@workbench/datasets/preview-messages';
import { type Analysed, analysePicture, cutFace } from '@workbench/datasets/preview-picture';
import { readRecipe } from '@workbench/datasets/recipe';
import { openClipSource } from '@workbench/datasets/recordings/clip-source';
import { datasetRoot, readDataset, readItems } from '@workbench/datasets/store';
import type { FacePipeline } from '@workbench/faces/pipeline';
import { makeTarget } from '@workbench/faces/target-makers';
import type { Project } from '@workbench/project/project';
import { mapSide, measureDepth } from './depth-measures';
import { targetEffects } from './target-effects';

export interface TargetBenchOptions {
  readonly dataset: string;
  /** Bona fide faces that are looked at. */
  readonly faces: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Makes the depth targets of bona fide faces of a dataset by every maker, on the same crops: how they look, how long they take,
 * how often they fail, how they agree with the dataset's own depth where it has any, and what runs trained towards them
 * scored. The faces are drawn at random, the same ones each time, over as many subjects as there are.
 * @throws AppError `not-found` for an unknown dataset, `invalid` for one without bona fide items, `cancelled`
 */
export async function benchTargets(
  project: Project,
  pipeline: FacePipeline,
  { dataset: id, faces: wanted, signal, onProgress }: TargetBenchOptions,
): Promise<TargetBench> {
  const dataset = await readDataset(project, id);
  const items = await readItems(project, id);
  const { excluded } = await readMarks(project, id);
  const chosen = drawFaces(items, wanted, excluded);
  if (chosen.length === 0) throw new AppError('invalid', `${id} has no bona fide item to make a target of.`);
  const recipe: PreparationRecipe = { ...(await readRecipe(project, id)), depthTarget: 'imported' };
  const how = {
    root: datasetRoot(project, dataset),
    largestOnly: true,
    recipe,
    depthOf: await depthSources(project, dataset),
  };
  const reader = new DepthReader();
  const clips = openClipSource();
  const tallies = new Tallies();
  const faces: BenchedFace[] = [];
  try {
    for (const [done, { item, index }] of chosen.entries()) {
      if (signal?.aborted) throw new AppError('cancelled', 'The bench was stopped.');
      onProgress?.(done, chosen.length);
      const request: PreviewRequest = { ...requestOf(item, index, how), frame: null };
      const { face, maps } = await benchFace(
        request,
        { pipeline, reader, clips: () => Promise.resolve(clips) },
        tallies,
      );
      faces.push({ index, path: item.path, subject: item.subject, ...face, maps });
    }
  } finally {
    await reader.close();
    await clips.close();
  }
  return {
    dataset: id,
    cropSize: recipe.cropSize,
    size: mapSide,
    ownDepth: ownDepthOf(dataset, items),
    faces,
    makers: DepthTarget.options.map((maker) => tallies.of(maker)),
    effects: await targetEffects(project),
  };
}

interface Chosen {
  readonly item: MediaItem;
  readonly index: number;
}

/** Bona fide items drawn subject by subject, so that few pictures show many people; in the order of the list. */
function drawFaces(items: readonly MediaItem[], wanted: number, left: ReadonlyMap<string, unknown>): Chosen[] {
  const random = createRandom('depth/targets');
  const bySubject = new Map<string, Chosen[]>();
  for (const [index, item] of items.entries()) {
    if (!isBonaFide(item) || left.has(item.id)) continue;
    const subject = item.subject ?? item.id;
    const own = bySubject.get(subject) ?? [];
    own.push({ item, index });
    bySubject.set(subject, own);
  }
  const subjects = [...bySubject.values()];
  random.shuffle(subjects);
  for (const own of subjects) random.shuffle(own);
  const drawn: Chosen[] = [];
  for (let round = 0; drawn.length < wanted && subjects.some((own) => own.length > round); round++)
    drawn.push(...subjects.flatMap((own) => own[round] ?? []));
  return drawn.slice(0, wanted).sort((a, b) => a.index - b.index);
}

interface Tools {
  readonly pipeline: FacePipeline;
  readonly reader: DepthReader;
  readonly clips: () => Promise<ReturnType<typeof openClipSource>>;
}

async function benchFace(
  request: PreviewRequest,
  { pipeline, reader, clips }: Tools,
  tallies: Tallies,
): Promise<{ face: Pick<BenchedFace, 'crop' | 'yaw'>; maps: BenchedFace['maps'] }> {
  const clock = performance.now();
  let analysed: Analysed;
  try {
    analysed = await analysePicture(request, { faces: pipeline, frames: clips });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const maker of DepthTarget.options) tallies.fail(maker, error.message);
    return { face: { crop: null, yaw: null }, maps: {} };
  }
  const cut = cutFace(request.recipe, analysed);
  const finding = performance.now() - clock;
  const mesh = cut?.mesh;
  if (!cut || !mesh) {
    for (const maker of DepthTarget.options) tallies.fail(maker, `${request.name}: ${analysed.failure ?? 'no mesh'}`);
    return { face: { crop: cut && Uint8Array.from(cut.crop), yaw: null }, maps: {} };
  }
  const { cropSize, depthSize } = request.recipe;
  const maps: BenchedFace['maps'] = {};
  const make = async (maker: DepthTarget): Promise<Float32Array> => {
    if (maker !== 'imported') return makeTarget(maker, mesh, cropSize, depthSize);
    const { pyramid, frame } = analysed;
    return importedDepth(request, { mesh, region: cut.region, picture: pyramid.image, frame }, reader);
  };
  for (const maker of DepthTarget.options) {
    const start = performance.now();
    try {
      maps[maker] = Float32Array.from(await make(maker));
      tallies.made(maker, finding, performance.now() - start);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      tallies.fail(maker, error.message);
    }
  }
  tallies.compare(maps);
  return { face: { crop: Uint8Array.from(cut.crop), yaw: analysed.face?.yaw ?? null }, maps };
}

/** What was counted and timed, by maker. */
class Tallies {
  private readonly whole = new Map<DepthTarget, number[]>();
  private readonly own = new Map<DepthTarget, number[]>();
  private readonly failures = new Map<DepthTarget, string[]>();
  private readonly compared = new Map<DepthTarget, ReturnType<typeof measureDepth>[]>();

  made(maker: DepthTarget, finding: number, making: number): void {
    listAt(this.whole, maker).push(finding + making);
    listAt(this.own, maker).push(making);
  }

  fail(maker: DepthTarget, why: string): void {
    listAt(this.failures, maker).push(why);
  }

  /** Each maker's map against the dataset's own depth of the same face. */
  compare(maps: BenchedFace['maps']): void {
    const { imported: truth, ...others } = maps;
    if (!truth) return;
    for (const maker of DepthTarget.options) {
      const map = maker === 'imported' ? undefined : others[maker];
      if (map) listAt(this.compared, maker).push(measureDepth(map, truth, mapSide));
    }
  }

  of(maker: DepthTarget): BenchedMaker {
    const failures = listAt(this.failures, maker);
    const compared = listAt(this.compared, maker);
    const made = listAt(this.whole, maker);
    return {
      maker,
      made: made.length,
      failed: failures.length,
      failure: failures[0] ?? null,
      milliseconds: made.length === 0 ? null : median(made),
      ownMilliseconds: made.length === 0 ? null : median(listAt(this.own, maker)),
      agreement:
        compared.length === 0
          ? null
          : {
              faces: compared.length,
              correlationInFace: meanOf(compared.map(({ correlationInFace }) => correlationInFace)),
              meanAbsoluteError: meanOf(compared.map(({ meanAbsoluteError }) => meanAbsoluteError)) ?? 0,
              faceAreaIou: meanOf(compared.map(({ faceAreaIou }) => faceAreaIou)),
            },
    };
  }
}

function listAt<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Null when no value exists. */
function meanOf(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
}
