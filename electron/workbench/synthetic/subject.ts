import { createRandom, type Random } from '@shared/random';
import { loadCanonicalFace } from '@workbench/faces/canonical-face';
import { skinReflectance } from './colour';
import { drawFrom } from './draw';
import { clamp, type Vector3 } from './maths';
import { drawFaceLook, paintFace, type FaceTexture } from './subject-skin';
import { drawFaceShape } from './subject-shape';

/** Hair as a volume around the skull. */
export interface HairStyle {
  /** Height over the eyes' level at which the hair begins at the front, cm. */
  readonly line: number;
  /** How fast the line drops towards the temples. */
  readonly temples: number;
  /** Thickness over the skull, in steps of 0.35 cm. */
  readonly volume: number;
  /** Roughness of its surface, cm: 0 combed, 0.9 curly. */
  readonly curl: number;
  /** Hair that falls beside the face reaches down to here, cm; 0 for none. */
  readonly length: number;
  readonly noiseSeed: number;
}

/** A made-up person. The same seed gives the same person. */
export interface Subject {
  /** Neutral face `[468, 3]`, cm. */
  readonly shape: Float32Array;
  readonly texture: FaceTexture;
  /** How open to the sky each vertex lies, 1 on convex skin, less in eye sockets and beside the nose. */
  readonly openness: Float32Array;
  readonly skinColour: Vector3;
  readonly hairColour: Vector3;
  /** Null when bald. */
  readonly hair: HairStyle | null;
}

/** Draws a person. @param seed names the stream, such as `7/R/subject/3` */
export function createSubject(seed: string): Subject {
  const random = createRandom(seed);
  const shape = drawFaceShape(random);
  const bald = random.chance(0.08);
  const look = drawFaceLook(random, bald);
  return {
    shape,
    texture: paintFace(look),
    openness: measureOpenness(shape),
    skinColour: skinReflectance(look.melanin, look.haemoglobin),
    hairColour: look.hairColour,
    hair: bald ? null : drawHairStyle(random),
  };
}

function drawHairStyle(random: Random): HairStyle {
  return {
    line: drawFrom(random, [4.2, 7.2]),
    temples: drawFrom(random, [0.2, 1]),
    volume: drawFrom(random, [0.3, 2.6]),
    curl: random.chance(0.4) ? drawFrom(random, [0.3, 0.9]) : drawFrom(random, [0.05, 0.25]),
    length: random.chance(0.4) ? drawFrom(random, [4, 12]) : 0,
    noiseSeed: random.integer(1_000_000),
  };
}

/**
 * Ambient occlusion from curvature: a vertex that lies below the mean of its surroundings sees less of the sky. The
 * surroundings are the mean over neighbours, taken twice.
 */
function measureOpenness(vertices: Float32Array): Float32Array {
  const once = averageNeighbours(vertices);
  const twice = averageNeighbours(once);
  const openness = new Float32Array(vertices.length / 3);
  for (let vertex = 0; vertex < openness.length; vertex++) {
    const depth = (twice[3 * vertex + 2] ?? 0) - (vertices[3 * vertex + 2] ?? 0);
    openness[vertex] = clamp(1 - 1.1 * Math.max(0, depth), 0.35, 1);
  }
  return openness;
}

function averageNeighbours(vertices: Float32Array): Float32Array {
  const { triangles } = loadCanonicalFace();
  const sums = new Float32Array(vertices.length);
  const counts = new Float32Array(vertices.length / 3);
  for (let corner = 0; corner < triangles.length; corner++) {
    const vertex = triangles[corner] ?? 0;
    const first = corner - (corner % 3);
    for (let other = first; other < first + 3; other++) {
      const neighbour = triangles[other] ?? 0;
      if (neighbour === vertex) continue;
      for (let axis = 0; axis < 3; axis++)
        sums[3 * vertex + axis] = (sums[3 * vertex + axis] ?? 0) + (vertices[3 * neighbour + axis] ?? 0);
      counts[vertex] = (counts[vertex] ?? 0) + 1;
    }
  }
  return sums.map((sum, k) => sum / (counts[Math.floor(k / 3)] || 1));
}
