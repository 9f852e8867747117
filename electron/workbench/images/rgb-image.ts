/** Pixels as every room of the workbench passes them on: upright, 8-bit sRGB, no alpha. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]` row-major, red first, 0–255. */
  readonly data: Uint8Array;
}

/**
 * An image over existing pixels, or a black one.
 * @throws Error when the sides are not positive integers or the pixels do not fit them
 */
export function createImage(
  width: number,
  height: number,
  data: Uint8Array = new Uint8Array(width * height * 3),
): RgbImage {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw new RangeError(`image of ${width}×${height}: sides must be positive integers`);
  if (data.length !== width * height * 3)
    throw new RangeError(`image of ${width}×${height} needs ${width * height * 3} bytes, got ${data.length}`);
  return { width, height, data };
}

/**
 * The rectangle whose upper left pixel is (x, y). It may leave the image: what lies outside is black, as it is outside
 * the frame everywhere else in Relief.
 */
export function crop(image: RgbImage, x: number, y: number, width: number, height: number): RgbImage {
  if (!Number.isInteger(x) || !Number.isInteger(y)) throw new RangeError(`crop at ${x}, ${y}: corner must be integers`);
  const result = createImage(width, height);
  const left = Math.max(0, x);
  const right = Math.min(image.width, x + width);
  const top = Math.max(0, y);
  const bottom = Math.min(image.height, y + height);
  if (left >= right) return result;
  for (let row = top; row < bottom; row++) {
    const from = (row * image.width + left) * 3;
    result.data.set(image.data.subarray(from, from + (right - left) * 3), ((row - y) * width + left - x) * 3);
  }
  return result;
}

/** Mean of each channel over all pixels, 0–255. */
export function meanRgb(image: RgbImage): [number, number, number] {
  const { data } = image;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let i = 0; i < data.length; i += 3) {
    red += data[i] ?? 0;
    green += data[i + 1] ?? 0;
    blue += data[i + 2] ?? 0;
  }
  const pixels = data.length / 3;
  return [red / pixels, green / pixels, blue / pixels];
}
