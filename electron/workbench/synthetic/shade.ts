import type { Random } from '@shared/random';
import { drawFrom } from './draw';
import { faceRegions, TEXTURE_SIDE } from './face-regions';
import { material } from './head-model';
import { shadowAt, type Lighting, type ShadowMap } from './lighting';
import { clamp, mix, smoothstep, type Vector3 } from './maths';
import { fractalNoise, valueNoise } from './noise';
import type { GeometryBuffer, View } from './rasterise';
import type { Subject } from './subject';

/** Things that change from one picture of a person to the next. */
export interface Wear {
  readonly clothColour: Vector3;
  /** Stripes a centimetre, in radians; 0 for plain cloth. */
  readonly stripes: number;
  readonly clothSeed: number;
  /** Height of the skin's relief and strength of its shine. */
  readonly relief: number;
  readonly shine: number;
}

export function drawWear(random: Random): Wear {
  return {
    clothColour: [drawFrom(random, [0.02, 0.6]), drawFrom(random, [0.02, 0.6]), drawFrom(random, [0.02, 0.6])],
    stripes: random.chance(0.3) ? drawFrom(random, [2, 9]) : 0,
    clothSeed: random.integer(1_000_000),
    relief: drawFrom(random, [0.5, 1.2]),
    shine: drawFrom(random, [0.25, 1.1]),
  };
}

export interface ShadingInput {
  readonly buffer: GeometryBuffer;
  readonly view: View;
  readonly subject: Subject;
  readonly wear: Wear;
  readonly lighting: Lighting;
  readonly shadows: ShadowMap;
}

/** Surface at one pixel; one object is reused for all pixels. */
interface Surface {
  red: number;
  green: number;
  blue: number;
  gloss: number;
  /** Light that enters beyond the terminator, as skin scatters it: share for red, green, blue. */
  wrapRed: number;
  wrapGreen: number;
  wrapBlue: number;
  /** Share of the ambient light that gets here. */
  openness: number;
  nx: number;
  ny: number;
  nz: number;
}

/**
 * Shades what the geometry buffer shows into `frame`, linear RGB `[side, side, 3]`; pixels without geometry are left.
 * Skin: Lambert with wrapped terminator (more for red, which scatters farthest), Blinn–Phong lobes, Schlick's Fresnel
 * term, sky and ground ambient, one fill light. Hair: Kajiya–Kay highlight along the strand.
 */
export function shade(input: ShadingInput, frame: Float32Array): void {
  const { buffer, view } = input;
  const { side } = buffer;
  const half = side / 2;
  const surface: Surface = {
    red: 0,
    green: 0,
    blue: 0,
    gloss: 0,
    wrapRed: 0,
    wrapGreen: 0,
    wrapBlue: 0,
    openness: 1,
    nx: 0,
    ny: 0,
    nz: 1,
  };
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const pixel = row * side + column;
      const kind = buffer.material[pixel] ?? 0;
      if (kind === material.none) continue;
      const z = buffer.z[pixel] ?? -1;
      const x = ((column + 0.5 - half) * -z) / view.focal;
      const y = ((half - row - 0.5) * -z) / view.focal;
      describeSurface(input, kind, pixel, surface);
      light(input, surface, kind === material.hair, x, y, z, frame, 3 * pixel);
    }
}

function describeSurface(input: ShadingInput, kind: number, pixel: number, surface: Surface): void {
  const { normals, attributes } = input.buffer;
  const [nx, ny, nz] = [normals[3 * pixel] ?? 0, normals[3 * pixel + 1] ?? 0, normals[3 * pixel + 2] ?? 0];
  const length = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) || 1);
  surface.nx = nx * length;
  surface.ny = ny * length;
  surface.nz = nz * length;
  const [a, b, c] = [attributes[3 * pixel] ?? 0, attributes[3 * pixel + 1] ?? 0, attributes[3 * pixel + 2] ?? 0];
  if (kind === material.face) describeFace(input, surface, a, b, c);
  else if (kind === material.mouth) describeMouth(surface, a, b);
  else if (kind === material.hair) describeHair(input, surface, a, b, c);
  else if (kind === material.cloth) describeCloth(input, surface, a, b);
  else describeBody(input, surface, kind, a, b, c);
}

function setSkin(surface: Surface): void {
  surface.wrapRed = 0.38;
  surface.wrapGreen = 0.2;
  surface.wrapBlue = 0.14;
}

function setMatt(surface: Surface): void {
  surface.wrapRed = 0;
  surface.wrapGreen = 0;
  surface.wrapBlue = 0;
}

