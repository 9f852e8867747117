import { readFile } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import type { Box, FrameTrack, Point } from '@shared/domain/media-item';
import type { SquareRegion } from '@workbench/faces/region';
import { systemCode } from '@workbench/project/file-errors';
import { RecordingReader } from './recordings/recording';

/** Where a dataset says that a face is. */
export interface GivenFace {
  readonly box: Box | null;
  readonly eyes: readonly [Point, Point] | null;
}

/** Of a face's longer side, the distance between its eyes' centres: 60 of about 150 units in the canonical face. */
const eyesOverFace = 0.42;
/** From the middle of the eyes to the middle of the face, in distances between the eyes. */
const eyesToCentre = 0.5;

/** The face's box around given eyes: upright, brows to chin. */
export function boxOfEyes([first, second]: readonly [Point, Point]): Box {
  const { centreX, centreY, side } = regionOfEyes([first, second], 1, true);
  return [centreX - side / 2, centreY - side / 2, side, side];
}

/** The square around a face whose eyes are given, turned with them where `align`. */
export function regionOfEyes([first, second]: readonly [Point, Point], scale: number, align: boolean): SquareRegion {
  const [left, right] = first[0] <= second[0] ? [first, second] : [second, first];
  const [dx, dy] = [right[0] - left[0], right[1] - left[1]];
  const distance = Math.max(1, Math.hypot(dx, dy));
  // Down the face: a quarter turn clockwise from the line of the eyes.
  const [downX, downY] = [-dy / distance, dx / distance];
  return {
    centreX: (left[0] + right[0]) / 2 + downX * eyesToCentre * distance,
    centreY: (left[1] + right[1]) / 2 + downY * eyesToCentre * distance,
    side: (scale * distance) / eyesOverFace,
    rotation: align ? Math.atan2(dy, dx) : 0,
  };
}

/** The square around a given box, upright. */
export function regionOfBox([x, y, width, height]: Box, scale: number): SquareRegion {
  return {
    centreX: x + width / 2,
    centreY: y + height / 2,
    side: scale * Math.max(width, height),
    rotation: 0,
  };
}

/** Largest track file that is read. */
const mostBytes = 32 * 1024 * 1024;

/** Given faces by frame; lines that cannot be read, and boxes without an area, are left out. No file gives none. */
export async function readTrack(path: string, format: FrameTrack['format']): Promise<ReadonlyMap<number, GivenFace>> {
  if (format === 'hdf5-eyes') return readRecordedEyes(path);
  try {
    return parseTrack((await readFile(path, 'utf8')).slice(0, mostBytes), format);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return new Map();
  }
}

/** Eyes that an HDF5 recording holds itself; a frame without any has zeros there. */
async function readRecordedEyes(path: string): Promise<ReadonlyMap<number, GivenFace>> {
  const reader = new RecordingReader();
  try {
    const eyes = await reader.eyes(path);
    return new Map(
      eyes.flatMap(([x1, y1, x2, y2], frame): [number, GivenFace][] =>
        (x1 === x2 && y1 === y2) || x1 <= 0 || x2 <= 0
          ? []
          : [
              [
                frame,
                {
                  box: null,
                  eyes: [
                    [x1, y1],
                    [x2, y2],
                  ],
                },
              ],
            ],
      ),
    );
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  } finally {
    await reader.close();
  }
}

/** {@link readTrack} on text that is already read. */
export function parseTrack(text: string, format: FrameTrack['format']): ReadonlyMap<number, GivenFace> {
  const faces = new Map<number, GivenFace>();
  for (const [place, line] of text.split('\n').entries()) {
    const written = line
      .trim()
      .split(/[\s,;]+/)
      .map(Number);
    const numbers = format === 'line-corners' ? [line.trim() === '' ? NaN : place, ...written] : written;
    const [frame = NaN, a = NaN, b = NaN, c = NaN, d = NaN, ...rest] = numbers;
    if (![frame, a, b, c, d].every(Number.isFinite) || frame < 0) continue;
    const face = faceOf(format, [a, b, c, d], rest);
    if (face) faces.set(Math.round(frame), face);
  }
  return faces;
}

function faceOf(
  format: FrameTrack['format'],
  [a, b, c, d]: readonly [number, number, number, number],
  rest: readonly number[],
): GivenFace | undefined {
  if (format === 'eyes')
    return a === c && b === d
      ? undefined
      : {
          box: null,
          eyes: [
            [a, b],
            [c, d],
          ],
        };
  const [width, height] = format === 'box' ? [c, d] : [c - a, d - b];
  if (width < 3 || height < 3) return undefined;
  const [x1, y1, x2, y2] = rest;
  const hasEyes = x1 !== undefined && y1 !== undefined && x2 !== undefined && y2 !== undefined;
  const usable = hasEyes && [x1, y1, x2, y2].every(Number.isFinite) && (x1 !== x2 || y1 !== y2);
  return {
    box: [a, b, width, height],
    eyes: usable
      ? [
          [x1, y1],
          [x2, y2],
        ]
      : null,
  };
}
