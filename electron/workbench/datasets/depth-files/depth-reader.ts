import { open, readFile, stat } from 'node:fs/promises';
import { decode as decodePng } from 'fast-png';
import { AppError } from '@shared/contract/errors';
import { decodeImage, maximumPixels } from '@workbench/images/decode';
import { readHeader } from '@workbench/images/header';
import { readNpy } from '@workbench/images/npy';
import { systemCode } from '@workbench/project/file-errors';
import { DEPTH_SIDE } from '@workbench/synthetic/true-depth';
import { RecordingReader } from '../recordings/recording';
import { type DepthField, fieldOver } from './depth-field';
import type { DepthSource } from './depth-source';

/** Largest depth file that is read. */
const mostBytes = 256 * 1024 * 1024;

/** A picture's or frame's size, over which its depth lies. */
interface Picture {
  readonly width: number;
  readonly height: number;
}

/** Reads the depth of pictures and frames, one after the other. Files are only read. */
export class DepthReader {
  private recordings: RecordingReader | undefined;

  /**
   * @param picture what the depth lies over; null where that has the depth's own size
   * @param frame of a clip; null for a picture
   * @param name how messages call the picture
   * @throws AppError `invalid` with `data.reason` `no-depth` when the file is missing, damaged or of no known kind
   */
  async read(source: DepthSource, picture: Picture | null, frame: number | null, name: string): Promise<DepthField> {
    try {
      return await this.readAny(source, picture, frame);
    } catch (error) {
      if (error instanceof AppError || systemCode(error) !== undefined || error instanceof RangeError) {
        const why = error instanceof Error ? error.message : String(error);
        throw new AppError('invalid', `${name}: its depth cannot be read: ${why}`, {
          file: source.path,
          reason: 'no-depth',
        });
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.recordings?.close();
    this.recordings = undefined;
  }

  private async readAny(source: DepthSource, picture: Picture | null, frame: number | null): Promise<DepthField> {
    if (source.format === 'drawn') return readDrawn(source);
    if (source.format === 'recording') {
      this.recordings ??= new RecordingReader();
      const field = await this.recordings.depth(source.path, frame ?? 0);
      return fieldOver(picture ?? field, { ...field, nearest: source.nearest });
    }
    await refuseLarge(source.path);
    const field = source.format === 'npy' ? readNpy(await readFile(source.path)) : await readGrey(source.path);
    return fieldOver(picture ?? field, { ...field, nearest: source.nearest });
  }
}

async function refuseLarge(path: string): Promise<void> {
  const { size } = await stat(path);
  if (size > mostBytes) throw new RangeError(`${path} has ${size} bytes; at most ${mostBytes} are read.`);
}

/** A row of what was drawn with a synthetic domain: a finished map over the crop. */
async function readDrawn({ path, row, covers }: Extract<DepthSource, { format: 'drawn' }>): Promise<DepthField> {
  const cells = DEPTH_SIDE * DEPTH_SIDE;
  const bytes = Buffer.alloc(cells);
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(bytes, 0, cells, row * cells);
    if (bytesRead < cells) throw new RangeError(`${path} ends before row ${row}.`);
  } finally {
    await file.close();
  }
  const values = Float32Array.from(bytes, (value) => value / 255);
  return { width: DEPTH_SIDE, height: DEPTH_SIDE, values, nearest: 'finished', covers };
}

type Grey = Pick<DepthField, 'width' | 'height' | 'values'>;

/** The grey values of a picture. PNG keeps its 16 bits, which sensors need; the first channel stands for colours. */
async function readGrey(path: string): Promise<Grey> {
  const bytes = await readFile(path);
  if (readHeader(bytes)?.format === 'png') return readGreyPng(bytes, path);
  const { width, height, data } = await decodeImage(bytes, path);
  return { width, height, values: Float32Array.from({ length: width * height }, (_, pixel) => data[3 * pixel] ?? 0) };
}

function readGreyPng(bytes: Uint8Array, path: string): Grey {
  const header = readHeader(bytes);
  if (!header?.complete) throw new RangeError(`${path} is cut short.`);
  if (header.width * header.height > maximumPixels)
    throw new RangeError(`${path} says it has ${header.width}×${header.height} pixels.`);
  let decoded;
  try {
    decoded = decodePng(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`${path} cannot be decoded (${why}).`, { cause: error });
  }
  const { width, height, data, channels, palette, depth } = decoded;
  if (depth < 8) throw new RangeError(`${path} has ${depth} bits a pixel; depth needs 8 or 16.`);
  const first = (value: number) => (palette ? (palette[value]?.[0] ?? 0) : value);
  return {
    width,
    height,
    values: Float32Array.from({ length: width * height }, (_, pixel) => first(data[channels * pixel] ?? 0)),
  };
}
