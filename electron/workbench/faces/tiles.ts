import type { RgbImage } from '@workbench/images/rgb-image';
import type { SquareRegion } from './region';

/** Images whose longer side is shorter are not tiled: the whole image already shows the detector every face. */
export const minimumTiledSide = 480;

/** The square that holds the whole image. */
export function wholeImage({ width, height }: RgbImage): SquareRegion {
  return { centreX: width / 2, centreY: height / 2, side: Math.max(width, height), rotation: 0 };
}

/**
 * Overlapping squares of half the longer side that cover the image: faces too small for the whole image fill a larger part
 * of a tile.
 */
export function tilesOf(image: RgbImage): SquareRegion[] {
  const longer = Math.max(image.width, image.height);
  if (longer < minimumTiledSide) return [];
  const side = longer / 2;
  const tiles: SquareRegion[] = [];
  for (const centreY of centres(image.height, side))
    for (const centreX of centres(image.width, side)) tiles.push({ centreX, centreY, side, rotation: 0 });
  return tiles;
}

/** Evenly spaced tile centres along one side, neighbours sharing at least a third. */
function centres(length: number, side: number): number[] {
  if (length <= side) return [length / 2];
  const count = Math.ceil((length - side) / (side * (2 / 3))) + 1;
  return Array.from({ length: count }, (_, i) => side / 2 + (i * (length - side)) / (count - 1));
}
