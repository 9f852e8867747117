import { type ColourMapName, paint } from '@shared/figures/colour-maps';
import { encodePng } from './encode';
import { resize } from './resize';
import { createImage, type RgbImage } from './rgb-image';

/** Side of a blurred face before it is enlarged again: nobody is recognised in it. */
const blurredSide = 7;

/** A face in which nobody is recognised. */
export function blurred(image: RgbImage): RgbImage {
  return resize(resize(image, blurredSide, blurredSide, 'box'), image.width, image.height);
}

/**
 * A depth map in colours, each cell a square without interpolation: readers of PDF would blur single cells.
 * @param map `[size, size]` in [0, 1]
 * @param enlarged pixels a cell's side takes
 */
export function mapPicture(map: Float32Array, size: number, colours: ColourMapName, enlarged: number): RgbImage {
  const rgba = new Uint8ClampedArray(4 * map.length);
  paint(map, { map: colours, low: 0, high: 1 }, rgba);
  const side = size * enlarged;
  const image = createImage(side, side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const from = 4 * (Math.floor(y / enlarged) * size + Math.floor(x / enlarged));
      image.data.set(rgba.subarray(from, from + 3), 3 * (y * side + x));
    }
  return image;
}

/** An image as it is put into a drawing. */
export async function pngDataUri(image: RgbImage): Promise<string> {
  return `data:image/png;base64,${Buffer.from(await encodePng(image)).toString('base64')}`;
}
