import { createRandom, type Random } from '@shared/random';
import { encodeSrgb, luminance } from './colour';
import type { Crop } from './crop';
import type { CameraLook } from './domains';
import { drawFrom, drawLogUniform, drawNormal } from './draw';
import { blur, sharpen, smear } from './filters';
import { applyJpegLoss } from './jpeg-loss';
import { clamp, type Vector3 } from './maths';

/** One release of the shutter: what the camera's look leaves to chance, drawn. Lengths in sensor pixels. */
export interface Shot {
  readonly blur: number;
  /** Length of the motion blur, 0 for none. */
  readonly motion: number;
  readonly motionAcross: boolean;
  readonly exposureTarget: number;
  readonly greyWorld: number;
  readonly cast: Vector3;
  /** Light scattered over the whole picture, as a share of thrice its mean. */
  readonly veilingGlare: number;
  readonly shotNoise: number;
  readonly readNoise: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly vignetting: number;
  readonly denoise: number;
  readonly sharpening: number;
  readonly jpegQuality: number;
  readonly noiseOffset: number;
}

/** Wide tone, colour and glare on purpose: an attack passes two cameras, and would else be the flatter picture. */
const TONE_JITTER = 0.1;
const SATURATION_JITTER = 0.12;

/** Draws a shot. @param cropPixels sensor pixels across the face crop */
export function drawShot(random: Random, look: CameraLook, cropPixels: number): Shot {
  const scale = cropPixels / 128;
  const moving = random.chance(look.motion);
  const longest = Math.max(2, Math.floor(cropPixels / 40));
  return {
    blur: drawFrom(random, look.blur) * scale,
    motion: moving ? 1 + random.integer(longest) : 0,
    motionAcross: random.chance(0.7),
    exposureTarget: look.exposureTarget * Math.exp(drawNormal(random, 0, look.exposureSpread)),
    greyWorld: drawFrom(random, look.greyWorld),
    cast: [
      look.cast[0] * Math.exp(drawNormal(random, 0, 0.03)),
      look.cast[1] * Math.exp(drawNormal(random, 0, 0.03)),
      look.cast[2] * Math.exp(drawNormal(random, 0, 0.03)),
    ],
    veilingGlare: random.chance(0.6) ? drawLogUniform(random, 0.004, 0.08) : 0,
    shotNoise: drawFrom(random, look.shotNoise),
    readNoise: drawFrom(random, look.readNoise),
    contrast: drawNormal(random, look.contrast, TONE_JITTER),
    saturation: drawNormal(random, look.saturation, SATURATION_JITTER),
    vignetting: drawFrom(random, [0, 0.25]),
    denoise: look.denoise > 0 ? drawFrom(random, [0, look.denoise]) * scale : 0,
    sharpening: drawFrom(random, look.sharpening),
    jpegQuality: Math.round(drawFrom(random, look.jpegQuality)),
    noiseOffset: random.integer(NOISE_LENGTH),
  };
}

/**
 * Takes the picture: optics → exposure and white balance metered on the face crop → sensor noise → tone curve → noise
 * filter and sharpening → 8 bit → JPEG.
 *
 * @param rgb linear RGB `[side, side, 3]` at sensor resolution; overwritten
 * @returns 8-bit sRGB `[side, side, 3]`
 */
export function takePicture(rgb: Float32Array, side: number, metering: Crop, shot: Shot): Uint8Array {
  let picture = blur(rgb, side, shot.blur);
  if (shot.motion > 0) picture = smear(picture, side, shot.motion, shot.motionAcross);
  expose(picture, side, metering, shot);
  if (shot.denoise > 0) picture = blur(picture, side, shot.denoise);
  if (shot.sharpening > 0.02) sharpen(picture, blur(picture, side, 0.9), shot.sharpening);
  const bytes = new Uint8ClampedArray(picture.length);
  for (let i = 0; i < picture.length; i++) bytes[i] = 255 * (picture[i] ?? 0);
  return applyJpegLoss(new Uint8Array(bytes.buffer), side, shot.jpegQuality);
}

/** Skin under white light, relative to its luminance: what a face-metering white balance takes for neutral. */
const FACE_TINT: Vector3 = [1.16, 0.97, 0.86];

