import { UMAP } from 'umap-js';
import { createRandom } from '@shared/random';
import { standardise } from './projection';

/** Points that each point is laid beside. */
const neighbours = 15;
/** How near points may come to one another in the plane. */
const leastDistance = 0.1;
/** Fewer points than these have no neighbourhood to speak of. */
const fewestPoints = 5;

/**
 * Features laid out in a plane so that near ones stay near (UMAP, McInnes et al. 2018, on standardised features, Euclidean).
 * Distances between far groups mean little. The same features give the same picture.
 * @param features `[rows, length]` row-major
 * @returns null for too few points
 */
export function layOutNeighbours(
  features: Float32Array,
  length: number,
): { readonly x: Float32Array; readonly y: Float32Array } | null {
  const rows = length === 0 ? 0 : features.length / length;
  if (rows < fewestPoints) return null;
  const { values } = standardise(features, rows, length);
  const vectors = Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray(row * length, (row + 1) * length)),
  );
  const random = createRandom('samples/map/neighbours');
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(neighbours, rows - 1),
    minDist: leastDistance,
    random: () => random.uniform(),
  });
  const places = umap.fit(vectors);
  return {
    x: Float32Array.from(places, ([x = 0]) => x),
    y: Float32Array.from(places, ([, y = 0]) => y),
  };
}
