import { loadCanonicalFace } from './canonical-face';

/**
 * The depth target of a face: its mesh, pose kept, drawn as a depth map. A z-buffer over the canonical face's 898 triangles
 * (mouth closed), `samples`² sub-samples a pixel, averaged, so that the outline is soft.
 *
 * @param points mesh `[468, 3]` in crop pixels, z in the same unit, smaller = nearer
 * @param cropSize side of the crop in pixels
 * @param size side of the map
 * @returns `[size, size]`, row-major, in [0, 1]: nearest vertex 1, farthest vertex and background 0
 */
export function pseudoDepth(points: Float32Array, cropSize: number, size: number, samples = 4): Float32Array {
  const nearnessOf = nearnessAlong(points);
  return nearnessOf ? drawMesh(points, cropSize, size, samples, nearnessOf) : new Float32Array(size * size);
}

/**
 * Where the mesh covers the crop, `[size, size]` in [0, 1]: 1 inside the face, 0 outside, soft along the outline.
 * @param points mesh `[468, 3]` in crop pixels
 */
export function faceSilhouette(points: Float32Array, cropSize: number, size: number, samples = 4): Float32Array {
  return drawMesh(points, cropSize, size, samples, () => 1);
}

/** Draws the mesh with a value at each z, `samples`² sub-samples a pixel; larger values win, 0 where there is no face. */
function drawMesh(
  points: Float32Array,
  cropSize: number,
  size: number,
  samples: number,
  valueAt: (z: number) => number,
): Float32Array {
  const grid = size * samples;
  const drawn = new Float32Array(grid * grid);
  rasterise(points, grid / cropSize, grid, valueAt, drawn);
  return samples === 1 ? drawn : averageBlocks(drawn, size, samples);
}

/** z → [0, 1], 1 at the nearest vertex and 0 at the farthest; null for a mesh without extent. */
function nearnessAlong(points: Float32Array): ((z: number) => number) | null {
  let nearest = Infinity;
  let farthest = -Infinity;
  for (let i = 2; i < points.length; i += 3) {
    const z = points[i] ?? 0;
    if (z < nearest) nearest = z;
    if (z > farthest) farthest = z;
  }
  const span = farthest - nearest;
  return span > 0 ? (z) => (farthest - z) / span : null;
}

function rasterise(
  points: Float32Array,
  scale: number,
  grid: number,
  valueAt: (z: number) => number,
  target: Float32Array,
): void {
  const { triangles } = loadCanonicalFace();
  const at = (i: number) => points[i] ?? 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const a = 3 * (triangles[t] ?? 0);
    const b = 3 * (triangles[t + 1] ?? 0);
    const c = 3 * (triangles[t + 2] ?? 0);
    drawTriangle(
      at(a) * scale,
      at(a + 1) * scale,
      valueAt(at(a + 2)),
      at(b) * scale,
      at(b + 1) * scale,
      valueAt(at(b + 2)),
      at(c) * scale,
      at(c + 1) * scale,
      valueAt(at(c + 2)),
      grid,
      target,
    );
  }
}

/** Barycentric weights may be this much below zero: a pixel centre on a shared edge belongs to both triangles. */
const edgeTolerance = 1e-6;

/** Corner (x, y) in grid pixels with its value v; pixel centres lie at +0.5. Larger values win. */
function drawTriangle(
  x0: number,
  y0: number,
  v0: number,
  x1: number,
  y1: number,
  v1: number,
  x2: number,
  y2: number,
  v2: number,
  grid: number,
  target: Float32Array,
): void {
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  if (Math.abs(area) < 1e-9) return;
  const left = Math.max(0, Math.floor(Math.min(x0, x1, x2) - 0.5));
  const right = Math.min(grid - 1, Math.ceil(Math.max(x0, x1, x2) - 0.5));
  const top = Math.max(0, Math.floor(Math.min(y0, y1, y2) - 0.5));
  const bottom = Math.min(grid - 1, Math.ceil(Math.max(y0, y1, y2) - 0.5));
  const w1PerX = (y2 - y0) / area;
  const w1PerY = -(x2 - x0) / area;
  const w2PerX = -(y1 - y0) / area;
  const w2PerY = (x1 - x0) / area;
  for (let y = top; y <= bottom; y++) {
    const dy = y + 0.5 - y0;
    for (let x = left; x <= right; x++) {
      const dx = x + 0.5 - x0;
      const w1 = dx * w1PerX + dy * w1PerY;
      const w2 = dx * w2PerX + dy * w2PerY;
      const w0 = 1 - w1 - w2;
      if (w0 < -edgeTolerance || w1 < -edgeTolerance || w2 < -edgeTolerance) continue;
      const value = w0 * v0 + w1 * v1 + w2 * v2;
      const pixel = y * grid + x;
      if (value > (target[pixel] ?? 0)) target[pixel] = value;
    }
  }
}

function averageBlocks(fine: Float32Array, size: number, samples: number): Float32Array {
  const grid = size * samples;
  const coarse = new Float32Array(size * size);
  const weight = 1 / (samples * samples);
  for (let y = 0; y < grid; y++) {
    const row = Math.floor(y / samples) * size;
    for (let x = 0, block = row; x < grid; block++)
      for (let end = x + samples; x < end; x++)
        coarse[block] = (coarse[block] ?? 0) + weight * (fine[y * grid + x] ?? 0);
  }
  return coarse;
}
