import type { Part } from './head-model';
import { material } from './head-model';
import type { Matrix3, Vector3 } from './maths';

/** A pinhole camera at the origin that looks along −z, and how the head stands before it. */
export interface View {
  readonly rotation: Matrix3;
  /** Head's origin in camera space, cm; z is negative. */
  readonly position: Vector3;
  /** Focal length, pixels. */
  readonly focal: number;
  /** Side of the square image, pixels; the optical axis meets its centre. */
  readonly side: number;
}

/** What each pixel of a square image shows; buffers are row-major `[side, side]`. */
export interface GeometryBuffer {
  readonly side: number;
  readonly material: Uint8Array;
  /** Camera-space z in cm (negative); the largest wins. −Infinity where nothing is. */
  readonly z: Float32Array;
  /** Interpolated normals, camera space, not normalised `[side, side, 3]`. */
  readonly normals: Float32Array;
  /** The part's attributes `[side, side, 3]`. */
  readonly attributes: Float32Array;
}

/**
 * The face wins against whatever lies up to this far in front of it, cm: skull and hair are ellipsoids, and on a narrow
 * head they would poke through the eye sockets into the picture and into the true depth.
 */
const FACE_PRIORITY = 1.5;

/** Scratch space for the projected vertices of a part. */
interface Projected {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly normals: Float32Array;
}

/** Z-buffer rasteriser: one sample at each pixel's centre. */
export function rasterise(parts: readonly Part[], view: View): GeometryBuffer {
  const pixels = view.side * view.side;
  const buffer: GeometryBuffer = {
    side: view.side,
    material: new Uint8Array(pixels),
    z: new Float32Array(pixels).fill(-Infinity),
    normals: new Float32Array(3 * pixels),
    attributes: new Float32Array(3 * pixels),
  };
  // The face goes last, so that its priority is one comparison.
  const ordered = [...parts].sort((a, b) => Number(isFace(a.material)) - Number(isFace(b.material)));
  for (const part of ordered) fillPart(buffer, part, project(part, view));
  return buffer;
}

export function isFace(kind: number): boolean {
  return kind === material.face || kind === material.mouth;
}

function project(part: Part, view: View): Projected {
  const count = part.vertices.length / 3;
  const projected: Projected = {
    x: new Float32Array(count),
    y: new Float32Array(count),
    z: new Float32Array(count),
    normals: new Float32Array(3 * count),
  };
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = view.rotation;
  const [tx, ty, tz] = view.position;
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [part.vertices[3 * i] ?? 0, part.vertices[3 * i + 1] ?? 0, part.vertices[3 * i + 2] ?? 0];
    const depth = m6 * x + m7 * y + m8 * z + tz;
    projected.x[i] = view.side / 2 - (view.focal * (m0 * x + m1 * y + m2 * z + tx)) / depth;
    projected.y[i] = view.side / 2 + (view.focal * (m3 * x + m4 * y + m5 * z + ty)) / depth;
    projected.z[i] = depth;
    const [nx, ny, nz] = [part.normals[3 * i] ?? 0, part.normals[3 * i + 1] ?? 0, part.normals[3 * i + 2] ?? 0];
    projected.normals[3 * i] = m0 * nx + m1 * ny + m2 * nz;
    projected.normals[3 * i + 1] = m3 * nx + m4 * ny + m5 * nz;
    projected.normals[3 * i + 2] = m6 * nx + m7 * ny + m8 * nz;
  }
  return projected;
}

function fillPart(buffer: GeometryBuffer, part: Part, projected: Projected): void {
  const { triangles } = part;
  for (let k = 0; k < triangles.length; k += 3)
    fillTriangle(buffer, part, projected, triangles[k] ?? 0, triangles[k + 1] ?? 0, triangles[k + 2] ?? 0);
}

function fillTriangle(buffer: GeometryBuffer, part: Part, p: Projected, a: number, b: number, c: number): void {
  const [ax, ay, az] = [p.x[a] ?? 0, p.y[a] ?? 0, p.z[a] ?? 0];
  const [bx, by, bz] = [p.x[b] ?? 0, p.y[b] ?? 0, p.z[b] ?? 0];
  const [cx, cy, cz] = [p.x[c] ?? 0, p.y[c] ?? 0, p.z[c] ?? 0];
  if (az > -1 || bz > -1 || cz > -1) return; // behind the camera or too near to project
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (area > -1e-6) return; // seen from behind (rows grow downwards, so front faces have negative area) or degenerate
  const { side, z: depths, normals, attributes } = buffer;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const right = Math.min(side - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(side - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  const priority = isFace(part.material) ? FACE_PRIORITY : 0;
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const wb = (px * (cy - ay) - (cx - ax) * py) / area;
      const wc = ((bx - ax) * py - px * (by - ay)) / area;
      const wa = 1 - wb - wc;
      if (wa < -1e-5 || wb < -1e-5 || wc < -1e-5) continue;
      const z = wa * az + wb * bz + wc * cz;
      const pixel = y * side + x;
      const other = buffer.material[pixel] ?? 0;
      if (z + (isFace(other) ? 0 : priority) <= (depths[pixel] ?? 0)) continue;
      depths[pixel] = z;
      buffer.material[pixel] = part.material;
      for (let axis = 0; axis < 3; axis++) {
        const o = 3 * pixel + axis;
        normals[o] =
          wa * (p.normals[3 * a + axis] ?? 0) +
          wb * (p.normals[3 * b + axis] ?? 0) +
          wc * (p.normals[3 * c + axis] ?? 0);
        attributes[o] =
          wa * (part.attributes[3 * a + axis] ?? 0) +
          wb * (part.attributes[3 * b + axis] ?? 0) +
          wc * (part.attributes[3 * c + axis] ?? 0);
      }
    }
}
