import { clamp, type Vector3 } from './maths';

/** Rec. 709 luminance of linear RGB. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function decodeSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** sRGB transfer curve (IEC 61966-2-1): linear [0, 1] → encoded [0, 1]. */
export function encodeSrgb(value: number): number {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

const linearOfByte = Float32Array.from({ length: 256 }, (_, byte) => decodeSrgb(byte / 255));

/** 8-bit sRGB samples → linear light in [0, 1], sample by sample. */
export function toLinear(bytes: Uint8Array): Float32Array {
  const linear = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) linear[i] = linearOfByte[bytes[i] ?? 0] ?? 0;
  return linear;
}

/**
 * Linear RGB tint of a light of that colour temperature, 6500 K white. A straight-line fit, good enough between
 * 2500 and 9000 K: what matters is that rooms differ as real rooms do.
 */
export function lightTint(kelvin: number): Vector3 {
  const t = (kelvin - 6500) / 3500;
  return [Math.max(0.25, 1 - 0.3 * t), Math.max(0.25, 1 - 0.02 * t), Math.max(0.25, 1 + 0.38 * t)];
}

/**
 * Diffuse reflectance of skin from two pigments: Beer–Lambert absorption, log-reflectance linear in melanin and
 * haemoglobin amount; melanin absorbs most in blue, haemoglobin in green and blue.
 */
export function skinReflectance(melanin: number, haemoglobin: number): Vector3 {
  return [
    Math.exp(-0.28 - 0.42 * melanin - 0.1 * haemoglobin),
    Math.exp(-0.36 - 0.68 * melanin - 0.62 * haemoglobin),
    Math.exp(-0.45 - 1.02 * melanin - 0.55 * haemoglobin),
  ];
}

/** A dull random-looking surface colour from a grey level and a chroma offset per channel, kept inside (0, 1). */
export function surfaceColour(grey: number, saturation: number, offsets: Vector3): Vector3 {
  return [
    clamp(grey * (1 + saturation * offsets[0]), 0.01, 0.95),
    clamp(grey * (1 + 0.6 * saturation * offsets[1]), 0.01, 0.95),
    clamp(grey * (1 + saturation * offsets[2]), 0.01, 0.95),
  ];
}
