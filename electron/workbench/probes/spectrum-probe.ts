import type { RgbImage } from '@workbench/images/rgb-image';
import { powerSpectrum } from './fourier';
import { checkCrop, PROBE_SIDE, type Probe } from './pixels';

const LUMINANCE_RINGS = 32;
const COLOUR_RINGS = 16;
const ORIENTATIONS = 8;

/**
 * FFT energy, 74 features. Luminance: log mean power in 32 rings, peak over mean (log) in every second ring of the upper
 * three quarters (12), share of the high frequencies' power in 8 orientations. Red − green: 16 rings and 6 peaks. A Hann
 * window keeps the crop's edges out. Grids, halftones and moiré show as peaks, blur as a steeper fall.
 */
export const spectrumProbe: Probe = {
  name: 'spectrum',
  title: 'FFT energy',
  length: LUMINANCE_RINGS + (3 / 8) * LUMINANCE_RINGS + ORIENTATIONS + COLOUR_RINGS + (3 / 8) * COLOUR_RINGS,
  measure: (crop: RgbImage) => {
    checkCrop(crop);
    const luminance = powerSpectrum(windowed(crop, 0.299, 0.587, 0.114), PROBE_SIDE);
    const redGreen = powerSpectrum(windowed(crop, 1, -1, 0), PROBE_SIDE);
    return Float64Array.from([
      ...describeRings(luminance, LUMINANCE_RINGS),
      ...orientationShares(luminance),
      ...describeRings(redGreen, COLOUR_RINGS),
    ]);
  },
};

const hann = Float64Array.from({ length: PROBE_SIDE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / PROBE_SIDE));

function windowed(crop: RgbImage, red: number, green: number, blue: number): Float64Array {
  return Float64Array.from({ length: PROBE_SIDE * PROBE_SIDE }, (_, i) => {
    const level =
      red * (crop.data[3 * i] ?? 0) + green * (crop.data[3 * i + 1] ?? 0) + blue * (crop.data[3 * i + 2] ?? 0);
    return level * (hann[i % PROBE_SIDE] ?? 0) * (hann[Math.floor(i / PROBE_SIDE)] ?? 0);
  });
}

/** Frequency of a row or column index, cycles a crop: 0 … 63, −64 … −1. */
function frequency(index: number): number {
  return index < PROBE_SIDE / 2 ? index : index - PROBE_SIDE;
}

/** Keeps the logarithm of an empty ring finite. */
const FLOOR = 1e-3;

function describeRings(power: Float64Array, rings: number): number[] {
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  const peaks = new Float64Array(rings);
  for (let i = 0; i < power.length; i++) {
    const radius = Math.hypot(frequency(i % PROBE_SIDE), frequency(Math.floor(i / PROBE_SIDE)));
    const ring = Math.floor((radius / (PROBE_SIDE / 2)) * rings);
    if (ring >= rings) continue;
    const value = power[i] ?? 0;
    sums[ring] = (sums[ring] ?? 0) + value;
    counts[ring] = (counts[ring] ?? 0) + 1;
    peaks[ring] = Math.max(peaks[ring] ?? 0, value);
  }
  const means = sums.map((sum, ring) => sum / (counts[ring] ?? 1));
  const levels = Array.from(means, (mean) => Math.log(mean + FLOOR));
  const peakiness: number[] = [];
  for (let ring = rings / 4; ring < rings; ring += 2)
    peakiness.push(Math.log((peaks[ring] ?? 0) / ((means[ring] ?? 0) + FLOOR) + FLOOR));
  return [...levels, ...peakiness];
}

/** How the power above a fifth of the sampling rate is spread over directions; sums to 1. */
function orientationShares(power: Float64Array): Float64Array {
  const shares = new Float64Array(ORIENTATIONS);
  let total = 1e-6;
  for (let i = 0; i < power.length; i++) {
    const [fx, fy] = [frequency(i % PROBE_SIDE), frequency(Math.floor(i / PROBE_SIDE))];
    if (Math.hypot(fx, fy) <= PROBE_SIDE / 5) continue;
    const turn = ((Math.atan2(fy, fx) + Math.PI) % Math.PI) / Math.PI;
    const bin = Math.floor(turn * ORIENTATIONS) % ORIENTATIONS;
    shares[bin] = (shares[bin] ?? 0) + (power[i] ?? 0);
    total += power[i] ?? 0;
  }
  return shares.map((share) => share / total);
}
