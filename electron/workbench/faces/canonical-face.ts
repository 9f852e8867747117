import { readFileSync } from 'node:fs';
import { assetFile } from '@workbench/project/paths';

/** MediaPipe's canonical face: a neutral head in centimetres, x to the image's right, y up, z towards the viewer. */
export interface CanonicalFace {
  /** Positions `[468, 3]` in cm. */
  readonly vertices: Float32Array;
  /** Texture coordinates `[468, 2]` in [0, 1], v downwards (row 0 of a texture is the forehead). */
  readonly uvs: Float32Array;
  /** Vertex indices `[898, 3]`, counter-clockwise seen from the front; the mouth is closed. */
  readonly triangles: Uint16Array;
}

export const CANONICAL_VERTEX_COUNT = 468;
export const CANONICAL_TRIANGLE_COUNT = 898;

let cached: CanonicalFace | undefined;

/**
 * The canonical face from the asset `canonical-face-model.obj`, read once a process.
 * @throws AppError `not-found` when set-up has not copied the asset; Error when the file is not the 468-vertex face
 */
export function loadCanonicalFace(): CanonicalFace {
  cached ??= parseCanonicalFace(readFileSync(assetFile('canonical-face-model.obj'), 'utf8'));
  return cached;
}

/**
 * Reads the Wavefront OBJ text of the canonical face (`v`, `vt`, `f a/ta b/tb c/tc` lines; others are skipped).
 * A vertex takes the texture coordinate of the first corner that names it; the model has no seams, so each has one.
 */
export function parseCanonicalFace(text: string): CanonicalFace {
  const positions: number[] = [];
  const coordinates: number[] = [];
  const triangles: number[] = [];
  const uvs = new Float32Array(2 * CANONICAL_VERTEX_COUNT).fill(Number.NaN);
  for (const line of text.split('\n')) {
    const [kind, ...fields] = line.trim().split(/\s+/);
    if (kind === 'v') positions.push(...fields.slice(0, 3).map(Number));
    else if (kind === 'vt') coordinates.push(...fields.slice(0, 2).map(Number));
    else if (kind === 'f') {
      for (const corner of fields) {
        const [vertex = Number.NaN, texture = Number.NaN] = corner.split('/').map((field) => Number(field) - 1);
        triangles.push(vertex);
        if (!Number.isNaN(uvs[2 * vertex])) continue;
        uvs[2 * vertex] = coordinates[2 * texture] ?? Number.NaN;
        uvs[2 * vertex + 1] = 1 - (coordinates[2 * texture + 1] ?? Number.NaN);
      }
    }
  }
  if (positions.length !== 3 * CANONICAL_VERTEX_COUNT || triangles.length !== 3 * CANONICAL_TRIANGLE_COUNT)
    throw new Error(`canonical face: ${positions.length / 3} vertices and ${triangles.length / 3} triangles`);
  if (positions.some(Number.isNaN) || triangles.some(Number.isNaN) || uvs.some(Number.isNaN))
    throw new Error('canonical face: a line does not hold numbers');
  return { vertices: Float32Array.from(positions), uvs, triangles: Uint16Array.from(triangles) };
}
