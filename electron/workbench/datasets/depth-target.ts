import { AppError } from '@shared/contract/errors';
import type { SquareRegion } from '@workbench/faces/region';
import { faceSilhouette, pseudoDepth } from '@workbench/faces/pseudo-depth';
import { makeTarget } from '@workbench/faces/target-makers';
import { depthOverFace } from './depth-files/depth-over-face';
import type { DepthReader } from './depth-files/depth-reader';
import type { PrepareRequest } from './prepare-messages';

/** A face in its picture, as depth targets are made from it. */
export interface TargetFace {
  /** `[468, 3]` in crop pixels. */
  readonly mesh: Float32Array;
  /** What the crop covers, in picture pixels. */
  readonly region: SquareRegion;
  readonly picture: { readonly width: number; readonly height: number };
  /** Of the clip it is taken from; null for a picture. */
  readonly frame: number | null;
}

type Request = Pick<PrepareRequest, 'name' | 'bonaFide' | 'recipe' | 'depth'>;

/**
 * The depth target of a face by the recipe's maker: `[depthSize, depthSize]` bytes, nearest 255. Zeros for attacks, and for
 * a bona fide face without a mesh.
 * @throws AppError `invalid` with `data.reason` `no-depth` when the maker needs a depth of the dataset's own that is not there
 */
export async function depthTarget(request: Request, face: TargetFace | null, reader: DepthReader): Promise<Uint8Array> {
  const { bonaFide, recipe } = request;
  if (!bonaFide || !face) return new Uint8Array(recipe.depthSize * recipe.depthSize);
  const map =
    recipe.depthTarget === 'imported'
      ? await importedDepth(request, face, reader)
      : makeTarget(recipe.depthTarget, face.mesh, recipe.cropSize, recipe.depthSize);
  return Uint8Array.from(map, (value) => Math.round(255 * value));
}

/**
 * The dataset's own depth of a face, inside its mesh: `[depthSize, depthSize]` in [0, 1].
 * @throws AppError `invalid` with `data.reason` `no-depth` when there is none, or too little of the face was measured
 */
export async function importedDepth(
  { name, depth, recipe }: Omit<Request, 'bonaFide'>,
  { mesh, region, picture, frame }: TargetFace,
  reader: DepthReader,
): Promise<Float32Array> {
  if (!depth) throw noDepth(name, 'has no depth of its own');
  const field = await reader.read(depth, picture, frame, name);
  const { cropSize, depthSize } = recipe;
  // The farthest point of the mesh has depth 0 and is face all the same.
  const inside = faceSilhouette(mesh, cropSize, depthSize, 1);
  const relief = pseudoDepth(mesh, cropSize, depthSize).map((value, cell) =>
    inside[cell] ? Math.max(value, 1e-3) : 0,
  );
  const map = depthOverFace(field, region, depthSize, relief);
  if (!map) throw noDepth(name, 'has depth for less than half of the face, or no relief in it');
  return map;
}

function noDepth(name: string, why: string): AppError {
  return new AppError('invalid', `${name} ${why}.`, { file: name, reason: 'no-depth' });
}
