import { AppError } from '@shared/contract/errors';
import type { PreparationRecipe } from '@shared/domain/dataset';
import { chooseFrames } from '@shared/domain/frame-rule';
import { alignedCrop } from '@workbench/faces/aligned-crop';
import type { Face, FaceAnalysis, FacePipeline } from '@workbench/faces/pipeline';
import { imageToRegion, ImagePyramid, type SquareRegion } from '@workbench/faces/region';
import { decodeImage } from '@workbench/images/decode';
import type { DepthReader } from './depth-files/depth-reader';
import { depthTarget } from './depth-target';
import { boxOfEyes, type GivenFace, readTrack, regionOfBox, regionOfEyes } from './given-faces';
import type { PrepareTools } from './prepare-item';
import { failureMessages } from './prepare-picture';
import type { PreviewReply, PreviewRequest } from './preview-messages';

/** Pictures whose faces are remembered, so that moving a slider only cuts again. */
const remembered = 24;

/** A picture with its largest face. */
export interface Analysed {
  readonly pyramid: ImagePyramid;
  /** Of the clip it is taken from. */
  readonly frame: number | null;
  readonly given: GivenFace | null;
  readonly face: Face | null;
  readonly failure: string | null;
}

/** Shows what a recipe makes of a picture: finding its face once, then cutting it as often as asked. */
export class PreviewPictures {
  private readonly known = new Map<string, Promise<Analysed>>();

  constructor(private readonly tools: PrepareTools) {}

  async show(request: PreviewRequest): Promise<PreviewReply> {
    try {
      return await reply(request, await this.analysed(request), this.tools.depth);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...nothing, failure: error.message };
    }
  }

  private analysed(request: PreviewRequest): Promise<Analysed> {
    const { path, frame, box, eyes, track } = request;
    const key = JSON.stringify([path, frame, box, eyes, track]);
    let found = this.known.get(key);
    if (!found) {
      found = analysePicture(request, this.tools);
      this.known.set(key, found);
      found.catch(() => this.known.delete(key));
      const [oldest] = this.known.keys();
      if (this.known.size > remembered && oldest !== undefined) this.known.delete(oldest);
    }
    return found;
  }
}

const nothing: PreviewReply = { crop: null, mesh: null, depth: null, failure: null };

/** Opens a picture, or a frame of a clip, and finds its largest or given face. @throws AppError when it cannot be read */
export async function analysePicture(
  request: PreviewRequest,
  { faces, frames }: Pick<PrepareTools, 'faces' | 'frames'>,
): Promise<Analysed> {
  const { box, eyes, track } = request;
  const picture = await openPicture(request, frames);
  const pyramid = new ImagePyramid(picture.image);
  const once: GivenFace | null = box || eyes ? { box, eyes: eyes ?? null } : null;
  const tracked = track ? (await readTrack(track.path, track.format)).get(picture.frame) : undefined;
  const given = tracked ?? once;
  const { faces: found, failure } = await find(pyramid, given, faces);
  return {
    pyramid,
    frame: request.kind === 'video' ? picture.frame : null,
    given,
    face: found[0] ?? null,
    failure: failure ? failureMessages[failure] : null,
  };
}

async function openPicture({ kind, path, name, frame, recipe }: PreviewRequest, frames: PrepareTools['frames']) {
  if (kind === 'image') return { image: await decodeImage(path, name), frame: 0 };
  const source = await frames();
  const { frames: total } = await source.info(path, name);
  const wanted = frame ?? chooseFrames(recipe.frames, total)[0] ?? 0;
  for await (const found of source.frames(path, [wanted], name)) return found;
  throw new AppError('not-found', `${name} has no frame ${wanted}.`);
}

function find(pyramid: ImagePyramid, given: GivenFace | null, faces: FacePipeline): Promise<FaceAnalysis> {
  const box = given?.box ?? (given?.eyes ? boxOfEyes(given.eyes) : null);
  if (!box) return faces.analyse(pyramid, { largestOnly: true });
  const [x, y, width, height] = box;
  return faces.faceInBox(pyramid, { x, y, width, height });
}

/** What a recipe cuts out of a picture: a given face with a mesh or without, a found one with its mesh; null without any. */
export function cutFace(
  recipe: PreparationRecipe,
  { pyramid, given, face }: Pick<Analysed, 'pyramid' | 'given' | 'face'>,
): { crop: Uint8Array; mesh: Float32Array | null; region: SquareRegion } | null {
  if (!given) {
    if (!face) return null;
    const { image, mesh, region } = alignedCrop(pyramid, face, recipe);
    return { crop: image.data, mesh, region };
  }
  const region = given.eyes
    ? regionOfEyes(given.eyes, recipe.cropScale, recipe.align)
    : regionOfBox(given.box ?? [0, 0, 1, 1], recipe.cropScale);
  const mesh = face ? imageToRegion(face.mesh, region, recipe.cropSize) : null;
  return { crop: pyramid.crop(region, recipe.cropSize).data, mesh, region };
}

async function reply(request: PreviewRequest, analysed: Analysed, reader: DepthReader): Promise<PreviewReply> {
  const cut = cutFace(request.recipe, analysed);
  if (!cut) return { ...nothing, failure: analysed.failure };
  const { crop, mesh, region } = cut;
  const { pyramid, frame } = analysed;
  const depth = await depthTarget(request, mesh && { mesh, region, picture: pyramid.image, frame }, reader);
  // Attacks are cut without a mesh; bona fide without one gives no sample.
  return { crop, mesh, depth, failure: request.bonaFide && !mesh ? analysed.failure : null };
}
