import { deflateSync } from 'node:zlib';

/** PNG colour types (specification §11.2.1). */
export const colourType = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

export interface PngDescription {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly colourType: number;
  /** Samples in row order, one number a sample. */
  readonly samples: readonly number[];
  /** Chunks between IHDR and IDAT, such as PLTE, tRNS, eXIf. */
  readonly extra?: readonly { readonly type: string; readonly data: Uint8Array }[];
}

/** Writes a PNG sample by sample, so that a test knows every value the file holds. */
export function writePng({ width, height, depth, colourType: type, samples, extra = [] }: PngDescription): Buffer {
  const bytesPerSample = depth / 8;
  const perRow = samples.length / height;
  const rows = Buffer.alloc(height * (1 + perRow * bytesPerSample));
  for (let y = 0; y < height; y++) {
    const row = y * (1 + perRow * bytesPerSample) + 1; // the byte before it is filter 0
    for (let i = 0; i < perRow; i++)
      rows.writeUIntBE(samples[y * perRow + i] ?? 0, row + i * bytesPerSample, bytesPerSample);
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header(width, height, depth, type)),
    ...extra.map((part) => chunk(part.type, part.data)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function header(width: number, height: number, depth: number, type: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = depth;
  data[9] = type;
  return data;
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** CRC-32 of the PNG specification, annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** An EXIF block that holds nothing but an orientation. */
export function exifBlock(orientation: number, littleEndian = true): Buffer {
  const block = Buffer.alloc(26);
  block.write(littleEndian ? 'II' : 'MM', 0, 'latin1');
  const put16 = (value: number, at: number) =>
    littleEndian ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at);
  const put32 = (value: number, at: number) =>
    littleEndian ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  put16(42, 2);
  put32(8, 4);
  put16(1, 8);
  put16(0x0112, 10);
  put16(3, 12);
  put32(1, 14);
  put16(orientation, 18);
  return block;
}
