import { createRequire } from 'node:module';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeImage } from '@workbench/images/decode';
import { encodeJpeg } from '@workbench/images/encode';
import { createImage, crop, type RgbImage } from '@workbench/images/rgb-image';
import { resize } from '@workbench/images/resize';
import { root } from '../../../build/aliases.mjs';
import { colourType, exifBlock, writePng } from '../images/png-writer';

const demoFolder = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

/** A real photograph of one face, 300×300. */
export async function facePicture(): Promise<RgbImage> {
  const photograph = await decodeImage(join(demoFolder, 'sample1.jpg'));
  return resize(crop(photograph, 1270, 20, 600, 600), 300, 300, 'box');
}

/** One face in every kind of file that cameras and editors write; all show the same picture, but for grey. */
export async function writeReadablePictures(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const face = await facePicture();
  const { width, height } = face;
  const pixels = Array.from({ length: width * height }, (_, i) => [...face.data.subarray(3 * i, 3 * i + 3)]);
  const png = (name: string, depth: 8 | 16, type: number, samples: number[]) => {
    writeFileSync(join(folder, name), writePng({ width, height, depth, colourType: type, samples }));
  };
  png('plain.png', 8, colourType.rgb, [...face.data]);
  png(
    'sixteen-bit.png',
    16,
    colourType.rgb,
    [...face.data].map((value) => value * 257),
  );
  png(
    'alpha.png',
    8,
    colourType.rgba,
    pixels.flatMap((pixel) => [...pixel, 255]),
  );
  png(
    'grey.png',
    8,
    colourType.grey,
    pixels.map((pixel) => Math.round(pixel.reduce((sum, value) => sum + value, 0) / 3)),
  );
  writeFileSync(join(folder, 'plain.jpg'), await encodeJpeg(face, 95));
  writeFileSync(join(folder, 'lying.jpg'), withExif(await encodeJpeg(quarterTurnLeft(face), 95), 6));
}

/** Files that cannot give a sample, by the reason for it. */
export async function writeBadPictures(folder: string): Promise<Record<string, string>> {
  mkdirSync(folder, { recursive: true });
  const jpeg = await encodeJpeg(await facePicture(), 90);
  const write = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
  };
  write('empty.jpg', '');
  write('text.jpg', 'this is no picture\n');
  write('cut.jpg', jpeg.subarray(0, Math.floor(jpeg.length / 2)));
  const huge = writePng({ width: 2, height: 1, depth: 8, colourType: colourType.grey, samples: [1, 2] });
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  write('huge.png', huge);
  write('pixel.png', writePng({ width: 1, height: 1, depth: 8, colourType: colourType.rgb, samples: [9, 8, 7] }));
  write('wall.jpg', await encodeJpeg(wall(), 90));
  copyFileSync(join(root, 'tests', 'fixtures', 'images', 'cmyk.jpg'), join(folder, 'stamp-cmyk.jpg'));
  return {
    'empty.jpg': 'empty',
    'text.jpg': 'not-an-image',
    'cut.jpg': 'truncated',
    'huge.png': 'too-large',
    'pixel.png': 'too-small',
    'wall.jpg': 'no-face',
    'stamp-cmyk.jpg': 'too-small',
  };
}

/** A picture without a face: a wall in slanting light. */
function wall(): RgbImage {
  const image = createImage(240, 180);
  for (let i = 0; i < image.data.length; i++) image.data[i] = 90 + ((i / 3) % 240) / 3;
  return image;
}

/** The picture lying on its left side, as a camera held upright stores it with orientation 6. */
function quarterTurnLeft(image: RgbImage): RgbImage {
  const turned = createImage(image.height, image.width);
  for (let y = 0; y < turned.height; y++)
    for (let x = 0; x < turned.width; x++) {
      const from = (x * image.width + (image.width - 1 - y)) * 3;
      turned.data.set(image.data.subarray(from, from + 3), (y * turned.width + x) * 3);
    }
  return turned;
}

/** A JPEG with an EXIF block behind its start mark. */
function withExif(jpeg: Uint8Array, orientation: number): Buffer {
  const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(orientation)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(block.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)]);
}

/** A demo photograph's bytes by its number, 1 to 6. */
export function demoPhotograph(number: number): Buffer {
  return readFileSync(join(demoFolder, `sample${String(number)}.jpg`));
}
