import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { decodeImage, readImageSize } from '@workbench/images/decode';
import { encodeJpeg, encodePng, encodeWebp } from '@workbench/images/encode';
import { createImage, meanRgb, type RgbImage } from '@workbench/images/rgb-image';
import { chunk, colourType, exifBlock, writePng } from './png-writer';

const fixture = (name: string) => new URL(`../../fixtures/images/${name}`, import.meta.url).pathname;

const blocks = [
  [200, 30, 40],
  [30, 180, 60],
  [40, 60, 210],
  [230, 220, 50],
  [20, 20, 20],
  [240, 240, 240],
] as const;

/** The picture of the fixtures: six 8×8 blocks of colour, 24×16. */
const picture = createImage(24, 16);
for (let y = 0; y < 16; y++)
  for (let x = 0; x < 24; x++) picture.data.set(blocks[(y >> 3) * 3 + (x >> 3)] ?? [], (y * 24 + x) * 3);

const pixel = (image: RgbImage, x: number, y: number) => [
  ...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3),
];

function expectBlocks(image: RgbImage, tolerance: number, scale = 1): void {
  expect([image.width, image.height]).toEqual([24, 16]);
  blocks.forEach((colour, i) => {
    const seen = pixel(image, (i % 3) * 8 + 4, Math.floor(i / 3) * 8 + 4);
    colour.forEach((value, channel) => {
      expect(Math.abs((seen[channel] ?? -99) - value * scale), `block ${i}`).toBeLessThanOrEqual(tolerance);
    });
  });
}

describe('decoding', () => {
  it('reads baseline and progressive JPEG, PNG and WebP alike', async () => {
    expectBlocks(await decodeImage(await encodeJpeg(picture, 95)), 3);
    expectBlocks(await decodeImage(fixture('progressive.jpg')), 3);
    expect(await decodeImage(await encodePng(picture))).toEqual(picture);
    expect(await decodeImage(await encodeWebp(picture))).toEqual(picture);
    expectBlocks(await decodeImage(await encodeWebp(picture, 95)), 12);
  });

  it('converts CMYK and YCCK JPEGs, with and without the Adobe marker', async () => {
    expectBlocks(await decodeImage(fixture('cmyk.jpg')), 3);
    expectBlocks(await decodeImage(fixture('cmyk-plain.jpg')), 3);
    expectBlocks(await decodeImage(fixture('ycck.jpg')), 4, 195 / 255);
  });

  it('expands grey and palettes', async () => {
    const grey = writePng({ width: 2, height: 1, depth: 8, colourType: colourType.grey, samples: [7, 250] });
    expect([...(await decodeImage(grey)).data]).toEqual([7, 7, 7, 250, 250, 250]);
    expectBlocks(await decodeImage(fixture('palette.png')), 0);
    const palette = writePng({
      width: 2,
      height: 1,
      depth: 8,
      colourType: colourType.palette,
      samples: [1, 0],
      extra: [
        { type: 'PLTE', data: Uint8Array.of(10, 20, 30, 200, 100, 50) },
        { type: 'tRNS', data: Uint8Array.of(255, 51) },
      ],
    });
    expect([...(await decodeImage(palette)).data]).toEqual([40, 20, 10, 10, 20, 30]);
  });

  it('rounds 16 bits a sample to 8, grey and colour', async () => {
    const grey = writePng({
      width: 3,
      height: 1,
      depth: 16,
      colourType: colourType.grey,
      samples: [0, 0x8110, 0xffff],
    });
    expect([...(await decodeImage(grey)).data]).toEqual([0, 0, 0, 129, 129, 129, 255, 255, 255]);
    const samples = [257 * 12, 257 * 200 + 100, 257 * 90 + 200];
    const colour = writePng({ width: 1, height: 1, depth: 16, colourType: colourType.rgb, samples });
    expect([...(await decodeImage(colour)).data]).toEqual([12, 200, 91]);
  });

  it('lays transparent pixels on black', async () => {
    const rgba = writePng({
      width: 3,
      height: 1,
      depth: 8,
      colourType: colourType.rgba,
      samples: [200, 100, 50, 255, 200, 100, 50, 51, 200, 100, 50, 0],
    });
    expect([...(await decodeImage(rgba)).data]).toEqual([200, 100, 50, 40, 20, 10, 0, 0, 0]);
    const greyAlpha = writePng({
      width: 1,
      height: 1,
      depth: 8,
      colourType: colourType.greyAlpha,
      samples: [100, 102],
    });
    expect([...(await decodeImage(greyAlpha)).data]).toEqual([40, 40, 40]);
    const deep = writePng({
      width: 1,
      height: 1,
      depth: 16,
      colourType: colourType.rgba,
      samples: [65535, 32896, 0, 13107],
    });
    expect([...(await decodeImage(deep)).data]).toEqual([51, 26, 0]);
  });

  it('decodes a single pixel', async () => {
    const one = writePng({ width: 1, height: 1, depth: 8, colourType: colourType.rgb, samples: [1, 2, 3] });
    expect(await decodeImage(one)).toEqual({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) });
  });
});

