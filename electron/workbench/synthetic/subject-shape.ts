import { loadCanonicalFace } from '@workbench/faces/canonical-face';
import type { Random } from '@shared/random';
import { drawNormal, drawFrom } from './draw';
import { landmark, lidPairs, lowerLip } from './landmarks';
import { mix, smoothstep, type Vector3 } from './maths';

/** One way in which faces differ: a soft displacement around a landmark, mirrored on the other side of the face. */
interface ShapeMode {
  readonly right: number;
  readonly left: number;
  /** Radius of the displaced area and standard deviation of the displacement, cm. */
  readonly radius: number;
  readonly deviation: number;
  /** Direction on the left side; x is mirrored on the right. */
  readonly direction: Vector3;
}

function mode(right: number, left: number, radius: number, direction: Vector3, deviation: number): ShapeMode {
  return { right, left, radius, direction, deviation };
}

/** The measures that anthropometry lists first: nose, jaw, chin, cheekbones, lips, brow ridge, eyes. */
const shapeModes: readonly ShapeMode[] = [
  mode(4, 4, 2.4, [0, 0, 1], 0.45), // nose length
  mode(195, 195, 1.8, [0, 0, 1], 0.22), // nose bridge
  mode(102, 331, 1.5, [1, 0, 0.2], 0.22), // nostril width
  mode(152, 152, 3.4, [0, -1, 0.3], 0.5), // chin
  mode(172, 397, 4, [1, 0, 0], 0.45), // jaw width
  mode(234, 454, 4.5, [1, 0, 0], 0.4), // face width
  mode(117, 346, 2.6, [0.5, 0, 1], 0.32), // cheekbones
  mode(10, 10, 4.5, [0, 1, 0.6], 0.5), // forehead
  mode(13, 13, 1.4, [0, 0.6, 0.7], 0.16), // upper lip
  mode(14, 14, 1.5, [0, -0.6, 0.7], 0.18), // lower lip
  mode(61, 291, 1.6, [1, 0, 0], 0.22), // mouth width
  mode(105, 334, 2, [0, 0.3, 1], 0.25), // brow ridge
  mode(159, 386, 1.3, [0, 1, 0], 0.1), // eye opening
  mode(33, 263, 1.8, [1, 0.4, 0], 0.18), // eye corners
  mode(9, 9, 2.2, [0, 0, 1], 0.2), // glabella
];

/** Displaces `vertices` around a vertex of `base` by a Gaussian of the given radius. */
function displace(base: Float32Array, vertices: Float32Array, centre: number, shift: Vector3, radius: number): void {
  const [cx, cy, cz] = [base[3 * centre] ?? 0, base[3 * centre + 1] ?? 0, base[3 * centre + 2] ?? 0];
  for (let k = 0; k < base.length; k += 3) {
    const [dx, dy, dz] = [(base[k] ?? 0) - cx, (base[k + 1] ?? 0) - cy, (base[k + 2] ?? 0) - cz];
    const squared = (dx * dx + dy * dy + dz * dz) / (radius * radius);
    if (squared > 6) continue;
    const weight = Math.exp(-squared);
    vertices[k] = (vertices[k] ?? 0) + weight * shift[0];
    vertices[k + 1] = (vertices[k + 1] ?? 0) + weight * shift[1];
    vertices[k + 2] = (vertices[k + 2] ?? 0) + weight * shift[2];
  }
}

/** A neutral face `[468, 3]` in cm: the canonical one with symmetric modes, a little asymmetry and its own proportions. */
export function drawFaceShape(random: Random): Float32Array {
  const base = loadCanonicalFace().vertices;
  const vertices = Float32Array.from(base);
  for (const { right, left, radius, direction, deviation } of shapeModes) {
    const amount = drawNormal(random, 0, deviation);
    const shift: Vector3 = [direction[0] * amount, direction[1] * amount, direction[2] * amount];
    displace(base, vertices, left, shift, radius);
    if (right !== left) displace(base, vertices, right, [-shift[0], shift[1], shift[2]], radius);
  }
  for (let i = 0; i < 8; i++) {
    const shift: Vector3 = [drawNormal(random, 0, 0.1), drawNormal(random, 0, 0.1), drawNormal(random, 0, 0.15)];
    displace(base, vertices, random.integer(base.length / 3), shift, random.uniform(1.5, 4));
  }
  const proportions = [drawNormal(random, 1, 0.04), drawNormal(random, 1, 0.05), drawNormal(random, 1, 0.06)];
  for (let k = 0; k < vertices.length; k++) vertices[k] = (vertices[k] ?? 0) * (proportions[k % 3] ?? 1);
  return vertices;
}

/** A passing state of the face. */
export interface Expression {
  /** Opening of the jaw, cm. */
  readonly jawOpening: number;
  /** 0 neutral; positive smiles, negative pulls the corners down. */
  readonly smile: number;
  /** 0 eyes open, 1 closed. */
  readonly blink: number;
  /** Raise of the brows, cm. */
  readonly browRaise: number;
}

export function drawExpression(random: Random): Expression {
  return {
    jawOpening: random.chance(0.3) ? drawFrom(random, [0, 1.3]) : drawFrom(random, [0, 0.12]),
    smile: drawNormal(random, 0.25, 0.4),
    blink: random.chance(0.08) ? 1 : drawFrom(random, [0, 0.25]),
    browRaise: drawNormal(random, 0, 0.2),
  };
}

/** The neutral face with an expression: a new `[468, 3]` in cm. */
export function applyExpression(neutral: Float32Array, expression: Expression): Float32Array {
  const vertices = Float32Array.from(neutral);
  openJaw(neutral, vertices, expression.jawOpening);
  for (const side of [-1, 1]) {
    const corner = side < 0 ? landmark.rightMouthCorner : landmark.leftMouthCorner;
    const pull = expression.smile;
    displace(neutral, vertices, corner, [side * 0.32 * pull, 0.46 * pull, -0.1 * pull], 1.4);
    const brow = side < 0 ? landmark.rightBrowPeak : landmark.leftBrowPeak;
    displace(neutral, vertices, brow, [0, expression.browRaise, 0], 1.6);
  }
  for (const [upper, lower] of lidPairs)
    for (let axis = 0; axis < 3; axis++) {
      const closed = vertices[3 * lower + axis] ?? 0;
      vertices[3 * upper + axis] = mix(vertices[3 * upper + axis] ?? 0, closed, 0.85 * expression.blink);
    }
  return vertices;
}

/** Lowers the lower lip fully, and what lies below it the less the farther from the chin's middle line. */
function openJaw(neutral: Float32Array, vertices: Float32Array, opening: number): void {
  const lip = new Set(lowerLip);
  const mouth = neutral[3 * landmark.upperLipInside + 1] ?? 0;
  for (let vertex = 0; vertex < neutral.length / 3; vertex++) {
    const x = neutral[3 * vertex] ?? 0;
    const y = neutral[3 * vertex + 1] ?? 0;
    let weight = 0;
    if (lip.has(vertex)) weight = 1;
    else if (y < mouth - 0.7) weight = smoothstep(mouth - 0.7, mouth - 2.2, y) * Math.exp(-((x / 6.5) ** 2));
    vertices[3 * vertex + 1] = y - weight * opening;
    vertices[3 * vertex + 2] = (vertices[3 * vertex + 2] ?? 0) - 0.25 * weight * opening;
  }
}
