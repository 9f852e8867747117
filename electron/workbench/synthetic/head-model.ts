import { CANONICAL_VERTEX_COUNT, loadCanonicalFace } from '@workbench/faces/canonical-face';
import { faceRegions } from './face-regions';
import { landmark } from './landmarks';
import { fractalNoise } from './noise';
import type { Subject } from './subject';

/** What a surface is made of. 0 is left to the background. */
export const material = { none: 0, face: 1, scalp: 2, skin: 3, cloth: 4, hair: 5, mouth: 6 } as const;
export type Material = (typeof material)[keyof typeof material];

/** A triangle mesh of one material. */
export interface Part {
  readonly material: Material;
  /** `[n, 3]` cm, head space. */
  readonly vertices: Float32Array;
  /** Outward unit normals `[n, 3]`. */
  readonly normals: Float32Array;
  readonly triangles: Uint16Array;
  /** What the G-buffer interpolates `[n, 3]`: texture u, v and openness for the face, else the position. */
  readonly attributes: Float32Array;
}

/** Half the width of the canonical face at its temples, cm. */
const CANONICAL_HALF_WIDTH = 7.66;

/** How much wider than the canonical face a neutral face is. */
export function faceWidthScale(shape: Float32Array): number {
  return (shape[3 * landmark.leftTemple] ?? CANONICAL_HALF_WIDTH) / CANONICAL_HALF_WIDTH;
}

/** Face, skull, ears, neck, shoulders and hair of a subject with the given posed face `[468, 3]`. */
export function buildHead(subject: Subject, face: Float32Array): Part[] {
  const width = faceWidthScale(subject.shape);
  const parts = [
    ...buildFace(subject, face),
    ellipsoid({ centre: [0, 1.6, -4.6], radii: [7.3 * width, 9.4, 6.4], material: material.scalp }),
    ellipsoid({ centre: [0, -10, -4.6], radii: [4.9, 9, 4.8], material: material.skin }),
    ellipsoid({ centre: [0, -25, -6.5], radii: [19, 11.5, 8], material: material.cloth, rings: 12, segments: 26 }),
  ];
  for (const side of [-1, 1])
    parts.push(
      ellipsoid({
        centre: [side * 7.6 * width, 0.9, -4.2],
        radii: [0.9, 2.7, 1.7],
        material: material.skin,
        rings: 8,
        segments: 8,
      }),
    );
  return subject.hair ? [...parts, ...buildHair(subject, width)] : parts;
}

function buildFace(subject: Subject, vertices: Float32Array): Part[] {
  const { triangles, uvs } = loadCanonicalFace();
  const normals = vertexNormals(vertices, triangles);
  const attributes = new Float32Array(3 * CANONICAL_VERTEX_COUNT);
  for (let vertex = 0; vertex < CANONICAL_VERTEX_COUNT; vertex++) {
    attributes[3 * vertex] = uvs[2 * vertex] ?? 0;
    attributes[3 * vertex + 1] = uvs[2 * vertex + 1] ?? 0;
    attributes[3 * vertex + 2] = subject.openness[vertex] ?? 1;
  }
  const { mouthTriangles } = faceRegions();
  const pick = (inside: boolean) =>
    triangles.filter((_, corner) => (mouthTriangles[Math.floor(corner / 3)] === 1) === inside);
  return [
    { material: material.face, vertices, normals, triangles: pick(false), attributes },
    { material: material.mouth, vertices, normals, triangles: pick(true), attributes },
  ];
}

function buildHair(subject: Subject, width: number): Part[] {
  const hair = subject.hair;
  if (!hair) return [];
  const { volume, length } = hair;
  const rough = { curl: hair.curl, noiseSeed: hair.noiseSeed };
  const cap = ellipsoid({
    centre: [0, 2.9 + 0.3 * volume, -4.8 - 0.15 * volume],
    radii: [(7.5 + 0.35 * volume) * width, 9.3 + 0.65 * volume, 7.1 + 0.3 * volume],
    material: material.hair,
    rings: 22,
    segments: 32,
    ...rough,
  });
  if (length === 0) return [cap];
  // Long hair hangs behind the face and neck and shows on both sides of them.
  const fall = ellipsoid({
    centre: [0, -0.4 * length, -6.2 - 0.2 * volume],
    radii: [(8 + 0.45 * volume) * width, 7 + 0.75 * length, 5],
    material: material.hair,
    rings: 22,
    segments: 32,
    ...rough,
  });
  return [cap, fall];
}

