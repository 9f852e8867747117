import type { RgbImage } from '@workbench/images/rgb-image';
import { checkCrop, PROBE_SIDE, type Probe } from './pixels';

/** 58 uniform patterns and one bin for all others. */
export const LBP_BINS = 59;

/**
 * Colour LBP, 177 features, the classic baseline of face anti-spoofing (Boulkenafet et al. 2015): histograms of uniform
 * local binary patterns (Ojala et al. 2002; 8 neighbours, radius 1) in Y, Cb and Cr, as square roots (Hellinger), so
 * that a linear classifier compares them well.
 */
export const lbpProbe: Probe = {
  name: 'lbp',
  title: 'colour LBP',
  length: 3 * LBP_BINS,
  measure: (crop: RgbImage) => {
    checkCrop(crop);
    const features = new Float64Array(3 * LBP_BINS);
    yCbCr(crop).forEach((channel, index) => {
      const histogram = lbpHistogram(channel, PROBE_SIDE, PROBE_SIDE);
      features.set(histogram.map(Math.sqrt), index * LBP_BINS);
    });
    return features;
  },
};

/**
 * Bin of every 8-bit pattern: the uniform ones (at most two changes around the circle) in ascending order from 0 to 57,
 * all others 58.
 */
export const uniformBins: Uint8Array = (() => {
  let next = 0;
  return Uint8Array.from({ length: 256 }, (_, pattern) => {
    let changes = 0;
    for (let bit = 0; bit < 8; bit++) changes += ((pattern >> bit) & 1) === ((pattern >> ((bit + 1) & 7)) & 1) ? 0 : 1;
    return changes <= 2 ? next++ : LBP_BINS - 1;
  });
})();

/**
 * Pattern of a pixel: bit k is set where neighbour k is not darker than the centre. Neighbours go clockwise from the
 * upper left, bit 0 first.
 */
export function lbpPattern(channel: Float32Array, width: number, index: number): number {
  const centre = channel[index] ?? 0;
  let pattern = 0;
  if ((channel[index - width - 1] ?? 0) >= centre) pattern |= 1;
  if ((channel[index - width] ?? 0) >= centre) pattern |= 2;
  if ((channel[index - width + 1] ?? 0) >= centre) pattern |= 4;
  if ((channel[index + 1] ?? 0) >= centre) pattern |= 8;
  if ((channel[index + width + 1] ?? 0) >= centre) pattern |= 16;
  if ((channel[index + width] ?? 0) >= centre) pattern |= 32;
  if ((channel[index + width - 1] ?? 0) >= centre) pattern |= 64;
  if ((channel[index - 1] ?? 0) >= centre) pattern |= 128;
  return pattern;
}

/** Shares of the inner pixels of a channel `[height, width]` in each bin. */
export function lbpHistogram(channel: Float32Array, width: number, height: number): Float64Array {
  const histogram = new Float64Array(LBP_BINS);
  const weight = 1 / ((width - 2) * (height - 2));
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const bin = uniformBins[lbpPattern(channel, width, y * width + x)] ?? 0;
      histogram[bin] = (histogram[bin] ?? 0) + weight;
    }
  return histogram;
}

/** ITU-R BT.601 luma and chroma, rounded to whole levels as image files store them: equal colours give equal values. */
function yCbCr(crop: RgbImage): Float32Array[] {
  const pixels = crop.width * crop.height;
  const [luma, blue, red] = [new Float32Array(pixels), new Float32Array(pixels), new Float32Array(pixels)];
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [crop.data[3 * i] ?? 0, crop.data[3 * i + 1] ?? 0, crop.data[3 * i + 2] ?? 0];
    luma[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    blue[i] = Math.round(-0.168736 * r - 0.331264 * g + 0.5 * b);
    red[i] = Math.round(0.5 * r - 0.418688 * g - 0.081312 * b);
  }
  return [luma, blue, red];
}
