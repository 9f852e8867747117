import { alignedCrop } from '@workbench/faces/aligned-crop';
import type { Face, FaceFailure, FacePipeline } from '@workbench/faces/pipeline';
import { pseudoDepth } from '@workbench/faces/pseudo-depth';
import { imageToRegion, type ImagePyramid } from '@workbench/faces/region';
import { boxOfEyes, type GivenFace, regionOfBox, regionOfEyes } from './given-faces';
import type { ItemOutcome, PreparedFace, PreparedFailure, PrepareRequest } from './prepare-messages';

/** Outer eye corners, nose tip, mouth corners of the 468-point mesh. */
const shownLandmarks = [33, 263, 4, 61, 291] as const;

export const failureMessages: Readonly<Record<FaceFailure, string>> = {
  'no-face': 'No face found.',
  'too-small': 'The face (or the image) is too small.',
  'mesh-rejected': 'A face was found, but no mesh fits it.',
};

type PictureRequest = Pick<PrepareRequest, 'name' | 'bonaFide' | 'largestOnly' | 'recipe'>;

/**
 * Faces, crops and depth targets of one picture: a photograph, or a frame of a clip.
 *
 * A face whose eyes or box are given is cut out by them; one without goes through detector and mesh. Both classes take the
 * same way, so that the cut says nothing about the label. Depth targets of attacks are zero by label, never measured: a mesh
 * is found on a print just as well.
 */
export async function preparePicture(
  request: PictureRequest,
  pyramid: ImagePyramid,
  given: GivenFace | null,
  faces: FacePipeline,
): Promise<ItemOutcome> {
  return given ? [await prepareGiven(request, pyramid, given, faces)] : prepareDetected(request, pyramid, faces);
}

async function prepareDetected(
  request: PictureRequest,
  pyramid: ImagePyramid,
  pipeline: FacePipeline,
): Promise<ItemOutcome> {
  const { faces, failure } = await pipeline.analyse(pyramid, { largestOnly: request.largestOnly });
  if (failure) return [failed(request, failure)];
  return faces.map((face, index): PreparedFace => {
    const crop = alignedCrop(pyramid, face, request.recipe);
    return {
      ok: true,
      crop: crop.image.data,
      depth: depthTarget(request, crop.mesh),
      row: { face: index, ...describe(face), detectorScore: face.score, region: crop.region },
    };
  });
}

async function prepareGiven(
  request: PictureRequest,
  pyramid: ImagePyramid,
  { box: givenBox, eyes }: GivenFace,
  pipeline: FacePipeline,
): Promise<PreparedFace | PreparedFailure> {
  const { recipe, bonaFide } = request;
  const box = givenBox ?? (eyes ? boxOfEyes(eyes) : null);
  if (!box) throw new Error('a given face has a box or eyes');
  const region = eyes ? regionOfEyes(eyes, recipe.cropScale, recipe.align) : regionOfBox(box, recipe.cropScale);
  const crop = pyramid.crop(region, recipe.cropSize).data;
  const head = { face: 0, box, detectorScore: null, region };
  if (!bonaFide) {
    const row = { ...head, meshFlag: null, yaw: null, pitch: null, landmarks: [] };
    return { ok: true, crop, depth: depthTarget(request, null), row };
  }
  const [x, y, width, height] = box;
  const { faces, failure } = await pipeline.faceInBox(pyramid, { x, y, width, height });
  const [face] = faces;
  if (!face) return failed(request, failure ?? 'mesh-rejected');
  const depth = depthTarget(request, imageToRegion(face.mesh, region, recipe.cropSize));
  return { ok: true, crop, depth, row: { ...describe(face), ...head } };
}

/** `[depthSize, depthSize]` bytes: the mesh's depth map for bona fide, zeros for attacks. */
export function depthTarget(
  { bonaFide, recipe }: Pick<PrepareRequest, 'bonaFide' | 'recipe'>,
  mesh: Float32Array | null,
): Uint8Array {
  if (!bonaFide || !mesh) return new Uint8Array(recipe.depthSize * recipe.depthSize);
  return Uint8Array.from(pseudoDepth(mesh, recipe.cropSize, recipe.depthSize), (value) => Math.round(255 * value));
}

function describe(face: Face): Omit<PreparedFace['row'], 'face' | 'detectorScore' | 'region'> {
  const { x, y, width, height } = face.box;
  return {
    box: [x, y, width, height],
    meshFlag: face.meshFlag,
    yaw: face.yaw,
    pitch: face.pitch,
    landmarks: shownLandmarks.map((vertex) => [face.mesh[3 * vertex] ?? 0, face.mesh[3 * vertex + 1] ?? 0]),
  };
}

function failed(request: PictureRequest, failure: FaceFailure): PreparedFailure {
  return { ok: false, reason: failure, message: `${request.name}: ${failureMessages[failure]}` };
}
