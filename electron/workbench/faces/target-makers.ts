import type { DepthTarget } from '@shared/domain/depth-target';
import { frontalMesh } from './pose';
import { faceSilhouette, pseudoDepth } from './pseudo-depth';

/** Makers that need nothing but the face's mesh. */
export type MeshTarget = Exclude<DepthTarget, 'imported'>;

type Maker = (mesh: Float32Array, cropSize: number, size: number) => Float32Array;

const makers: Readonly<Record<MeshTarget, Maker>> = {
  mesh: pseudoDepth,
  'frontal-mesh': (mesh, cropSize, size) => pseudoDepth(frontalMesh(mesh), cropSize, size),
  silhouette: faceSilhouette,
  ones: (_, __, size) => new Float32Array(size * size).fill(1),
};

/**
 * The depth target of a bona fide face.
 * @param mesh `[468, 3]` in crop pixels, z in the same unit, smaller = nearer
 * @param cropSize side of the crop in pixels
 * @param size side of the map
 * @returns `[size, size]`, row-major, in [0, 1]
 */
export function makeTarget(maker: MeshTarget, mesh: Float32Array, cropSize: number, size: number): Float32Array {
  return makers[maker](mesh, cropSize, size);
}
