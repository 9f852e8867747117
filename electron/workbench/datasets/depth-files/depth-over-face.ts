import { faceCorrelation } from '@shared/metrics/agreement';
import type { SquareRegion } from '@workbench/faces/region';
import type { DepthField } from './depth-field';

/** Of the face's cells, those that must be measured. */
const measuredShare = 0.5;
/** Ends of the face's depth that become 0 and 1: beyond them lie a sensor's stray values. */
const farEnd = 0.02;
const nearEnd = 0.98;
/** Sub-samples along each side of a cell. */
const subSamples = 4;

/**
 * Measured depth over a face's crop as a map of the kind that networks paint: nearest 1, farthest of the face 0, background 0.
 * What was not measured inside the face is filled from its neighbours.
 * @param face `[size, size]`: above 0 is face; its relief tells which values are near where the field does not
 * @returns `[size, size]` in [0, 1]; null when less than half of the face was measured, or it has no relief at all
 */
export function depthOverFace(
  field: DepthField,
  region: SquareRegion,
  size: number,
  face: Float32Array,
): Float32Array<ArrayBuffer> | null {
  const sampled = sampleField(field, region, size);
  if (field.nearest === 'finished') return sampled.map((value) => (Number.isNaN(value) ? 0 : clamped(value)));
  const inside = Array.from(face.keys()).filter((cell) => (face[cell] ?? 0) > 0);
  const measured = inside.filter((cell) => !Number.isNaN(sampled[cell]));
  if (measured.length === 0 || measured.length < measuredShare * inside.length) return null;
  const sign = signOf(field.nearest, sampled, face, measured, size);
  const sorted = Float64Array.from(measured, (cell) => sign * (sampled[cell] ?? 0)).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(farEnd), at(nearEnd)];
  if (!(high > low)) return null;
  const map = new Float32Array(size * size).fill(NaN);
  for (const cell of measured) map[cell] = clamped((sign * (sampled[cell] ?? 0) - low) / (high - low));
  fillHoles(map, inside, size);
  return map.map((value) => (Number.isNaN(value) ? 0 : value));
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));

/** 1 where large values are near, -1 where small ones are. */
function signOf(
  nearest: Exclude<DepthField['nearest'], 'finished'>,
  sampled: Float32Array,
  face: Float32Array,
  measured: readonly number[],
  size: number,
): 1 | -1 {
  if (nearest !== 'as-mesh') return nearest === 'high' ? 1 : -1;
  const shown = new Float32Array(size * size);
  for (const cell of measured) shown[cell] = face[cell] ?? 0;
  const relief = { width: size, height: size, data: shown };
  const values = { width: size, height: size, data: sampled.map((value) => (Number.isNaN(value) ? 0 : value)) };
  return (faceCorrelation(values, relief) ?? 0) < 0 ? -1 : 1;
}

/** Means of what was measured in each cell of the region, `[size, size]`; NaN where nothing was. */
function sampleField(field: DepthField, region: SquareRegion, size: number): Float32Array<ArrayBuffer> {
  const { width, height, values, covers } = field;
  const grid = size * subSamples;
  const step = region.side / grid;
  const [cos, sin] = [Math.cos(region.rotation) * step, Math.sin(region.rotation) * step];
  const sums = new Float64Array(size * size);
  const counts = new Uint8Array(size * size);
  for (let row = 0; row < grid; row++)
    for (let column = 0; column < grid; column++) {
      const [u, v] = [column + 0.5 - grid / 2, row + 0.5 - grid / 2];
      const x = ((region.centreX + cos * u - sin * v - covers.left) * width) / covers.width;
      const y = ((region.centreY + sin * u + cos * v - covers.top) * height) / covers.height;
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const value = values[Math.floor(y) * width + Math.floor(x)] ?? NaN;
      if (Number.isNaN(value)) continue;
      const cell = Math.floor(row / subSamples) * size + Math.floor(column / subSamples);
      sums[cell] = (sums[cell] ?? 0) + value;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  return Float32Array.from(sums, (sum, cell) => (counts[cell] === 0 ? NaN : sum / (counts[cell] ?? 1)));
}

/** Fills cells of the face that hold NaN with the mean of their filled neighbours, ring by ring. */
function fillHoles(map: Float32Array, inside: readonly number[], size: number): void {
  let holes = inside.filter((cell) => Number.isNaN(map[cell]));
  while (holes.length > 0) {
    const filled = holes.map((cell) => [cell, meanOfNeighbours(map, cell, size)] as const);
    for (const [cell, value] of filled) map[cell] = value;
    const left = holes.filter((cell) => Number.isNaN(map[cell]));
    if (left.length === holes.length) return; // A part of the face that touches nothing measured.
    holes = left;
  }
}

function meanOfNeighbours(map: Float32Array, cell: number, size: number): number {
  const [row, column] = [Math.floor(cell / size), cell % size];
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, row - 1); y <= Math.min(size - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(size - 1, column + 1); x++) {
      const value = map[y * size + x] ?? NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  return count === 0 ? NaN : sum / count;
}