function setColour(surface: Surface, colour: Vector3, factor: number): void {
  surface.red = colour[0] * factor;
  surface.green = colour[1] * factor;
  surface.blue = colour[2] * factor;
}

function describeFace(input: ShadingInput, surface: Surface, u: number, v: number, openness: number): void {
  const { albedo, bump, gloss } = input.subject.texture;
  const x = clamp(u * TEXTURE_SIDE - 0.5, 0, TEXTURE_SIDE - 1.001);
  const y = clamp(v * TEXTURE_SIDE - 0.5, 0, TEXTURE_SIDE - 1.001);
  const [left, top] = [x | 0, y | 0];
  const [fx, fy] = [x - left, y - top];
  const texel = top * TEXTURE_SIDE + left;
  const [w00, w10, w01, w11] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
  const o = 3 * texel;
  const below = o + 3 * TEXTURE_SIDE;
  surface.red =
    w00 * (albedo[o] ?? 0) + w10 * (albedo[o + 3] ?? 0) + w01 * (albedo[below] ?? 0) + w11 * (albedo[below + 3] ?? 0);
  surface.green =
    w00 * (albedo[o + 1] ?? 0) +
    w10 * (albedo[o + 4] ?? 0) +
    w01 * (albedo[below + 1] ?? 0) +
    w11 * (albedo[below + 4] ?? 0);
  surface.blue =
    w00 * (albedo[o + 2] ?? 0) +
    w10 * (albedo[o + 5] ?? 0) +
    w01 * (albedo[below + 2] ?? 0) +
    w11 * (albedo[below + 5] ?? 0);
  const here = bump[texel] ?? 0;
  const { relief, shine } = input.wear;
  const nx = surface.nx - relief * ((bump[texel + 1] ?? 0) - here);
  const ny = surface.ny + relief * ((bump[texel + TEXTURE_SIDE] ?? 0) - here);
  const nz = surface.nz;
  const length = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  surface.nx = nx * length;
  surface.ny = ny * length;
  surface.nz = nz * length;
  surface.gloss = 0.35 * shine * (gloss[texel] ?? 0);
  surface.openness = openness;
  setSkin(surface);
}

/** Between the lips: a row of teeth below the upper lip, darkness under it. */
function describeMouth(surface: Surface, u: number, v: number): void {
  const [top, bottom] = faceRegions().mouthRows;
  const down = clamp((v - top) / (bottom - top));
  const across = Math.abs(u - 0.5) / 0.1;
  const gap = 0.75 + 0.25 * Math.abs(Math.sin(u * 210));
  const teeth = smoothstep(0.55, 0.4, down) * smoothstep(0.02, 0.12, down) * smoothstep(0.85, 0.5, across) * gap;
  surface.red = mix(0.09, 0.5, teeth);
  surface.green = mix(0.02, 0.46, teeth);
  surface.blue = mix(0.02, 0.38, teeth);
  surface.gloss = 0.4 * teeth;
  surface.openness = 0.35 + 0.3 * teeth;
  setMatt(surface);
}

function describeHair(input: ShadingInput, surface: Surface, x: number, y: number, z: number): void {
  const { subject } = input;
  const hair = subject.hair;
  if (!hair) return;
  const seed = hair.noiseSeed;
  const line =
    hair.line +
    1.8 * fractalNoise(x * 0.9, 1, seed, 2) +
    1.2 * (valueNoise(x * 3, y * 0.5, seed + 7) - 0.5) -
    0.055 * hair.temples * x * x;
  setMatt(surface);
  surface.openness = 0.85;
  if (z > -1 && y < line - 1) {
    // The cap reaches below the hairline in front: there it is the skin of the temples.
    setColour(surface, subject.skinColour, 1);
    surface.gloss = 0.1;
    return;
  }
  const wave = x * 3.4 + z * 1.3;
  const strands = valueNoise(wave + y * 0.4, y * 0.35, seed);
  const fine = valueNoise(x * 15 + z * 5, y * 0.8 + z, seed + 1);
  const tone = 0.45 + 1.1 * strands * (0.5 + fine);
  setColour(surface, subject.hairColour, tone);
  surface.gloss = 0.02 + 0.1 * strands + 0.25 * surface.red;
  // Strands tilt the surface sideways, which breaks the highlight into streaks.
  const tilt = 0.5 * (fine - 0.5) + 0.3 * (strands - 0.5);
  surface.nx += tilt;
}

