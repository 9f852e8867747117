import { createImage, type RgbImage } from '@workbench/images/rgb-image';

/** A square in an image, in pixels, that may be turned and may leave the image. */
export interface SquareRegion {
  readonly centreX: number;
  readonly centreY: number;
  readonly side: number;
  /** Radians by which the square's x axis is turned from the image's, clockwise as seen (y points down). */
  readonly rotation: number;
}

/**
 * An image and its halvings: level n has every side divided by 2ⁿ, each pixel the mean of 2×2 of the level before. Built as
 * far as somebody asks. Sampling from the fitting level costs the same for a large face as for a small one.
 */
export class ImagePyramid {
  private readonly levels: RgbImage[];

  constructor(readonly image: RgbImage) {
    this.levels = [image];
  }

  /** The level that is just not smaller than `1 / reduction` of the image, and how often it was halved. */
  private levelFor(reduction: number): { level: RgbImage; halvings: number } {
    const wanted = Math.max(0, Math.floor(Math.log2(reduction)));
    let level = this.image;
    for (let halvings = 0; ; halvings++) {
      if (halvings === wanted || level.width < 2 || level.height < 2) return { level, halvings };
      level = this.levels[halvings + 1] ??= halve(level);
    }
  }

  /**
   * Resamples a region to `size`×`size`, bilinear with 2×2 sub-samples where it shrinks. Outside the image is black.
   * @returns `[size, size, 3]`, values 0–255
   */
  sample(region: SquareRegion, size: number): Float32Array {
    const step = region.side / size;
    const { level, halvings } = this.levelFor(step);
    const shrink = 2 ** -halvings;
    const subSamples = step * shrink > 1.05 ? 2 : 1;
    const grid = size * subSamples;
    const cos = Math.cos(region.rotation) * (region.side / grid);
    const sin = Math.sin(region.rotation) * (region.side / grid);
    const weight = 1 / (subSamples * subSamples);
    const out = new Float32Array(size * size * 3);
    for (let row = 0; row < grid; row++) {
      const v = row + 0.5 - grid / 2;
      const outRow = Math.floor(row / subSamples) * size;
      for (let column = 0; column < grid; column++) {
        const u = column + 0.5 - grid / 2;
        const x = (region.centreX + cos * u - sin * v) * shrink - 0.5;
        const y = (region.centreY + sin * u + cos * v) * shrink - 0.5;
        addBilinear(level, x, y, weight, out, (outRow + Math.floor(column / subSamples)) * 3);
      }
    }
    return out;
  }

  /** {@link sample}, rounded to an image. */
  crop(region: SquareRegion, size: number): RgbImage {
    const pixels = this.sample(region, size);
    const image = createImage(size, size);
    for (let i = 0; i < pixels.length; i++) image.data[i] = (pixels[i] ?? 0) + 0.5;
    return image;
  }
}

function addBilinear(source: RgbImage, x: number, y: number, weight: number, out: Float32Array, to: number): void {
  const { data, width, height } = source;
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return;
  const alongX = x - left;
  const alongY = y - top;
  for (let corner = 0; corner < 4; corner++) {
    const px = left + (corner & 1);
    const py = top + (corner >> 1);
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    const share = weight * (corner & 1 ? alongX : 1 - alongX) * (corner >> 1 ? alongY : 1 - alongY);
    const from = (py * width + px) * 3;
    out[to] = (out[to] ?? 0) + share * (data[from] ?? 0);
    out[to + 1] = (out[to + 1] ?? 0) + share * (data[from + 1] ?? 0);
    out[to + 2] = (out[to + 2] ?? 0) + share * (data[from + 2] ?? 0);
  }
}

function halve(image: RgbImage): RgbImage {
  const half = createImage(image.width >> 1, image.height >> 1);
  const { data } = image;
  const below = image.width * 3;
  for (let y = 0, to = 0; y < half.height; y++) {
    let from = 2 * y * below;
    for (let x = 0; x < half.width; x++, from += 6)
      for (let end = to + 3, at = from; to < end; to++, at++)
        half.data[to] =
          ((data[at] ?? 0) + (data[at + 3] ?? 0) + (data[at + below] ?? 0) + (data[at + below + 3] ?? 0) + 2) >> 2;
  }
  return half;
}

/** Region coordinates (in pixels of a `size`×`size` sample) ↔ image pixels. z scales with the region. */
export function regionToImage(points: Float32Array, region: SquareRegion, size: number): Float32Array {
  const scale = region.side / size;
  const cos = Math.cos(region.rotation) * scale;
  const sin = Math.sin(region.rotation) * scale;
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const u = (points[i] ?? 0) - size / 2;
    const v = (points[i + 1] ?? 0) - size / 2;
    out[i] = region.centreX + cos * u - sin * v;
    out[i + 1] = region.centreY + sin * u + cos * v;
    out[i + 2] = (points[i + 2] ?? 0) * scale;
  }
  return out;
}

/** The inverse of {@link regionToImage}. */
export function imageToRegion(points: Float32Array, region: SquareRegion, size: number): Float32Array {
  const scale = size / region.side;
  const cos = Math.cos(region.rotation) * scale;
  const sin = Math.sin(region.rotation) * scale;
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const dx = (points[i] ?? 0) - region.centreX;
    const dy = (points[i + 1] ?? 0) - region.centreY;
    out[i] = cos * dx + sin * dy + size / 2;
    out[i + 1] = cos * dy - sin * dx + size / 2;
    out[i + 2] = (points[i + 2] ?? 0) * scale;
  }
  return out;
}
