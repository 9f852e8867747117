import type { ExperimentConfig } from '@shared/domain/experiment';
import type { Random } from '@shared/random';
import { blur3x3, cutOut, jpegRoundTrip } from './augment-degrade';

export type AugmentationConfig = ExperimentConfig['augmentation'];

/** An axis-aligned square window of the crop in fractions of its side, and whether it is mirrored: shared by image and map. */
interface Geometry {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  readonly mirrored: boolean;
}

const identity: Geometry = { left: 0, top: 0, side: 1, mirrored: false };

/** Where a sample's augmented image and map are written. */
export interface SampleTarget {
  /** `[size, size, 3]` in [−1, 1]. */
  readonly image: Float32Array;
  readonly size: number;
  /** `[mapSize, mapSize]` in [0, 1]. */
  readonly map: Float32Array;
  readonly mapSize: number;
}

/**
 * One training sample: RGB crop `[crop, crop, 3]` 0–255 and depth `[map, map]` 0–255 through one geometric transform, then
 * colour, gamma, blur, JPEG and cut-out on the image only. All draws come from `random`, always as many for a configuration
 * whatever they decide, so that one sample's fate never shifts the next one's.
 */
export function augmentSample(
  crop: Uint8Array,
  cropSize: number,
  depth: Uint8Array,
  config: AugmentationConfig,
  random: Random,
  target: SampleTarget,
): void {
  const geometry = drawGeometry(config, random);
  const curves = drawToneCurves(config, random);
  const blurred = random.chance(config.blur);
  const compressed = random.chance(config.jpeg);
  const quality = random.uniform(50, 95);
  const hidden = random.chance(config.cutout);
  const [hiddenSide, hiddenX, hiddenY] = [random.uniform(0.15, 0.4), random.uniform(), random.uniform()];

  resample(crop, cropSize, 3, geometry, curves, target.image, target.size);
  if (blurred) blur3x3(target.image, target.size);
  if (compressed) jpegRoundTrip(target.image, target.size, quality);
  if (hidden) cutOut(target.image, target.size, hiddenSide, hiddenX, hiddenY);
  resample(depth, target.mapSize, 1, geometry, unitCurve, target.map, target.mapSize);
}

/** A sample as it is seen outside training: no augmentation, resized only. `[size, size, 3]` in [−1, 1]. */
export function plainImage(crop: Uint8Array, cropSize: number, image: Float32Array, size: number): void {
  resample(crop, cropSize, 3, identity, signedCurves, image, size);
}

function drawGeometry({ cropJitter, flip }: AugmentationConfig, random: Random): Geometry {
  const side = 1 - cropJitter * random.uniform();
  const left = (1 - side) / 2 + cropJitter * random.uniform(-0.5, 0.5);
  const top = (1 - side) / 2 + cropJitter * random.uniform(-0.5, 0.5);
  const mirrored = random.chance(0.5) && flip;
  return { left, top, side, mirrored };
}

/** What each of the 256 levels becomes, for each channel: `[channels, 256]`. */
type ToneCurves = readonly Float32Array[];

const signedCurves: ToneCurves = [0, 1, 2].map(() =>
  Float32Array.from({ length: 256 }, (_, level) => level / 127.5 - 1),
);
const unitCurve: ToneCurves = [Float32Array.from({ length: 256 }, (_, level) => level / 255)];

/** Brightness, contrast and gain per channel, then gamma; the result in [−1, 1]. */
function drawToneCurves({ colour, gamma }: AugmentationConfig, random: Random): ToneCurves {
  const contrast = 1 + 0.5 * colour * random.uniform(-1, 1);
  const brightness = 0.5 * colour * random.uniform(-1, 1);
  const exponent = (1 + gamma) ** random.uniform(-1, 1);
  return [0, 1, 2].map(() => {
    const gain = 1 + 0.5 * colour * random.uniform(-1, 1);
    return Float32Array.from({ length: 256 }, (_, level) => {
      const toned = Math.min(1, Math.max(0, ((level / 255 - 0.5) * contrast + 0.5 + brightness) * gain));
      return 2 * toned ** exponent - 1;
    });
  });
}

/** One axis of a resampling: for each output pixel the two source pixels and the second one's share, for each tap. */
interface AxisTaps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

/** Bilinear taps; pixels outside repeat the edge. `taps` samples are spread over each output pixel. */
function axisTaps(
  sourceSize: number,
  start: number,
  side: number,
  mirrored: boolean,
  size: number,
  taps: number,
): AxisTaps {
  const count = size * taps;
  const [first, second, share] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    const along = (i + 0.5) / count;
    const position = (start + side * (mirrored ? 1 - along : along)) * sourceSize - 0.5;
    const clamped = Math.min(sourceSize - 1, Math.max(0, position));
    const low = Math.floor(clamped);
    first[i] = low;
    second[i] = Math.min(sourceSize - 1, low + 1);
    share[i] = clamped - low;
  }
  return { first, second, share };
}

/**
 * Cuts the window out of `[source, source, channels]` and resizes it to `[size, size, channels]`, tone curves applied to the
 * source's levels. Where the source is larger, each output pixel is the mean of as many bilinear samples as it covers.
 */
function resample(
  source: Uint8Array,
  sourceSize: number,
  channels: number,
  geometry: Geometry,
  curves: ToneCurves,
  target: Float32Array,
  size: number,
): void {
  const taps = Math.max(1, Math.round(sourceSize / size));
  const columns = axisTaps(sourceSize, geometry.left, geometry.side, geometry.mirrored, size, taps);
  const rows = axisTaps(sourceSize, geometry.top, geometry.side, false, size, taps);
  const narrow = new Float32Array(sourceSize * size); // source rows, target columns
  for (let channel = 0; channel < channels; channel++) {
    const curve = curves[channel] ?? signedCurves[0] ?? new Float32Array(256);
    for (let y = 0; y < sourceSize; y++) {
      const row = y * sourceSize;
      for (let x = 0, tap = 0; x < size; x++) {
        let sum = 0;
        for (let k = 0; k < taps; k++, tap++) {
          const a = curve[source[(row + (columns.first[tap] ?? 0)) * channels + channel] ?? 0] ?? 0;
          const b = curve[source[(row + (columns.second[tap] ?? 0)) * channels + channel] ?? 0] ?? 0;
          sum += a + (b - a) * (columns.share[tap] ?? 0);
        }
        narrow[y * size + x] = sum / taps;
      }
    }
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (let k = 0; k < taps; k++) {
          const tap = y * taps + k;
          const a = narrow[(rows.first[tap] ?? 0) * size + x] ?? 0;
          const b = narrow[(rows.second[tap] ?? 0) * size + x] ?? 0;
          sum += a + (b - a) * (rows.share[tap] ?? 0);
        }
        target[(y * size + x) * channels + channel] = sum / taps;
      }
    }
  }
}
