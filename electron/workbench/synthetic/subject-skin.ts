import type { Random } from '@shared/random';
import { skinReflectance } from './colour';
import { drawFrom } from './draw';
import { faceRegions, TEXTURE_SIDE, type FaceRegions } from './face-regions';
import { clamp, mix, scale3, smoothstep, spot, type Vector3 } from './maths';
import { fractalNoise, valueNoise } from './noise';

/** What a person's face looks like, apart from its shape. Lengths in texture widths. */
export interface FaceLook {
  readonly melanin: number;
  readonly haemoglobin: number;
  readonly hairColour: Vector3;
  readonly irisColour: Vector3;
  /** 0 shaven … 0.9 full beard. */
  readonly beard: number;
  readonly freckles: number;
  readonly lipBlood: number;
  readonly browDensity: number;
  readonly eyeShadow: number;
  readonly moles: readonly { readonly x: number; readonly y: number; readonly radius: number }[];
  readonly glasses: {
    readonly rim: number;
    readonly width: number;
    readonly height: number;
    readonly colour: Vector3;
  } | null;
  /** Where the hair of the fringe ends, or null for none: row, curvature, parting column. */
  readonly fringe: { readonly row: number; readonly curvature: number; readonly parting: number } | null;
  readonly noiseSeed: number;
}

/** Reflectance and surface maps of a face, `[192, 192]` row-major. */
export interface FaceTexture {
  /** Linear RGB reflectance `[192, 192, 3]`. */
  readonly albedo: Float32Array;
  /** Height of the surface detail; only its gradient counts. */
  readonly bump: Float32Array;
  /** Strength of the specular reflection, about 0.5 on dry skin. */
  readonly gloss: Float32Array;
}

const irisColours: readonly Vector3[] = [
  [0.06, 0.03, 0.015],
  [0.1, 0.06, 0.02],
  [0.07, 0.12, 0.2],
  [0.08, 0.13, 0.06],
];

function drawHairColour(random: Random): Vector3 {
  if (random.chance(0.65)) return scale3([0.02, 0.014, 0.01], drawFrom(random, [0.5, 2.2]));
  if (random.chance(0.6)) return scale3([0.3, 0.19, 0.09], drawFrom(random, [0.5, 1.2]));
  return random.chance(0.4) ? [0.22, 0.06, 0.02] : [0.42, 0.4, 0.38];
}

export function drawFaceLook(random: Random, bald: boolean): FaceLook {
  const tone = clamp(random.chance(0.5) ? drawFrom(random, [0, 0.35]) : drawFrom(random, [0.15, 1]));
  const female = random.chance(0.5);
  return {
    melanin: 0.15 + 1.5 * tone,
    haemoglobin: drawFrom(random, [0.25, 0.6]),
    hairColour: tone > 0.55 ? scale3([0.02, 0.014, 0.01], drawFrom(random, [0.5, 1.4])) : drawHairColour(random),
    irisColour: tone > 0.5 ? [0.05, 0.025, 0.012] : random.pick(irisColours),
    beard: !female && random.chance(0.55) ? drawFrom(random, [0.15, 0.9]) : 0,
    freckles: random.chance(0.2) ? drawFrom(random, [0.3, 1]) : 0,
    lipBlood: female ? drawFrom(random, [0.9, 1.9]) : drawFrom(random, [0.5, 0.9]),
    browDensity: drawFrom(random, [0.5, 1]),
    eyeShadow: female && random.chance(0.4) ? drawFrom(random, [0.2, 0.8]) : 0,
    moles: Array.from({ length: random.integer(6) }, () => ({
      x: drawFrom(random, [0.15, 0.85]),
      y: drawFrom(random, [0.15, 0.9]),
      radius: drawFrom(random, [0.003, 0.007]),
    })),
    glasses: random.chance(0.18)
      ? {
          rim: drawFrom(random, [0.006, 0.014]),
          width: drawFrom(random, [0.09, 0.115]),
          height: drawFrom(random, [0.06, 0.085]),
          colour: random.chance(0.6) ? [0.02, 0.02, 0.02] : [0.25, 0.12, 0.05],
        }
      : null,
    fringe: bald
      ? null
      : {
          row: random.chance(0.3) ? drawFrom(random, [0.09, 0.19]) : drawFrom(random, [-0.02, 0.08]),
          curvature: drawFrom(random, [-0.08, 0.16]),
          parting: drawFrom(random, [0.3, 0.7]),
        },
    noiseSeed: random.integer(1_000_000),
  };
}

