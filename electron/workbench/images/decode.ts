import { readFile, stat } from 'node:fs/promises';
import { JsColorType, Transformer } from '@napi-rs/image';
import { AppError } from '@shared/contract/errors';
import { readHeader, type ImageHeader } from './header';
import { makeUpright } from './orientation';
import { createImage, type RgbImage } from './rgb-image';

/** Largest picture that is decoded, from its header, before memory is taken for it. */
export const maximumPixels = 100_000_000;
/** Largest file that is read. */
export const maximumFileBytes = 512 * 1024 * 1024;

/** Why a file gives no picture; `data.reason` of the error. */
export type DecodeFailure =
  'missing' | 'no-permission' | 'unreadable' | 'empty' | 'not-an-image' | 'truncated' | 'too-large' | 'corrupt';

/**
 * Decodes a JPEG, PNG or WebP file to upright 8-bit RGB: EXIF orientation applied (in all three formats), grey and
 * palettes expanded, CMYK and YCCK converted, 16 bits rounded to 8. Transparent pixels are laid on black, the colour
 * that Relief has outside a frame. Embedded colour profiles are not applied. The file itself is only read.
 *
 * @param source a path, or the file's bytes
 * @param name how messages call the file; the path itself unless given
 * @throws AppError with `data: { file, reason: DecodeFailure }`: `not-found`, `permission`, or `invalid` for a file that
 *   is empty, no image, cut short, corrupt or larger than {@link maximumPixels}
 */
export async function decodeImage(source: string | Uint8Array, name?: string): Promise<RgbImage> {
  const file = name ?? (typeof source === 'string' ? source : 'image');
  const bytes = typeof source === 'string' ? await readImageFile(source, file) : source;
  const header = checkHeader(bytes, file);
  try {
    const decoder = new Transformer(bytes);
    const { colorType } = await decoder.metadata();
    const raw = await decoder.rawPixels();
    return makeUpright(toRgb(raw, colorType, header.width, header.height), header.orientation);
  } catch (error) {
    throw refusal(file, 'corrupt', `cannot be decoded (${messageOf(error)})`);
  }
}

/**
 * The upright size of an image without decoding it.
 * @throws AppError as {@link decodeImage}, save for what only decoding shows
 */
export async function readImageSize(path: string): Promise<{ width: number; height: number }> {
  const { width, height, orientation } = checkHeader(await readImageFile(path, path), path);
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

async function readImageFile(path: string, file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maximumFileBytes) throw refusal(file, 'too-large', `is a file of ${size} bytes`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
      throw new AppError('not-found', `${file}: there is no such file.`, { file, reason: 'missing' });
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError('permission', `${file}: no permission to read it.`, { file, reason: 'no-permission' });
    throw refusal(file, 'unreadable', `cannot be read (${messageOf(error)})`);
  }
}

function checkHeader(bytes: Uint8Array, file: string): ImageHeader {
  if (bytes.length === 0) throw refusal(file, 'empty', 'is empty (zero bytes)');
  const header = readHeader(bytes);
  if (!header) {
    const known = bytes[0] === 0xff && bytes[1] === 0xd8 ? 'truncated' : 'not-an-image';
    throw refusal(file, known, known === 'truncated' ? 'is cut short' : 'is not a JPEG, PNG or WebP image');
  }
  const { width, height } = header;
  if (width < 1 || height < 1) throw refusal(file, 'corrupt', `says it has ${width}×${height} pixels`);
  if (width * height > maximumPixels)
    throw refusal(file, 'too-large', `says it has ${width}×${height} pixels; at most ${maximumPixels} are read`);
  if (!header.complete) throw refusal(file, 'truncated', 'is cut short (its end is missing)');
  return header;
}

function refusal(file: string, reason: DecodeFailure, why: string): AppError {
  return new AppError('invalid', `${file} ${why}.`, { file, reason });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).trim();

const layouts: Partial<Record<JsColorType, { colours: 1 | 3; alpha: boolean; bits: 8 | 16 }>> = {
  [JsColorType.L8]: { colours: 1, alpha: false, bits: 8 },
  [JsColorType.La8]: { colours: 1, alpha: true, bits: 8 },
  [JsColorType.Rgb8]: { colours: 3, alpha: false, bits: 8 },
  [JsColorType.Rgba8]: { colours: 3, alpha: true, bits: 8 },
  [JsColorType.L16]: { colours: 1, alpha: false, bits: 16 },
  [JsColorType.La16]: { colours: 1, alpha: true, bits: 16 },
  [JsColorType.Rgb16]: { colours: 3, alpha: false, bits: 16 },
  [JsColorType.Rgba16]: { colours: 3, alpha: true, bits: 16 },
};

/** The decoder's own channels and depth → 8-bit RGB. 16-bit samples are in the host's byte order. */
function toRgb(raw: Uint8Array, colorType: JsColorType, width: number, height: number): RgbImage {
  const layout = layouts[colorType];
  if (!layout) throw new Error(`colour type ${colorType} is not known`);
  const channels = layout.colours + (layout.alpha ? 1 : 0);
  const samples = width * height * channels;
  if (raw.length !== samples * (layout.bits / 8)) throw new Error('the pixels do not fit the size in the header');
  if (layout.bits === 8 && channels === 3)
    return createImage(width, height, new Uint8Array(raw.buffer, raw.byteOffset, raw.length));

  const values = layout.bits === 8 ? raw : sixteenBitSamples(raw);
  const top = layout.bits === 8 ? 255 : 65535;
  const image = createImage(width, height);
  const lastColour = layout.colours - 1;
  for (let from = 0, to = 0; from < samples; from += channels, to += 3) {
    const opacity = layout.alpha ? (values[from + channels - 1] ?? 0) / top : 1;
    const scale = (opacity * 255) / top;
    for (let colour = 0; colour < 3; colour++)
      image.data[to + colour] = Math.round((values[from + Math.min(colour, lastColour)] ?? 0) * scale);
  }
  return image;
}

function sixteenBitSamples(raw: Uint8Array): Uint16Array {
  const aligned = raw.byteOffset % 2 === 0 ? raw : raw.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}