describe('orientation', () => {
  /** Colours of the stored picture's corners: red upper left, blue upper right, yellow lower left, white lower right. */
  const cornerColours = { red: [200, 30, 40], blue: [40, 60, 210], yellow: [230, 220, 50], white: [240, 240, 240] };
  const upright: Record<number, [keyof typeof cornerColours, keyof typeof cornerColours]> = {
    1: ['red', 'blue'],
    2: ['blue', 'red'],
    3: ['white', 'yellow'],
    4: ['yellow', 'white'],
    5: ['red', 'yellow'],
    6: ['yellow', 'red'],
    7: ['white', 'blue'],
    8: ['blue', 'white'],
  };

  const withExif = {
    png: async (block: Buffer) => {
      const png = Buffer.from(await encodePng(picture));
      return Buffer.concat([png.subarray(0, 33), chunk('eXIf', block), png.subarray(33)]);
    },
    jpeg: async (block: Buffer) => {
      const jpeg = Buffer.from(await encodeJpeg(picture, 95));
      const head = Buffer.from([0xff, 0xe1, 0, block.length + 8, ...Buffer.from('Exif\0\0', 'latin1')]);
      return Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)]);
    },
    webp: async (block: Buffer) => {
      const webp = Buffer.from(await encodeWebp(picture));
      const extended = Buffer.alloc(18);
      extended.write('VP8X', 'latin1');
      extended.writeUInt32LE(10, 4);
      extended[8] = 0x08; // EXIF follows
      extended.writeUIntLE(23, 12, 3);
      extended.writeUIntLE(15, 15, 3);
      const exif = Buffer.concat([Buffer.from('EXIF', 'latin1'), Buffer.from([block.length, 0, 0, 0]), block]);
      const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), extended, webp.subarray(12), exif]);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(body.length);
      return Buffer.concat([Buffer.from('RIFF', 'latin1'), size, body]);
    },
  };

  for (const [format, write] of Object.entries(withExif))
    it(`turns all eight upright in ${format}`, async () => {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const file = await write(exifBlock(orientation, orientation % 2 === 0));
        const image = await decodeImage(file);
        expect([image.width, image.height]).toEqual(orientation >= 5 ? [16, 24] : [24, 16]);
        const [left, right] = upright[orientation] ?? ['red', 'red'];
        const seen = [pixel(image, 3, 3), pixel(image, image.width - 4, 3)];
        [cornerColours[left], cornerColours[right]].forEach((colour, side) => {
          colour.forEach((value, channel) => {
            expect(Math.abs((seen[side]?.[channel] ?? -99) - value), `orientation ${orientation}`).toBeLessThan(4);
          });
        });
      }
    });

  it('takes a damaged or absurd tag as upright', async () => {
    const absurd = await decodeImage(await withExif.png(exifBlock(77)));
    expect(absurd).toEqual(picture);
    const cut = await decodeImage(await withExif.jpeg(exifBlock(6).subarray(0, 15)));
    expect([cut.width, cut.height]).toEqual([24, 16]);
  });
});