/** Paints the maps of a face. Cost: about 37,000 texels with eight noise evaluations each. */
export function paintFace(look: FaceLook): FaceTexture {
  const regions = faceRegions();
  const texels = TEXTURE_SIDE * TEXTURE_SIDE;
  const texture: FaceTexture = {
    albedo: new Float32Array(3 * texels),
    bump: new Float32Array(texels),
    gloss: new Float32Array(texels),
  };
  for (let row = 0; row < TEXTURE_SIDE; row++)
    for (let column = 0; column < TEXTURE_SIDE; column++) paintTexel(texture, look, regions, column, row);
  return texture;
}

function paintTexel(texture: FaceTexture, look: FaceLook, regions: FaceRegions, column: number, row: number): void {
  const index = row * TEXTURE_SIDE + column;
  const x = (column + 0.5) / TEXTURE_SIDE;
  const y = (row + 0.5) / TEXTURE_SIDE;
  const seed = look.noiseSeed;
  const coarse = fractalNoise(x * 9, y * 9, seed, 3);
  const middle = fractalNoise(x * 46, y * 46, seed + 9, 2);
  const pores = valueNoise(x * 130, y * 130, seed + 17) - 0.5;
  const side = Math.abs(x - 0.5);
  const cheek = spot((side - 0.23) / 0.12, (y - 0.58) / 0.12);
  const nose = spot((x - 0.5) / 0.07, (y - 0.53) / 0.09);
  const underEye = spot((side - 0.15) / 0.07, (y - 0.44) / 0.03);
  const lips = regions.lips[index] ?? 0;

  let melanin = look.melanin * (1 + 0.35 * coarse + 0.12 * middle) + 0.12 * lips + 0.1 * underEye;
  if (look.freckles > 0)
    melanin +=
      0.9 * look.freckles * smoothstep(0.68, 0.8, valueNoise(x * 60, y * 60, seed + 31)) * (0.3 + cheek + nose);
  for (const mole of look.moles)
    melanin += 2 * smoothstep(mole.radius, 0.5 * mole.radius, Math.hypot(x - mole.x, y - mole.y));
  const flush = 1 + 0.5 * cheek + 0.6 * nose + 0.8 * coarse + 0.4 * middle + 0.15 * pores;
  const haemoglobin = look.haemoglobin * flush + 0.25 * underEye + look.lipBlood * lips;

  let colour = skinReflectance(melanin, haemoglobin);
  colour = paintBeardAndBrows(colour, look, regions, index, x, y);
  colour = paintCreases(colour, look, regions, index, x, y);
  colour = paintEye(colour, look, regions, index, x, y);
  colour = paintFringe(colour, look, x, y);
  colour = paintGlasses(colour, look, regions, x, y);
  texture.albedo.set(colour, 3 * index);
  texture.bump[index] =
    0.55 * middle + 0.35 * pores + 0.25 * coarse - 0.25 * lips * valueNoise(x * 150, y * 12, seed + 3);
  const wet = 3 * (regions.eyes[index] ?? 0) + 0.5 * lips;
  texture.gloss[index] = Math.max(0, (0.5 + 0.7 * nose + wet) * (1 + 1.2 * middle));
}

function toward(colour: Vector3, target: Vector3, amount: number): Vector3 {
  return [mix(colour[0], target[0], amount), mix(colour[1], target[1], amount), mix(colour[2], target[2], amount)];
}

function paintBeardAndBrows(
  colour: Vector3,
  look: FaceLook,
  regions: FaceRegions,
  index: number,
  x: number,
  y: number,
): Vector3 {
  const lips = regions.lips[index] ?? 0;
  if (look.beard > 0) {
    const jaw = smoothstep(0.6, 0.74, y + 0.25 * Math.abs(x - 0.5)) * smoothstep(0.04, 0.16, Math.min(x, 1 - x));
    const moustache = 0.8 * spot((x - 0.5) / 0.11, (y - 0.64) / 0.022);
    const hairs = smoothstep(0.2, 0.75, valueNoise(x * 120, y * 70, look.noiseSeed + 3));
    colour = toward(
      colour,
      look.hairColour,
      Math.min(0.9, look.beard * (1 - lips) * (jaw + moustache) * (0.35 + 0.65 * hairs)),
    );
  }
  const brow = (regions.brows[index] ?? 0) * look.browDensity;
  if (brow === 0) return colour;
  const slant = x < 0.5 ? y * 60 : -y * 60;
  const hairs = smoothstep(0.15, 0.6, valueNoise(x * 90 + slant, y * 40, look.noiseSeed + 5));
  return toward(colour, look.hairColour, 0.9 * brow * (0.3 + 0.7 * hairs));
}

