import { Transformer } from '@napi-rs/image';
import type { RgbImage } from './rgb-image';

/** The encoder takes files only; a binary pixmap is the file with the least to it: a line of header, then the pixels. */
function asPixmap(image: RgbImage): Transformer {
  const header = Buffer.from(`P6\n${image.width} ${image.height}\n255\n`, 'latin1');
  return new Transformer(Buffer.concat([header, image.data]));
}

/** Baseline JPEG, full chroma resolution (4:4:4). @param quality 1–100 */
export async function encodeJpeg(image: RgbImage, quality = 90): Promise<Uint8Array> {
  return asPixmap(image).jpeg(quality);
}

/** Lossless PNG, 8-bit RGB. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return asPixmap(image).png();
}

/** WebP; lossless when no quality is given. @param quality 0–100 */
export async function encodeWebp(image: RgbImage, quality?: number): Promise<Uint8Array> {
  return quality === undefined ? asPixmap(image).webpLossless() : asPixmap(image).webp(quality);
}
