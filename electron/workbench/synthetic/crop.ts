import type { Random } from '@shared/random';
import { drawFrom, drawNormal } from './draw';
import type { Bounds } from './frame';
import { clamp } from './maths';

/** A square of a frame, in pixels; corners need not fall on pixel borders. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Crop side over the longer side of the face: forehead, ears and some room around. */
const MARGIN = [1.25, 1.45] as const;

/**
 * The face crop of a frame: around the face, a little off centre, as a detector's box is. It never leaves the frame:
 * pixels that a crop has to invent (repeated edges, black bars) would tell the classes apart.
 */
export function drawCrop(random: Random, face: Bounds, frameSide: number): Crop {
  const longer = Math.max(face.right - face.left, face.bottom - face.top);
  const side = Math.min(frameSide, longer * drawFrom(random, MARGIN));
  const place = (low: number, high: number) =>
    clamp((low + high - side) / 2 + drawNormal(random, 0, 0.02) * side, 0, frameSide - side);
  return { left: place(face.left, face.right), top: place(face.top, face.bottom), side };
}
