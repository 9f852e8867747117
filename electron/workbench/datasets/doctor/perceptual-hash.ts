import { resize } from '@workbench/images/resize';
import type { RgbImage } from '@workbench/images/rgb-image';

/** Bytes of the signs of the 8 × 8 lowest frequencies of one picture. */
export const pictureHashBytes = 8;
/** Bytes of a hash: of a picture, and zeros; or of each of four frames of a clip. */
export const hashBytes = 32;
/** Grey levels of the tiny pictures: 16 × 16 of a picture, or 8 × 8 of each of four frames. */
export const thumbBytes = 256;

/** Frames of a clip that stand for it, and how they are laid out. */
export const clipFrames = [0, 5, 10, 15] as const;

/** Side of the small grey picture whose lowest frequencies make the hash. */
const side = 32;
/** A picture flatter than this (standard deviation in grey levels) looks like every other flat one. */
const flattest = 3;

/** What a picture or a clip looks like. */
export interface Perceived {
  /** `hashBytes` long: which of the low frequencies lie above their median. */
  readonly hash: Uint8Array;
  /** `thumbBytes` long. */
  readonly thumb: Uint8Array;
}

/**
 * What a picture looks like, in a form that a copy of another size, format or quality shares: the signs of its lowest cosine
 * frequencies against their median, and a tiny grey picture.
 * @returns null for one that shows next to nothing
 */
export function perceive(image: RgbImage): Perceived | null {
  const grey = greyOf(resize(image, side, side, 'box'));
  if (deviation(grey) < flattest) return null;
  const hash = new Uint8Array(hashBytes);
  hash.set(signsOf(grey));
  return { hash, thumb: tinyOf(image, 16) };
}

/**
 * The same for a clip by its four frames; two takes of one scene move differently.
 * @returns null when a frame is missing or flat
 */
export function perceiveClip(frames: readonly RgbImage[]): Perceived | null {
  if (frames.length < clipFrames.length) return null;
  const hash = new Uint8Array(hashBytes);
  const thumb = new Uint8Array(thumbBytes);
  for (const [index, frame] of frames.slice(0, clipFrames.length).entries()) {
    const grey = greyOf(resize(frame, side, side, 'box'));
    if (deviation(grey) < flattest) return null;
    hash.set(signsOf(grey), index * pictureHashBytes);
    thumb.set(tinyOf(frame, 8), (index * thumbBytes) / clipFrames.length);
  }
  return { hash, thumb };
}

/** Frequencies kept each way: the lowest ones are what every copy keeps. */
const kept = 8;
const cosines = Float64Array.from({ length: kept * side }, (_, index) => {
  const [frequency, place] = [Math.floor(index / side), index % side];
  return Math.cos((Math.PI * (place + 0.5) * frequency) / side);
});

/** Signs of the lowest frequencies of a 32 × 32 picture against their median. */
function signsOf(grey: Float64Array): Uint8Array {
  const rows = new Float64Array(side * kept);
  for (let y = 0; y < side; y++)
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += (grey[y * side + x] ?? 0) * (cosines[u * side + x] ?? 0);
      rows[y * kept + u] = sum;
    }
  const frequencies = new Float64Array(kept * kept);
  for (let u = 0; u < kept; u++)
    for (let v = 0; v < kept; v++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += (rows[y * kept + u] ?? 0) * (cosines[v * side + y] ?? 0);
      frequencies[v * kept + u] = sum;
    }
  frequencies[0] = 0; // The mean brightness is no feature.
  const median = Float64Array.from(frequencies).sort()[(kept * kept) / 2] ?? 0;
  const signs = new Uint8Array((kept * kept) / 8);
  frequencies.forEach((value, bit) => {
    if (value > median) signs[bit >> 3] = (signs[bit >> 3] ?? 0) | (1 << (bit & 7));
  });
  return signs;
}

function tinyOf(image: RgbImage, tiny: number): Uint8Array {
  return Uint8Array.from(greyOf(resize(image, tiny, tiny, 'box')), Math.round);
}

function greyOf({ data }: RgbImage): Float64Array {
  return Float64Array.from({ length: data.length / 3 }, (_, pixel) => {
    const at = 3 * pixel;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
}

function deviation(values: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}

const bitsOf = Uint8Array.from({ length: 256 }, (_, value) => {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

/** Bits in which two hashes differ over so many bytes. Both begin at their offset. */
export function hashDistance(a: Uint8Array, fromA: number, b: Uint8Array, fromB: number, bytes = hashBytes): number {
  let distance = 0;
  for (let at = 0; at < bytes; at++) distance += bitsOf[(a[fromA + at] ?? 0) ^ (b[fromB + at] ?? 0)] ?? 0;
  return distance;
}

/**
 * How much two tiny pictures differ: mean difference in grey levels after their mean brightness is taken away, and how much
 * the first one varies in itself.
 */
export function thumbDifference(
  a: Uint8Array,
  fromA: number,
  b: Uint8Array,
  fromB: number,
): { levels: number; contrast: number } {
  let [sumA, shift, squares] = [0, 0, 0];
  for (let at = 0; at < thumbBytes; at++) {
    const value = a[fromA + at] ?? 0;
    sumA += value;
    squares += value * value;
    shift += value - (b[fromB + at] ?? 0);
  }
  shift /= thumbBytes;
  let sum = 0;
  for (let at = 0; at < thumbBytes; at++) sum += Math.abs((a[fromA + at] ?? 0) - (b[fromB + at] ?? 0) - shift);
  return {
    levels: sum / thumbBytes,
    contrast: Math.sqrt(Math.max(0, squares / thumbBytes - (sumA / thumbBytes) ** 2)),
  };
}
