import { createImage, type RgbImage } from './rgb-image';

/** EXIF tag 0x0112: how the stored rows and columns lie in the upright picture. 1 = as stored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientationTag = 0x0112;
const shortType = 3;

/**
 * The orientation in an EXIF block (a TIFF header and its first directory; EXIF 2.32 §4.6). 1 where the block is
 * damaged or says nothing valid: a broken tag never costs the picture.
 */
export function orientationOfExif(block: Uint8Array): Orientation {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (view.byteLength < 14) return 1;
  const order = view.getUint16(0);
  const littleEndian = order === 0x4949;
  if (!littleEndian && order !== 0x4d4d) return 1;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, littleEndian);
  for (let entry = 0; entry < entries; entry++) {
    const offset = directory + 2 + entry * 12;
    if (offset + 12 > view.byteLength) return 1;
    if (view.getUint16(offset, littleEndian) !== orientationTag) continue;
    if (view.getUint16(offset + 2, littleEndian) !== shortType) return 1;
    return asOrientation(view.getUint16(offset + 8, littleEndian));
  }
  return 1;
}

function asOrientation(value: number): Orientation {
  switch (value) {
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return value;
    default:
      return 1;
  }
}

/** Turns stored pixels upright. Orientations 5 to 8 swap width and height. */
export function makeUpright(stored: RgbImage, orientation: Orientation): RgbImage {
  if (orientation === 1) return stored;
  const { width: w, height: h } = stored;
  // Upright pixel (x, y) is stored at first + x·alongX + y·alongY.
  const walks: Record<Exclude<Orientation, 1>, { first: number; alongX: number; alongY: number }> = {
    2: { first: w - 1, alongX: -1, alongY: w },
    3: { first: w * h - 1, alongX: -1, alongY: -w },
    4: { first: w * (h - 1), alongX: 1, alongY: -w },
    5: { first: 0, alongX: w, alongY: 1 },
    6: { first: w * (h - 1), alongX: -w, alongY: 1 },
    7: { first: w * h - 1, alongX: -w, alongY: -1 },
    8: { first: w - 1, alongX: w, alongY: -1 },
  };
  const { first, alongX, alongY } = walks[orientation];
  const upright = orientation >= 5 ? createImage(h, w) : createImage(w, h);
  let to = 0;
  for (let y = 0; y < upright.height; y++) {
    let from = (first + y * alongY) * 3;
    for (let x = 0; x < upright.width; x++, to += 3, from += alongX * 3) {
      upright.data[to] = stored.data[from] ?? 0;
      upright.data[to + 1] = stored.data[from + 1] ?? 0;
      upright.data[to + 2] = stored.data[from + 2] ?? 0;
    }
  }
  return upright;
}
