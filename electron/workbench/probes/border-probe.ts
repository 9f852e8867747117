import type { RgbImage } from '@workbench/images/rgb-image';
import { checkCrop, moments, PROBE_SIDE, readChannels, type Probe, type Region } from './pixels';

const WIDTH = 8;

/** Left, right, top and bottom strip of the crop. */
const strips: readonly Region[] = [
  { left: 0, top: 0, right: WIDTH, bottom: PROBE_SIDE, step: 1 },
  { left: PROBE_SIDE - WIDTH, top: 0, right: PROBE_SIDE, bottom: PROBE_SIDE, step: 1 },
  { left: 0, top: 0, right: PROBE_SIDE, bottom: WIDTH, step: 1 },
  { left: 0, top: PROBE_SIDE - WIDTH, right: PROBE_SIDE, bottom: PROBE_SIDE, step: 1 },
];

/**
 * The outermost 8 pixels, 40 features: mean and deviation of red, green, blue, value and saturation in each of the four
 * strips. They show no face; whoever tells the classes from them reads rooms, bezels or padding.
 */
export const borderProbe: Probe = {
  name: 'border',
  title: '8-pixel border',
  length: strips.length * 5 * 2,
  measure: (crop: RgbImage) => {
    checkCrop(crop);
    return Float64Array.from(
      strips.flatMap((strip) => readChannels(crop, strip).flatMap((channel) => moments(channel).slice(0, 2))),
    );
  },
};
