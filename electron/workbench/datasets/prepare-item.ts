import { AppError } from '@shared/contract/errors';
import { FailureReason } from '@shared/domain/dataset';
import { alignedCrop } from '@workbench/faces/aligned-crop';
import type { Face, FaceFailure, FacePipeline } from '@workbench/faces/pipeline';
import { pseudoDepth } from '@workbench/faces/pseudo-depth';
import { imageToRegion, ImagePyramid, type SquareRegion } from '@workbench/faces/region';
import { decodeImage } from '@workbench/images/decode';
import type { ItemOutcome, PreparedFace, PrepareRequest } from './prepare-messages';

/** Outer eye corners, nose tip, mouth corners of the 468-point mesh. */
const shownLandmarks = [33, 263, 4, 61, 291] as const;

const failureMessages: Readonly<Record<FaceFailure, string>> = {
  'no-face': 'No face found.',
  'too-small': 'The face (or the image) is too small.',
  'mesh-rejected': 'A face was found, but no mesh fits it.',
};

/**
 * Faces, crops and depth targets of one media item. Nothing a file can hold makes this throw: what cannot be used comes back
 * as a reason.
 *
 * An item with a given face box is cut out by that box; one without goes through detector and mesh. Both classes take the
 * same way, so that the cut says nothing about the label. Depth targets of attacks are zero by label, never measured: a mesh
 * is found on a print just as well.
 */
export async function prepareItem(request: PrepareRequest, faces: FacePipeline): Promise<ItemOutcome> {
  let pyramid: ImagePyramid;
  try {
    pyramid = new ImagePyramid(await decodeImage(request.path, request.name));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = FailureReason.safeParse(error.data['reason']);
    return { ok: false, reason: reason.success ? reason.data : 'unreadable', message: error.message };
  }
  return request.box ? prepareBoxed(request, pyramid, faces) : prepareDetected(request, pyramid, faces);
}

async function prepareDetected(
  request: PrepareRequest,
  pyramid: ImagePyramid,
  pipeline: FacePipeline,
): Promise<ItemOutcome> {
  const { faces, failure } = await pipeline.analyse(pyramid, { largestOnly: request.largestOnly });
  if (failure) return failed(request, failure);
  return {
    ok: true,
    faces: faces.map((face) => {
      const crop = alignedCrop(pyramid, face, request.recipe);
      return {
        crop: crop.image.data,
        depth: depthTarget(request, crop.mesh),
        row: { ...describe(face), detectorScore: face.score, region: crop.region },
      };
    }),
  };
}

async function prepareBoxed(
  request: PrepareRequest,
  pyramid: ImagePyramid,
  pipeline: FacePipeline,
): Promise<ItemOutcome> {
  const { box, recipe, bonaFide } = request;
  if (!box) throw new Error('prepareBoxed needs a box');
  const [x, y, width, height] = box;
  const region: SquareRegion = {
    centreX: x + width / 2,
    centreY: y + height / 2,
    side: recipe.cropScale * Math.max(width, height),
    rotation: 0,
  };
  const crop = pyramid.crop(region, recipe.cropSize).data;
  if (!bonaFide) {
    const unmeasured = { meshFlag: null, yaw: null, pitch: null, landmarks: [] };
    return {
      ok: true,
      faces: [{ crop, depth: depthTarget(request, null), row: { ...unmeasured, box, detectorScore: null, region } }],
    };
  }
  const { faces, failure } = await pipeline.faceInBox(pyramid, { x, y, width, height });
  const [face] = faces;
  if (!face) return failed(request, failure ?? 'mesh-rejected');
  const depth = depthTarget(request, imageToRegion(face.mesh, region, recipe.cropSize));
  return { ok: true, faces: [{ crop, depth, row: { ...describe(face), box, detectorScore: null, region } }] };
}

/** `[depthSize, depthSize]` bytes: the mesh's depth map for bona fide, zeros for attacks. */
function depthTarget({ bonaFide, recipe }: PrepareRequest, mesh: Float32Array | null): Uint8Array {
  if (!bonaFide || !mesh) return new Uint8Array(recipe.depthSize * recipe.depthSize);
  return Uint8Array.from(pseudoDepth(mesh, recipe.cropSize, recipe.depthSize), (value) => Math.round(255 * value));
}

function describe(face: Face): Omit<PreparedFace['row'], 'detectorScore' | 'region'> {
  const { x, y, width, height } = face.box;
  return {
    box: [x, y, width, height],
    meshFlag: face.meshFlag,
    yaw: face.yaw,
    pitch: face.pitch,
    landmarks: shownLandmarks.map((vertex) => [face.mesh[3 * vertex] ?? 0, face.mesh[3 * vertex + 1] ?? 0]),
  };
}

function failed(request: PrepareRequest, failure: FaceFailure): ItemOutcome {
  return { ok: false, reason: failure, message: `${request.name}: ${failureMessages[failure]}` };
}
