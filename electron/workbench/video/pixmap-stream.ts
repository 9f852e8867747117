import { maximumPixels } from '@workbench/images/decode';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';

const longestHeader = 64;

/** Takes a stream of binary pixmaps (P6, 8 bit) apart, whatever pieces it comes in. */
export class PixmapStream {
  private header = '';
  private image: RgbImage | undefined;
  private filled = 0;

  /**
   * The pictures that this piece completes.
   * @throws Error when the stream is no stream of pixmaps, or a picture is too large
   */
  take(piece: Uint8Array): RgbImage[] {
    const done: RgbImage[] = [];
    let at = 0;
    while (at < piece.length) {
      if (!this.image) {
        this.header += String.fromCharCode(piece[at++] ?? 0);
        this.image = this.startImage();
        continue;
      }
      const part = piece.subarray(at, at + this.image.data.length - this.filled);
      this.image.data.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled < this.image.data.length) continue;
      done.push(this.image);
      this.image = undefined;
      this.header = '';
      this.filled = 0;
    }
    return done;
  }

  /** An empty picture once the header is whole. */
  private startImage(): RgbImage | undefined {
    const whole = /^P6\s+(\d+)\s+(\d+)\s+255\s$/.exec(this.header);
    if (!whole) {
      if (this.header.length > longestHeader || !'P6'.startsWith(this.header.slice(0, 2)))
        throw new Error('the decoder wrote something else than pictures');
      return undefined;
    }
    const [width, height] = [Number(whole[1]), Number(whole[2])];
    if (width < 1 || height < 1 || width * height > maximumPixels)
      throw new Error(`a picture of ${width}×${height} pixels`);
    return createImage(width, height);
  }
}