function describeBody(input: ShadingInput, surface: Surface, kind: number, x: number, y: number, z: number): void {
  const { subject, wear } = input;
  const mottle = 0.94 * (1 + 0.3 * fractalNoise(x * 0.6, y * 0.6 + z, wear.clothSeed + 11));
  setSkin(surface);
  setColour(surface, subject.skinColour, mottle);
  surface.gloss = 0.15 * wear.shine;
  surface.openness = kind === material.skin ? 0.6 : 0.85;
  if (kind === material.scalp && subject.hair && (y > subject.hair.line - 1.5 || z < -2.5)) {
    setMatt(surface);
    setColour(surface, subject.hairColour, 0.5 + valueNoise(x * 6, y * 1.5 + z, subject.hair.noiseSeed));
    surface.gloss = 0.05;
  }
}

function describeCloth(input: ShadingInput, surface: Surface, x: number, y: number): void {
  const { clothColour, stripes, clothSeed } = input.wear;
  const folds =
    1 + 0.5 * fractalNoise(x * 0.35, y * 0.25, clothSeed) + 0.25 * fractalNoise(x * 2, y * 2, clothSeed + 5, 2);
  const stripe = stripes > 0 && Math.sin(x * stripes) > 0 ? 0.6 : 1;
  setMatt(surface);
  setColour(surface, clothColour, folds * stripe);
  surface.gloss = 0;
  surface.openness = 0.85;
}

function light(
  input: ShadingInput,
  surface: Surface,
  isHair: boolean,
  x: number,
  y: number,
  z: number,
  frame: Float32Array,
  offset: number,
): void {
  const { lighting, shadows, view } = input;
  const { direction: l, key, sky, ground, fill, fillDirection } = lighting;
  const { nx, ny, nz, gloss } = surface;
  const position = view.position;
  const lit = shadowAt(shadows, x - position[0], y - position[1], z - position[2]);
  const toEye = 1 / Math.sqrt(x * x + y * y + z * z);
  const [vx, vy, vz] = [-x * toEye, -y * toEye, -z * toEye];
  const cosine = nx * l[0] + ny * l[1] + nz * l[2];
  const filled = Math.max(0, nx * fillDirection[0] + ny * fillDirection[1] + nz * fillDirection[2]);
  const upward = 0.5 + 0.5 * ny;

  const [hx, hy, hz] = [l[0] + vx, l[1] + vy, l[2] + vz];
  const toHalf = 1 / (Math.sqrt(hx * hx + hy * hy + hz * hz) || 1);
  const facing = Math.max(0, nx * vx + ny * vy + nz * vz);
  const grazing = (1 - facing) * (1 - facing);
  const fresnel = 0.04 + 0.5 * grazing * grazing * (1 - facing);
  let specular = 0;
  if (isHair) {
    const up = view.rotation;
    // Strands run down the surface: the head's up direction without its share along the normal.
    const along = up[1] * nx + up[4] * ny + up[7] * nz;
    const [tx, ty, tz] = [up[1] - along * nx, up[4] - along * ny, up[7] - along * nz];
    const squaredLength = tx * tx + ty * ty + tz * tz || 1;
    const th = (tx * hx + ty * hy + tz * hz) * toHalf;
    const sine = Math.max(0, 1 - (th * th) / squaredLength);
    const s4 = sine * sine * sine * sine;
    specular = cosine > -0.2 ? gloss * s4 * s4 * s4 * lit : 0;
  } else if (gloss > 0 && cosine > 0) {
    const h = Math.max(0, (nx * hx + ny * hy + nz * hz) * toHalf);
    const h2 = h * h;
    const h16 = h2 * h2 * h2 * h2 * h2 * h2 * h2 * h2;
    const h64 = h16 * h16 * h16 * h16;
    specular = gloss * (h16 * h2 + 0.6 * h64) * lit * (0.3 + 3 * fresnel);
  }
  const sheen = 0.25 * fresnel * gloss;
  const ambient = surface.openness;
  const cavity = 0.55 + 0.45 * ambient;
  const wrap = (share: number) => Math.max(0, (cosine + share) / (1 + share)) * lit * cavity;
  frame[offset] =
    surface.red * (key[0] * wrap(surface.wrapRed) + ambient * mix(ground[0], sky[0], upward) + fill[0] * filled) +
    specular * key[0] +
    sheen * sky[0];
  frame[offset + 1] =
    surface.green * (key[1] * wrap(surface.wrapGreen) + ambient * mix(ground[1], sky[1], upward) + fill[1] * filled) +
    specular * key[1] +
    sheen * sky[1];
  frame[offset + 2] =
    surface.blue * (key[2] * wrap(surface.wrapBlue) + ambient * mix(ground[2], sky[2], upward) + fill[2] * filled) +
    specular * key[2] +
    sheen * sky[2];
}
