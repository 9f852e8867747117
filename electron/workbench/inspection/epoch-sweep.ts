import { GIFEncoder } from 'gifenc';
import { type ColourMapName, colourTable, indexOfValue } from '@shared/figures/colour-maps';

const scale = 6;
const gap = 4;
const delayMs = 120;
/** The last epoch stays longer, so that the end is seen. */
const lastDelayMs = 1500;

/**
 * An animation of maps over epochs: in each frame the samples stand side by side. Its palette is the colour map itself, so no
 * colour is approximated.
 * @param frames for each epoch the map of each sample, `[side, side]` in [0, 1]
 */
export function sweepGif(frames: readonly (readonly Float32Array[])[], side: number, map: ColourMapName): Uint8Array {
  const across = frames[0]?.length ?? 0;
  const cell = side * scale + gap;
  const width = Math.max(1, across * cell - gap);
  const height = side * scale;
  const palette = colourTable(map);
  const encoder = GIFEncoder();
  for (const [place, maps] of frames.entries()) {
    const pixels = new Uint8Array(width * height);
    for (const [sample, values] of maps.entries())
      for (let y = 0; y < height; y++)
        for (let x = 0; x < side * scale; x++) {
          const value = values[Math.floor(y / scale) * side + Math.floor(x / scale)] ?? 0;
          pixels[y * width + sample * cell + x] = indexOfValue(value, 0, 1);
        }
    encoder.writeFrame(pixels, width, height, {
      ...(place === 0 ? { palette } : {}),
      delay: place === frames.length - 1 ? lastDelayMs : delayMs,
    });
  }
  encoder.finish();
  return encoder.bytes();
}
