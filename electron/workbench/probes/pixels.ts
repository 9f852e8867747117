import { resize } from '@workbench/images/resize';
import type { RgbImage } from '@workbench/images/rgb-image';

/** Side of the crops that every probe expects. */
export const PROBE_SIDE = 128;

/** The features of a crop: a fixed number of values, each comparable over crops. */
export interface Probe {
  readonly name: 'colour' | 'border' | 'spectrum' | 'lbp';
  /** How tables call it. */
  readonly title: string;
  /** Number of features. */
  readonly length: number;
  /** @throws RangeError when the crop is not 128 × 128 */
  readonly measure: (crop: RgbImage) => Float64Array;
}

/** A crop in the size that every probe expects, whatever the recipe cut. */
export function asProbeCrop(crop: RgbImage): RgbImage {
  return crop.width === PROBE_SIDE && crop.height === PROBE_SIDE ? crop : resize(crop, PROBE_SIDE, PROBE_SIDE);
}

/** @throws RangeError when the crop is not 128 × 128 */
export function checkCrop(crop: RgbImage): void {
  if (crop.width !== PROBE_SIDE || crop.height !== PROBE_SIDE)
    throw new RangeError(`probe: crop of ${crop.width}×${crop.height}, expected ${PROBE_SIDE}×${PROBE_SIDE}`);
}

/** A rectangle of pixels with steps between them. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly step: number;
}

/** Channels of {@link readChannels}, in order. */
export const channelNames = ['red', 'green', 'blue', 'value', 'saturation'] as const;

/** Red, green, blue, value and saturation (HSV), each [0, 1], of the region's pixels. */
export function readChannels(crop: RgbImage, region: Region): Float64Array[] {
  const columns = Math.ceil((region.right - region.left) / region.step);
  const count = columns * (region.bottom - region.top);
  const channels = channelNames.map(() => new Float64Array(count));
  const [reds, greens, blues, values, saturations] = channels;
  let next = 0;
  for (let y = region.top; y < region.bottom; y++)
    for (let x = region.left; x < region.right; x += region.step) {
      const o = 3 * (y * crop.width + x);
      const [r, g, b] = [(crop.data[o] ?? 0) / 255, (crop.data[o + 1] ?? 0) / 255, (crop.data[o + 2] ?? 0) / 255];
      const most = Math.max(r, g, b);
      if (reds && greens && blues && values && saturations) {
        reds[next] = r;
        greens[next] = g;
        blues[next] = b;
        values[next] = most;
        saturations[next] = most === 0 ? 0 : (most - Math.min(r, g, b)) / most;
      }
      next++;
    }
  return channels;
}

/** Mean, standard deviation (population) and skewness of some values. */
export function moments(values: Float64Array): [mean: number, deviation: number, skewness: number] {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let [squares, cubes] = [0, 0];
  for (const value of values) {
    const distance = value - mean;
    squares += distance * distance;
    cubes += distance * distance * distance;
  }
  const variance = squares / values.length;
  // The small constant keeps the skewness of a flat region at 0 instead of 0/0.
  return [mean, Math.sqrt(variance), cubes / values.length / (variance ** 1.5 + 1e-6)];
}