describe('bad files', () => {
  let folder = '';
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'relief-images-'))));
  afterAll(() => rm(folder, { recursive: true }));

  async function refusalOf(bytes: Uint8Array, name: string): Promise<AppError> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const error: unknown = await decodeImage(path).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AppError)) throw new Error(`${name}: expected a refusal, got ${String(error)}`);
    expect(error.message).toContain(path);
    return error;
  }

  it('refuses zero bytes, text and a folder, naming the file', async () => {
    expect(await refusalOf(new Uint8Array(0), 'empty.jpg')).toMatchObject({
      code: 'invalid',
      data: { reason: 'empty' },
    });
    const text = await refusalOf(Buffer.from('no picture at all, only words'), 'words.png');
    expect(text).toMatchObject({ code: 'invalid', data: { reason: 'not-an-image' } });
    await expect(decodeImage(folder)).rejects.toMatchObject({ code: 'invalid', data: { reason: 'unreadable' } });
    await expect(decodeImage(join(folder, 'gone.png'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuses every truncation of every format, though the decoder would fill in grey', async () => {
    const noise = createImage(64, 48);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * 7919) >> 4;
    const files = {
      'jpeg.jpg': await encodeJpeg(noise, 85),
      'png.png': await encodePng(noise),
      'webp.webp': await encodeWebp(noise, 80),
      'lossless.webp': await encodeWebp(noise),
      'progressive.jpg': await readFile(fixture('progressive.jpg')),
    };
    for (const [name, bytes] of Object.entries(files)) {
      await expect(decodeImage(bytes)).resolves.toBeDefined();
      for (const kept of [2, 3, 25, 0.3, 0.6, 0.9, 0.99, bytes.length - 2, bytes.length - 1]) {
        const length = kept < 1 ? Math.floor(bytes.length * kept) : kept;
        const error = await refusalOf(bytes.subarray(0, length), name);
        expect(error, `${name} cut to ${length} of ${bytes.length}`).toMatchObject({ code: 'invalid' });
      }
      const half = await refusalOf(bytes.subarray(0, bytes.length >> 1), name);
      expect(half.data).toEqual({ file: join(folder, name), reason: 'truncated' });
    }
  });

  it('is not fooled by the end mark of an embedded thumbnail', async () => {
    const jpeg = Buffer.from(await encodeJpeg(picture, 90));
    const thumbnail = Buffer.from([0xff, 0xe1, (jpeg.length + 2) >> 8, (jpeg.length + 2) & 0xff]);
    const nested = Buffer.concat([jpeg.subarray(0, 2), thumbnail, jpeg, jpeg.subarray(2)]);
    await expect(decodeImage(nested)).resolves.toMatchObject({ width: 24, height: 16 });
    const error = await refusalOf(nested.subarray(0, nested.length - 40), 'thumbnail.jpg');
    expect(error.data).toMatchObject({ reason: 'truncated' });
  });

  it('accepts bytes after the end of the picture', async () => {
    for (const bytes of [await encodeJpeg(picture, 95), await encodePng(picture), await encodeWebp(picture)])
      expectBlocks(await decodeImage(Buffer.concat([bytes, Buffer.alloc(100, 0xff)])), 3);
  });

  it('refuses a huge size in the header before taking memory for it', async () => {
    const png = writePng({ width: 1, height: 1, depth: 8, colourType: colourType.rgb, samples: [1, 2, 3] });
    const header = Buffer.from(png.subarray(16, 29));
    header.writeUInt32BE(60_000, 0);
    header.writeUInt32BE(60_000, 4);
    const huge = Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), png.subarray(33)]);
    const before = process.memoryUsage().rss;
    expect(await refusalOf(huge, 'huge.png')).toMatchObject({ code: 'invalid', data: { reason: 'too-large' } });
    const jpeg = Buffer.from(await encodeJpeg(picture, 90));
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    expect((await refusalOf(jpeg, 'huge.jpg')).message).toContain('65000×65000');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it('refuses damaged pixels and a size of zero', async () => {
    const png = Buffer.from(await encodePng(picture));
    png.fill(0x55, 50, 60);
    expect(await refusalOf(png, 'damaged.png')).toMatchObject({ code: 'invalid', data: { reason: 'corrupt' } });
    const none = Buffer.from(await encodeJpeg(picture, 90));
    none.writeUInt16BE(0, none.indexOf(Buffer.from([0xff, 0xc0])) + 7);
    expect(await refusalOf(none, 'none.jpg')).toMatchObject({ data: { reason: 'corrupt' } });
  });

  it('refuses a file without permission', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything');
    const path = join(folder, 'locked.png');
    await writeFile(path, await encodePng(picture));
    await chmod(path, 0);
    await expect(decodeImage(path)).rejects.toMatchObject({ code: 'permission' });
  });

  it('leaves the original untouched', async () => {
    const path = join(folder, 'kept.png');
    await writeFile(path, await encodePng(picture));
    const before = await stat(path);
    const size = await readImageSize(path);
    await decodeImage(path);
    expect(size).toEqual({ width: 24, height: 16 });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    expect(await readFile(path)).toEqual(Buffer.from(await encodePng(picture)));
  });
});

it('means over all pixels', () => {
  const mean = meanRgb(picture);
  expect(mean[0]).toBeCloseTo((200 + 30 + 40 + 230 + 20 + 240) / 6, 9);
  expect(mean[2]).toBeCloseTo((40 + 60 + 210 + 50 + 20 + 240) / 6, 9);
});
