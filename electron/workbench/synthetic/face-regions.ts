import { loadCanonicalFace, type CanonicalFace } from '@workbench/faces/canonical-face';
import { innerLips, leftBrow, leftEye, leftNostril, outerLips, rightBrow, rightEye, rightNostril } from './landmarks';
import { clamp } from './maths';

/** Side of every texture of the face, in texels. */
export const TEXTURE_SIDE = 192;

type Point = readonly [x: number, y: number];
type Polygon = readonly Point[];

/** Where in the face's texture its parts lie. Maps are `[192, 192]`, row 0 at the forehead, distances in texture widths. */
export interface FaceRegions {
  /** 1 on the lips, softened at their outline. */
  readonly lips: Float32Array;
  readonly brows: Float32Array;
  /** 1 on the eyeball's opening. */
  readonly eyes: Float32Array;
  /** Signed distance to the eye's outline: positive outside, negative on the eyeball; 1 far away. */
  readonly eyeDistance: Float32Array;
  /** Centres of the right and the left eye, and of the nostrils. */
  readonly eyeCentres: readonly [Point, Point];
  readonly nostrilCentres: readonly [Point, Point];
  /** Texture rows (v) of the closed mouth's upper and lower inner edge: between them lies the mouth's inside. */
  readonly mouthRows: readonly [top: number, bottom: number];
  /** For every triangle of the mesh: 1 when it spans the inside of the mouth. */
  readonly mouthTriangles: Uint8Array;
}

let cached: FaceRegions | undefined;

/** The regions of the canonical face, made once a process. */
export function faceRegions(): FaceRegions {
  cached ??= buildRegions(loadCanonicalFace());
  return cached;
}

function buildRegions(face: CanonicalFace): FaceRegions {
  const polygon = (vertices: readonly number[]): Polygon => vertices.map((vertex) => uvOf(face, vertex));
  const eyes = [polygon(rightEye), polygon(leftEye)];
  const eyeDistance = distanceMap(eyes, 0.06);
  const lipDistance = distanceMap([polygon(outerLips)], 0.03);
  const browDistance = distanceMap([polygon(rightBrow), polygon(leftBrow)], 0.03);
  return {
    lips: lipDistance.map((distance) => clamp(0.5 - distance / 0.006)),
    brows: browDistance.map((distance) => clamp(0.5 - distance / 0.012)),
    eyes: eyeDistance.map((distance) => clamp(0.5 - distance / 0.004)),
    eyeDistance,
    eyeCentres: [centre(polygon(rightEye)), centre(polygon(leftEye))],
    nostrilCentres: [centre(polygon(rightNostril)), centre(polygon(leftNostril))],
    mouthRows: [uvOf(face, 13)[1], uvOf(face, 14)[1]],
    mouthTriangles: trianglesInside(face.triangles, new Set(innerLips)),
  };
}

function uvOf(face: CanonicalFace, vertex: number): Point {
  return [face.uvs[2 * vertex] ?? 0, face.uvs[2 * vertex + 1] ?? 0];
}

function centre(polygon: Polygon): Point {
  let [x, y] = [0, 0];
  for (const point of polygon) {
    x += point[0] / polygon.length;
    y += point[1] / polygon.length;
  }
  return [x, y];
}

function trianglesInside(triangles: Uint16Array, vertices: ReadonlySet<number>): Uint8Array {
  const inside = new Uint8Array(triangles.length / 3);
  for (let t = 0; t < inside.length; t++) {
    const corners = triangles.subarray(3 * t, 3 * t + 3);
    inside[t] = corners.every((corner) => vertices.has(corner)) ? 1 : 0;
  }
  return inside;
}

/** Signed distance to the nearest outline, negative inside, computed within `margin` of the polygons and 1 elsewhere. */
function distanceMap(polygons: readonly Polygon[], margin: number): Float32Array {
  const map = new Float32Array(TEXTURE_SIDE * TEXTURE_SIDE).fill(1);
  for (const polygon of polygons) {
    const columns = polygon.map((point) => point[0]);
    const rows = polygon.map((point) => point[1]);
    const texel = (value: number) => clamp(Math.floor(value * TEXTURE_SIDE), 0, TEXTURE_SIDE - 1);
    const [left, right] = [texel(Math.min(...columns) - margin), texel(Math.max(...columns) + margin)];
    const [top, bottom] = [texel(Math.min(...rows) - margin), texel(Math.max(...rows) + margin)];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) {
        const distance = signedDistance(polygon, (column + 0.5) / TEXTURE_SIDE, (row + 0.5) / TEXTURE_SIDE);
        const index = row * TEXTURE_SIDE + column;
        map[index] = Math.min(map[index] ?? 1, distance);
      }
  }
  return map;
}

function signedDistance(polygon: Polygon, x: number, y: number): number {
  let nearest = Infinity;
  let inside = false;
  let previous = polygon[polygon.length - 1] ?? [0, 0];
  for (const point of polygon) {
    const [bx, by] = [point[0] - previous[0], point[1] - previous[1]];
    const [px, py] = [x - previous[0], y - previous[1]];
    const along = clamp((px * bx + py * by) / (bx * bx + by * by || 1));
    nearest = Math.min(nearest, Math.hypot(px - along * bx, py - along * by));
    // Even–odd rule: count the edges that a ray to the right crosses.
    if (point[1] > y !== previous[1] > y && x < (bx * (y - point[1])) / by + point[0]) inside = !inside;
    previous = point;
  }
  return inside ? -nearest : nearest;
}
