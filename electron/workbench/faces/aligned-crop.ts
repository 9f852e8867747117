import type { RgbImage } from '@workbench/images/rgb-image';
import { regionOfMesh } from './mesh';
import { imageToRegion, ImagePyramid, type SquareRegion } from './region';

/** The part of a preparation recipe that says how a face is cut out. */
export interface CropRecipe {
  /** Side of the crop in pixels. */
  readonly cropSize: number;
  /** Side of the cut-out square over the longer side of the mesh's bounding rectangle. */
  readonly cropScale: number;
  /** Turns the crop so that the outer eye corners lie level. */
  readonly align: boolean;
}

export interface AlignedCrop {
  /** `cropSize`×`cropSize`. */
  readonly image: RgbImage;
  /** The mesh `[468, 3]` in crop pixels, z in the same unit, smaller = nearer: what {@link pseudoDepth} draws. */
  readonly mesh: Float32Array;
  /** What was cut out of the photograph. */
  readonly region: SquareRegion;
}

/**
 * Cuts a face out of its photograph: the square around its mesh, scaled about its centre. What lies outside the photograph
 * is black.
 */
export function alignedCrop(
  image: RgbImage | ImagePyramid,
  face: { readonly mesh: Float32Array },
  recipe: CropRecipe,
): AlignedCrop {
  const pyramid = image instanceof ImagePyramid ? image : new ImagePyramid(image);
  const region = regionOfMesh(face.mesh, recipe.cropScale, recipe.align);
  return {
    image: pyramid.crop(region, recipe.cropSize),
    mesh: imageToRegion(face.mesh, region, recipe.cropSize),
    region,
  };
}
