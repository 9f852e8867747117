import { AppError } from '@shared/contract/errors';
import { alignedCrop } from '@workbench/faces/aligned-crop';
import type { Face, FaceFailure } from '@workbench/faces/pipeline';
import { imageToRegion, type ImagePyramid } from '@workbench/faces/region';
import { depthTarget } from './depth-target';
import { boxOfEyes, type GivenFace, regionOfBox, regionOfEyes } from './given-faces';
import type { PrepareTools } from './prepare-item';
import type { ItemOutcome, PreparedFace, PreparedFailure, PrepareRequest } from './prepare-messages';

/** Outer eye corners, nose tip, mouth corners of the 468-point mesh. */
const shownLandmarks = [33, 263, 4, 61, 291] as const;

export const failureMessages: Readonly<Record<FaceFailure, string>> = {
  'no-face': 'No face found.',
  'too-small': 'The face (or the image) is too small.',
  'mesh-rejected': 'A face was found, but no mesh fits it.',
};

type PictureRequest = Pick<PrepareRequest, 'name' | 'bonaFide' | 'largestOnly' | 'recipe' | 'depth'>;
type PictureTools = Pick<PrepareTools, 'faces' | 'depth'>;

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
  tools: PictureTools,
  frame: number | null = null,
): Promise<ItemOutcome> {
  try {
    return given
      ? [await prepareGiven(request, pyramid, given, tools, frame)]
      : await prepareDetected(request, pyramid, tools, frame);
  } catch (error) {
    if (!(error instanceof AppError) || error.data['reason'] !== 'no-depth') throw error;
    return [{ ok: false, reason: 'no-depth', message: error.message }];
  }
}

async function prepareDetected(
  request: PictureRequest,
  pyramid: ImagePyramid,
  { faces: pipeline, depth }: PictureTools,
  frame: number | null,
): Promise<ItemOutcome> {
  const { faces, failure } = await pipeline.analyse(pyramid, { largestOnly: request.largestOnly });
  if (failure) return [failed(request, failure)];
  return Promise.all(
    faces.map(async (face, index): Promise<PreparedFace> => {
      const { image, mesh, region } = alignedCrop(pyramid, face, request.recipe);
      return {
        ok: true,
        crop: image.data,
        depth: await depthTarget(request, { mesh, region, picture: pyramid.image, frame }, depth),
        row: { face: index, ...describe(face), detectorScore: face.score, region },
      };
    }),
  );
}

async function prepareGiven(
  request: PictureRequest,
  pyramid: ImagePyramid,
  { box: givenBox, eyes }: GivenFace,
  { faces: pipeline, depth: reader }: PictureTools,
  frame: number | null,
): Promise<PreparedFace | PreparedFailure> {
  const { recipe, bonaFide } = request;
  const box = givenBox ?? (eyes ? boxOfEyes(eyes) : null);
  if (!box) throw new Error('a given face has a box or eyes');
  const region = eyes ? regionOfEyes(eyes, recipe.cropScale, recipe.align) : regionOfBox(box, recipe.cropScale);
  const crop = pyramid.crop(region, recipe.cropSize).data;
  const head = { face: 0, box, detectorScore: null, region };
  if (!bonaFide) {
    const row = { ...head, meshFlag: null, yaw: null, pitch: null, landmarks: [] };
    return { ok: true, crop, depth: await depthTarget(request, null, reader), row };
  }
  const [x, y, width, height] = box;
  const { faces, failure } = await pipeline.faceInBox(pyramid, { x, y, width, height });
  const [face] = faces;
  if (!face) return failed(request, failure ?? 'mesh-rejected');
  const mesh = imageToRegion(face.mesh, region, recipe.cropSize);
  const depth = await depthTarget(request, { mesh, region, picture: pyramid.image, frame }, reader);
  return { ok: true, crop, depth, row: { ...describe(face), ...head } };
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
