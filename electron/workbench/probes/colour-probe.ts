import type { RgbImage } from '@workbench/images/rgb-image';
import { checkCrop, moments, PROBE_SIDE, readChannels, type Probe } from './pixels';

const BINS = 12;

/**
 * Colour statistics, 45 features: mean, deviation and skewness of red, green, blue, value, saturation, red − green and
 * blue − green; histograms of value and of saturation, 12 bins each. Every second column is read.
 */
export const colourProbe: Probe = {
  name: 'colour',
  title: 'colour statistics',
  length: 3 * 7 + 2 * BINS,
  measure: measureColour,
};

function measureColour(crop: RgbImage): Float64Array {
  checkCrop(crop);
  const channels = readChannels(crop, { left: 0, top: 0, right: PROBE_SIDE, bottom: PROBE_SIDE, step: 2 });
  const none = new Float64Array(0);
  const [red = none, green = none, blue = none, value = none, saturation = none] = channels;
  const redGreen = red.map((level, i) => level - (green[i] ?? 0));
  const blueGreen = blue.map((level, i) => level - (green[i] ?? 0));
  return Float64Array.from([
    ...[...channels, redGreen, blueGreen].flatMap(moments),
    ...histogram(value),
    ...histogram(saturation),
  ]);
}

/** Shares of the values in [0, 1] that fall into each of 12 equal bins. */
function histogram(values: Float64Array): Float64Array {
  const shares = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor(value * BINS));
    shares[bin] = (shares[bin] ?? 0) + 1 / values.length;
  }
  return shares;
}