interface EllipsoidOptions {
  readonly centre: readonly [number, number, number];
  readonly radii: readonly [number, number, number];
  readonly material: Material;
  readonly rings?: number;
  readonly segments?: number;
  /** Height of a rough surface, cm. */
  readonly curl?: number;
  readonly noiseSeed?: number;
}

function ellipsoid(options: EllipsoidOptions): Part {
  const { centre, radii, rings = 16, segments = 22, curl = 0, noiseSeed = 0 } = options;
  const count = (rings + 1) * (segments + 1);
  const vertices = new Float32Array(3 * count);
  let next = 0;
  for (let ring = 0; ring <= rings; ring++)
    for (let segment = 0; segment <= segments; segment++) {
      const around = (2 * Math.PI * (segment % segments)) / segments;
      const down = (Math.PI * ring) / rings;
      const direction = [Math.sin(down) * Math.sin(around), Math.cos(down), Math.sin(down) * Math.cos(around)] as const;
      const [x, y, z] = direction;
      // The noise is a slanted plane through the direction, so that it has no seam.
      const swell = curl === 0 ? 0 : curl * 2 * fractalNoise(x * 4 + z * 2.3, y * 4 - z * 1.7, noiseSeed, 3);
      vertices[next++] = centre[0] + (radii[0] + swell) * x;
      vertices[next++] = centre[1] + (radii[1] + swell) * y;
      vertices[next++] = centre[2] + (radii[2] + swell) * z;
    }
  const triangles = new Uint16Array(6 * rings * segments);
  let corner = 0;
  for (let ring = 0; ring < rings; ring++)
    for (let segment = 0; segment < segments; segment++) {
      const here = ring * (segments + 1) + segment;
      const below = here + segments + 1;
      triangles.set([here, below, here + 1, below, below + 1, here + 1], corner);
      corner += 6;
    }
  return {
    material: options.material,
    vertices,
    normals: vertexNormals(vertices, triangles),
    triangles,
    attributes: vertices,
  };
}

/** Area-weighted vertex normals `[n, 3]` of a mesh whose triangles are counter-clockwise from outside. */
function vertexNormals(vertices: Float32Array, triangles: Uint16Array): Float32Array {
  const normals = new Float32Array(vertices.length);
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = [3 * (triangles[k] ?? 0), 3 * (triangles[k + 1] ?? 0), 3 * (triangles[k + 2] ?? 0)];
    const ux = (vertices[b] ?? 0) - (vertices[a] ?? 0);
    const uy = (vertices[b + 1] ?? 0) - (vertices[a + 1] ?? 0);
    const uz = (vertices[b + 2] ?? 0) - (vertices[a + 2] ?? 0);
    const vx = (vertices[c] ?? 0) - (vertices[a] ?? 0);
    const vy = (vertices[c + 1] ?? 0) - (vertices[a + 1] ?? 0);
    const vz = (vertices[c + 2] ?? 0) - (vertices[a + 2] ?? 0);
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const corner of [a, b, c]) {
      normals[corner] = (normals[corner] ?? 0) + nx;
      normals[corner + 1] = (normals[corner + 1] ?? 0) + ny;
      normals[corner + 2] = (normals[corner + 2] ?? 0) + nz;
    }
  }
  for (let k = 0; k < normals.length; k += 3) {
    const [x, y, z] = [normals[k] ?? 0, normals[k + 1] ?? 0, normals[k + 2] ?? 0];
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    normals[k] = x / length;
    normals[k + 1] = y / length;
    normals[k + 2] = z / length;
  }
  return normals;
}
