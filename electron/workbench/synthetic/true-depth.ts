import type { Crop } from './crop';
import { isFace, type GeometryBuffer } from './rasterise';

/** Side of the true depth maps, as of the depth targets. */
export const DEPTH_SIDE = 32;
const SAMPLES = 4;

/**
 * Depth of the rendered face over its crop: `[32, 32]`, 255 at the nearest point of the face, 0 at the farthest and on
 * everything that is not face; 4 × 4 samples a cell.
 *
 * @param oversampling geometry pixels a frame pixel; the crop is in frame pixels
 */
export function measureTrueDepth(buffer: GeometryBuffer, crop: Crop, oversampling: number): Uint8Array {
  const { side, z } = buffer;
  let [nearest, farthest] = [-Infinity, Infinity];
  for (let pixel = 0; pixel < z.length; pixel++) {
    if (!isFace(buffer.material[pixel] ?? 0)) continue;
    const depth = z[pixel] ?? 0;
    if (depth > nearest) nearest = depth;
    if (depth < farthest) farthest = depth;
  }
  const sums = new Float64Array(DEPTH_SIDE * DEPTH_SIDE);
  const steps = DEPTH_SIDE * SAMPLES;
  const at = (start: number, step: number) => Math.floor((start + ((step + 0.5) / steps) * crop.side) * oversampling);
  for (let row = 0; row < steps; row++)
    for (let column = 0; column < steps; column++) {
      const [x, y] = [at(crop.left, column), at(crop.top, row)];
      if (x < 0 || y < 0 || x >= side || y >= side || !isFace(buffer.material[y * side + x] ?? 0)) continue;
      const cell = Math.floor(row / SAMPLES) * DEPTH_SIDE + Math.floor(column / SAMPLES);
      sums[cell] = (sums[cell] ?? 0) + ((z[y * side + x] ?? 0) - farthest) / (nearest - farthest || 1);
    }
  return Uint8Array.from(sums, (sum) => Math.round((255 * sum) / (SAMPLES * SAMPLES)));
}