/** Gains per channel and a table of the tone curve, then one pass over the picture: linear in, sRGB-encoded out, [0, 1]. */
function expose(picture: Float32Array, side: number, metering: Crop, shot: Shot): void {
  const [red, green, blue] = meter(picture, side, metering);
  const mean = luminance(red, green, blue);
  const exposure = shot.exposureTarget / Math.max(0.01, mean);
  const gain = (channel: number, level: number, cast: number) =>
    exposure * cast * ((mean * channel) / Math.max(0.005, level)) ** shot.greyWorld;
  const gains: Vector3 = [
    gain(FACE_TINT[0], red, shot.cast[0]),
    gain(FACE_TINT[1], green, shot.cast[1]),
    gain(FACE_TINT[2], blue, shot.cast[2]),
  ];
  const veil = 3 * shot.veilingGlare * mean;
  const curve = toneCurve(shot.contrast);
  const { saturation, shotNoise, readNoise, vignetting } = shot;
  const [shotVariance, readVariance] = [shotNoise * shotNoise, readNoise * readNoise];
  let noise = shot.noiseOffset;
  for (let row = 0; row < side; row++) {
    const v = (row + 0.5) / side - 0.5;
    for (let column = 0; column < side; column++) {
      const u = (column + 0.5) / side - 0.5;
      const falloff = 1 - 2 * vignetting * (u * u + v * v);
      const o = 3 * (row * side + column);
      let r = ((picture[o] ?? 0) + veil) * gains[0] * falloff;
      let g = ((picture[o + 1] ?? 0) + veil) * gains[1] * falloff;
      let b = ((picture[o + 2] ?? 0) + veil) * gains[2] * falloff;
      // Red and blue filters pass less light than green, so their noise is the stronger.
      r = Math.max(0, r + 1.15 * (noiseTable[noise] ?? 0) * Math.sqrt(shotVariance * r + readVariance));
      g = Math.max(
        0,
        g + 0.8 * (noiseTable[(noise + 7919) & NOISE_MASK] ?? 0) * Math.sqrt(shotVariance * g + readVariance),
      );
      b = Math.max(
        0,
        b + 1.15 * (noiseTable[(noise + 15887) & NOISE_MASK] ?? 0) * Math.sqrt(shotVariance * b + readVariance),
      );
      noise = (noise + 1) & NOISE_MASK;
      const grey = luminance(r, g, b);
      picture[o] = lookUp(curve, grey + saturation * (r - grey));
      picture[o + 1] = lookUp(curve, grey + saturation * (g - grey));
      picture[o + 2] = lookUp(curve, grey + saturation * (b - grey));
    }
  }
}

/** Mean colour of the metered square, its middle counting most; highlights count up to 1.5. */
function meter(picture: Float32Array, side: number, metering: Crop): Vector3 {
  const left = Math.floor(metering.left);
  const top = Math.floor(metering.top);
  const right = Math.min(side, Math.ceil(metering.left + metering.side));
  const bottom = Math.min(side, Math.ceil(metering.top + metering.side));
  let [red, green, blue, total] = [0, 0, 0, 0];
  for (let row = top; row < bottom; row += 2) {
    const v = (row - top) / metering.side - 0.5;
    for (let column = left; column < right; column += 2) {
      const u = (column - left) / metering.side - 0.5;
      const weight = Math.exp(-(u * u + v * v) / 0.1225);
      const o = 3 * (row * side + column);
      red += weight * Math.min(1.5, picture[o] ?? 0);
      green += weight * Math.min(1.5, picture[o + 1] ?? 0);
      blue += weight * Math.min(1.5, picture[o + 2] ?? 0);
      total += weight;
    }
  }
  return [red / total, green / total, blue / total];
}

const CURVE_STEPS = 2048;

/** Linear [0, 1] → encoded [0, 1]: a shoulder over 0.6, contrast as an exponent, the sRGB curve. Indexed by √level, which spends the steps on the shadows. */
function toneCurve(contrast: number): Float32Array {
  return Float32Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const level = (step / CURVE_STEPS) ** 2;
    const shouldered = level < 0.6 ? level : 0.6 + 0.408 * (1 - Math.exp(-(level - 0.6) / 0.4));
    return encodeSrgb(clamp(shouldered ** contrast));
  });
}

function lookUp(curve: Float32Array, level: number): number {
  if (level <= 0) return curve[0] ?? 0;
  if (level >= 1) return curve[CURVE_STEPS] ?? 1;
  const position = Math.sqrt(level) * CURVE_STEPS;
  const step = position | 0;
  const low = curve[step] ?? 0;
  return low + (position - step) * ((curve[step + 1] ?? 0) - low);
}

const NOISE_LENGTH = 65536;
const NOISE_MASK = NOISE_LENGTH - 1;

/** Standard normal variates, shared by all pictures; each starts at its own place. */
const noiseTable = (() => {
  const random = createRandom('sensor noise');
  return Float32Array.from({ length: NOISE_LENGTH }, () => random.normal());
})();
