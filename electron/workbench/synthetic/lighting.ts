import type { Random } from '@shared/random';
import { lightTint } from './colour';
import type { LightKind, DomainConditions } from './domains';
import { drawFrom, drawNormal, drawSign } from './draw';
import { material, type Part } from './head-model';
import { cross, dot, normalise, rotate, scale3, type Matrix3, type Vector3 } from './maths';

/** Light of a room: one key light, sky and ground ambient, one fill light. Intensities are linear RGB, 1 about daylight on white. */
export interface Lighting {
  readonly kind: LightKind;
  readonly kelvin: number;
  /** Towards the key light, camera space. */
  readonly direction: Vector3;
  readonly key: Vector3;
  readonly sky: Vector3;
  readonly ground: Vector3;
  readonly fillDirection: Vector3;
  readonly fill: Vector3;
}

export function drawLighting(random: Random, domain: DomainConditions): Lighting {
  const kind = random.pick(domain.lights);
  const kelvin = drawFrom(random, domain.kelvin);
  const azimuth = drawAzimuth(random, kind);
  const elevation = kind === 'top' ? drawFrom(random, [0.8, 1.25]) : drawNormal(random, 0.45, 0.25);
  const direction = normalise([
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ]);
  const flat = kind === 'flat';
  const ambient = drawFrom(random, flat ? [0.5, 0.8] : [0.14, 0.45]);
  return {
    kind,
    kelvin,
    direction,
    key: scale3(lightTint(kelvin), drawFrom(random, flat ? [0.2, 0.45] : [0.6, 1.4])),
    sky: scale3(lightTint(drawFrom(random, domain.kelvin)), ambient),
    ground: scale3([1, 0.92, 0.85], ambient * drawFrom(random, [0.3, 0.8])),
    fillDirection: normalise([-direction[0] + drawNormal(random, 0, 0.4), drawFrom(random, [-0.2, 0.6]), 0.8]),
    fill: scale3(lightTint(drawFrom(random, [3500, 8500])), drawFrom(random, [0, 0.35])),
  };
}

function drawAzimuth(random: Random, kind: LightKind): number {
  if (kind === 'front') return drawNormal(random, 0, 0.4);
  if (kind === 'side') return drawFrom(random, [0.7, 1.4]) * drawSign(random);
  if (kind === 'back') return drawFrom(random, [2, 2.8]) * drawSign(random);
  return drawNormal(random, 0, 0.9);
}

const MAP_SIDE = 96;
/** The map covers this many centimetres of the plane across the light. */
const MAP_WIDTH = 44;

/** Depth of the head as seen from the key light. */
export interface ShadowMap {
  readonly right: Vector3;
  readonly up: Vector3;
  readonly towards: Vector3;
  readonly depths: Float32Array;
}

/** Casts face, skull and hair (the neck and clothes cast too little to matter). Head space turned by `rotation`. */
export function castShadows(parts: readonly Part[], rotation: Matrix3, direction: Vector3): ShadowMap {
  const helper: Vector3 = Math.abs(direction[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0];
  const right = normalise(cross(helper, direction));
  const up = cross(direction, right);
  const map: ShadowMap = {
    right,
    up,
    towards: direction,
    depths: new Float32Array(MAP_SIDE * MAP_SIDE).fill(-Infinity),
  };
  for (const part of parts)
    if (part.material !== material.skin && part.material !== material.cloth) castPart(map, part, rotation);
  return map;
}

function castPart(map: ShadowMap, part: Part, rotation: Matrix3): void {
  const count = part.vertices.length / 3;
  const light = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const position: Vector3 = [part.vertices[3 * i] ?? 0, part.vertices[3 * i + 1] ?? 0, part.vertices[3 * i + 2] ?? 0];
    const turned = rotate(rotation, position);
    light[3 * i] = texel(dot(turned, map.right));
    light[3 * i + 1] = texel(dot(turned, map.up));
    light[3 * i + 2] = dot(turned, map.towards);
  }
  const { triangles } = part;
  for (let k = 0; k < triangles.length; k += 3)
    castTriangle(map, light, 3 * (triangles[k] ?? 0), 3 * (triangles[k + 1] ?? 0), 3 * (triangles[k + 2] ?? 0));
}

function castTriangle(map: ShadowMap, light: Float32Array, a: number, b: number, c: number): void {
  const [ax, ay, az] = [light[a] ?? 0, light[a + 1] ?? 0, light[a + 2] ?? 0];
  const [bx, by, bz] = [(light[b] ?? 0) - ax, (light[b + 1] ?? 0) - ay, (light[b + 2] ?? 0) - az];
  const [cx, cy, cz] = [(light[c] ?? 0) - ax, (light[c + 1] ?? 0) - ay, (light[c + 2] ?? 0) - az];
  const area = bx * cy - cx * by;
  if (Math.abs(area) < 1e-6) return;
  const left = Math.max(0, Math.floor(ax + Math.min(0, bx, cx)));
  const right = Math.min(MAP_SIDE - 1, Math.floor(ax + Math.max(0, bx, cx)));
  const top = Math.max(0, Math.floor(ay + Math.min(0, by, cy)));
  const bottom = Math.min(MAP_SIDE - 1, Math.floor(ay + Math.max(0, by, cy)));
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const wb = (px * cy - cx * py) / area;
      const wc = (bx * py - px * by) / area;
      if (wb < 0 || wc < 0 || wb + wc > 1) continue;
      const z = az + wb * bz + wc * cz;
      const index = y * MAP_SIDE + x;
      if (z > (map.depths[index] ?? 0)) map.depths[index] = z;
    }
}

function texel(centimetres: number): number {
  return (0.5 + centimetres / MAP_WIDTH) * MAP_SIDE;
}

/** Light left over in a shadow: skin and rooms scatter some. */
const SHADOW_FLOOR = 0.12;
/** A surface may lie this far behind the map's before it counts as shaded, cm; hides the map's coarse texels. */
const SHADOW_BIAS = 1;

/** Share of the key light that reaches a point (camera space, relative to the head's origin): four texels, bilinear. */
export function shadowAt(map: ShadowMap, x: number, y: number, z: number): number {
  const u = texel(x * map.right[0] + y * map.right[1] + z * map.right[2]) - 0.5;
  const v = texel(x * map.up[0] + y * map.up[1] + z * map.up[2]) - 0.5;
  const depth = x * map.towards[0] + y * map.towards[1] + z * map.towards[2] + SHADOW_BIAS;
  const left = Math.floor(u);
  const top = Math.floor(v);
  if (left < 0 || top < 0 || left >= MAP_SIDE - 1 || top >= MAP_SIDE - 1) return 1;
  const index = top * MAP_SIDE + left;
  const { depths } = map;
  const [fx, fy] = [u - left, v - top];
  const lit = (offset: number) => ((depths[index + offset] ?? 0) < depth ? 1 : SHADOW_FLOOR);
  const upper = lit(0) + (lit(1) - lit(0)) * fx;
  const lower = lit(MAP_SIDE) + (lit(MAP_SIDE + 1) - lit(MAP_SIDE)) * fx;
  return upper + (lower - upper) * fy;
}