/** Lid crease, lashes, make-up and nostrils: the dark lines that make eyes and nose read at 100 pixels. */
function paintCreases(
  colour: Vector3,
  look: FaceLook,
  regions: FaceRegions,
  index: number,
  x: number,
  y: number,
): Vector3 {
  const distance = regions.eyeDistance[index] ?? 1;
  const eye = x < 0.5 ? regions.eyeCentres[0] : regions.eyeCentres[1];
  const above = y < eye[1];
  let shade = 1;
  if (distance > 0 && distance < 0.06) {
    if (above)
      shade -= 0.35 * spot((distance - 0.02) / 0.007, 0) + 0.3 * look.eyeShadow * smoothstep(0.045, 0.01, distance);
    shade -= (above ? 0.75 : 0.3) * clamp(1 - distance / 0.009);
  }
  for (const nostril of regions.nostrilCentres)
    shade -= 0.7 * smoothstep(1.1, 0.5, Math.hypot((x - nostril[0]) / 0.02, (y - nostril[1] - 0.004) / 0.013));
  return scale3(colour, Math.max(0.05, shade));
}

function paintEye(colour: Vector3, look: FaceLook, regions: FaceRegions, index: number, x: number, y: number): Vector3 {
  const opening = regions.eyes[index] ?? 0;
  if (opening === 0) return colour;
  const eye = x < 0.5 ? regions.eyeCentres[0] : regions.eyeCentres[1];
  const [dx, dy] = [x - eye[0], y - eye[1] + 0.003];
  const radius = Math.hypot(dx, 1.05 * dy);
  let ball: Vector3 = [0.5, 0.46, 0.43];
  if (radius < 0.027) {
    const fibres = 0.7 + 0.9 * valueNoise(9 * Math.atan2(dy, dx), radius * 60, look.noiseSeed);
    ball = scale3(look.irisColour, fibres * (radius > 0.022 ? 0.5 : 1));
  }
  if (radius < 0.011) ball = [0.005, 0.005, 0.005];
  // The upper lid and its lashes shade the top of the eyeball.
  return toward(colour, scale3(ball, 0.55 + 0.45 * smoothstep(-0.02, 0.004, dy)), opening);
}

function paintFringe(colour: Vector3, look: FaceLook, x: number, y: number): Vector3 {
  if (!look.fringe) return colour;
  const { row, curvature, parting } = look.fringe;
  const seed = look.noiseSeed;
  const strands =
    0.035 * (valueNoise(x * 26, 1, seed + 41) - 0.5) + 0.06 * (valueNoise(x * 90, y * 6, seed + 43) - 0.5);
  const end = row + 4 * curvature * (x - parting) ** 2 + strands;
  const cover = smoothstep(end + 0.015, end - 0.012, y);
  if (cover === 0) return colour;
  const sweep = (x - parting) * 25 * y;
  const tone = 0.5 + 1.0 * valueNoise(x * 80 + sweep, y * 9, seed + 47);
  return toward(colour, scale3(look.hairColour, tone), cover);
}

function paintGlasses(colour: Vector3, look: FaceLook, regions: FaceRegions, x: number, y: number): Vector3 {
  if (!look.glasses) return colour;
  const { rim, width, height, colour: frame } = look.glasses;
  const eye = x < 0.5 ? regions.eyeCentres[0] : regions.eyeCentres[1];
  // A superellipse of degree 3: between a round and a rectangular lens.
  const level = (Math.abs((x - eye[0]) / width) ** 3 + Math.abs((y - eye[1] - 0.012) / height) ** 3) ** (1 / 3);
  const distance = Math.abs(level - 1) * Math.min(width, height);
  const bridge = Math.abs(x - 0.5) < 0.06 && Math.abs(y - eye[1]) < 0.5 * rim ? 1 : 0;
  const cover = Math.max(smoothstep(rim, 0.5 * rim, distance), bridge);
  return cover > 0 ? toward(colour, frame, cover) : colour;
}
