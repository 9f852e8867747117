import type { Random } from '@shared/random';
import { skinReflectance } from './colour';
import { drawFrom } from './draw';
import { faceRegions, TEXTURE_SIDE } from './face-regions';
import { material } from './head-model';
import { mix, scale3, smoothstep, type Vector3 } from './maths';
import type { GeometryBuffer } from './rasterise';

/** Where an eye lies in a picture, and half its extent, picture widths. */
export interface EyeSpot {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/** A hole cut around an eye of a print, and the attacker's own eye behind it. */
export interface EyeHole extends EyeSpot {
  readonly skin: Vector3;
  readonly iris: Vector3;
  /** Gaze and opening of the eye behind. */
  readonly gaze: readonly [number, number];
  readonly opening: number;
}

/** Finds both eyes in rendered geometry: the pixels whose texture coordinates lie on the eyeballs. */
export function findEyes(buffer: GeometryBuffer): EyeSpot[] {
  const { eyes } = faceRegions();
  const sides = [0, 1].map(() => ({ left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }));
  for (let pixel = 0; pixel < buffer.material.length; pixel++) {
    if (buffer.material[pixel] !== material.face) continue;
    const u = buffer.attributes[3 * pixel] ?? 0;
    const v = buffer.attributes[3 * pixel + 1] ?? 0;
    const texel = Math.floor(v * TEXTURE_SIDE) * TEXTURE_SIDE + Math.floor(u * TEXTURE_SIDE);
    if ((eyes[texel] ?? 0) < 0.5) continue;
    const box = sides[u < 0.5 ? 0 : 1];
    if (!box) continue;
    const [x, y] = [pixel % buffer.side, Math.floor(pixel / buffer.side)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  }
  return sides
    .filter((box) => box.right > box.left)
    .map((box) => ({
      x: (box.left + box.right) / 2 / buffer.side,
      y: (box.top + box.bottom) / 2 / buffer.side,
      halfWidth: (box.right - box.left) / 2 / buffer.side,
      halfHeight: (box.bottom - box.top) / 2 / buffer.side,
    }));
}

/** Cuts a hole a little larger than each eye. */
export function cutHoles(random: Random, eyes: readonly EyeSpot[]): EyeHole[] {
  const skin = scale3(skinReflectance(0.15 + 1.4 * random.uniform(), drawFrom(random, [0.25, 0.6])), 0.8);
  const opening = drawFrom(random, [0.7, 1]);
  const gaze = [drawFrom(random, [-0.15, 0.15]), drawFrom(random, [-0.1, 0.15])] as const;
  const iris: Vector3 = random.chance(0.6) ? [0.05, 0.027, 0.014] : [0.07, 0.1, 0.13];
  return eyes.map((eye) => ({
    ...eye,
    halfWidth: eye.halfWidth * drawFrom(random, [1, 1.2]),
    halfHeight: Math.max(eye.halfHeight, 0.28 * eye.halfWidth) * drawFrom(random, [1.1, 1.5]),
    skin,
    iris,
    gaze,
    opening,
  }));
}

/**
 * Reflectance of what shows through a hole at picture coordinates (u, v): lids, eyeball, iris, pupil, darker near the
 * rim, where the sheet shades the face behind it.
 * @returns false, and leaves `into`, when the point is not in the hole
 */
export function paintEyeHole(
  hole: EyeHole,
  u: number,
  v: number,
  into: { red: number; green: number; blue: number },
): boolean {
  const x = (u - hole.x) / hole.halfWidth;
  const y = (v - hole.y) / hole.halfHeight;
  const radius = x * x + y * y;
  if (radius > 1) return false;
  const shade = 0.45 + 0.45 * smoothstep(1, 0.45, radius);
  // Almond between two arcs; distances from here on in half-widths of the hole.
  const down = (v - hole.y) / hole.halfWidth;
  const lid = 0.42 * hole.opening * (1 - (x / 0.85) ** 2);
  const ball = smoothstep(-0.06, 0.05, lid - Math.abs(down));
  const fromIris = Math.hypot(x - hole.gaze[0], down - hole.gaze[1]);
  const iris = smoothstep(0.36, 0.31, fromIris);
  const pupil = smoothstep(0.16, 0.12, fromIris);
  const eye = (channel: 0 | 1 | 2, white: number) => mix(mix(white, hole.iris[channel], iris), 0.006, pupil);
  into.red = shade * mix(hole.skin[0], eye(0, 0.52), ball);
  into.green = shade * mix(hole.skin[1], eye(1, 0.48), ball);
  into.blue = shade * mix(hole.skin[2], eye(2, 0.46), ball);
  return true;
}
