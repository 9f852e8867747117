import { createDetector, type FaceCandidate } from './detector';
import type { ImagePyramid } from './region';
import { tilesOf, wholeImage } from './tiles';

/** What a recipe may ask for: `full-range` for photographs, `short-range` for close-ups such as webcam frames. */
export type DetectorChoice = 'full-range' | 'short-range';

/** One look at the image; later looks cost more and find smaller faces. */
export type Look = (pyramid: ImagePyramid) => Promise<FaceCandidate[]>;

export interface FaceFinder {
  readonly looks: readonly Look[];
  /** So many of them, the first ones, see the whole image; the others see parts of it. */
  readonly wholeImageLooks: number;
  dispose(): void;
}

/** Below this share of the side, the short-range network also frames two neighbouring faces as one. */
const smallestNearFace = 0.2;

/**
 * The short-range network finds every face that fills at least a quarter of the image's side, the full-range network those
 * that fill a third or less; neither does the other's work. So `full-range` looks three times: short range, full range,
 * and full range on overlapping tiles. `short-range` looks once.
 */
export async function createFaceFinder(choice: DetectorChoice): Promise<FaceFinder> {
  const near = await createDetector('short-range');
  if (choice === 'short-range') {
    return {
      wholeImageLooks: 1,
      looks: [(pyramid) => near.detect(pyramid, wholeImage(pyramid.image))],
      dispose: () => {
        near.dispose();
      },
    };
  }
  const far = await createDetector('full-range');
  return {
    wholeImageLooks: 2,
    looks: [
      async (pyramid) => {
        const region = wholeImage(pyramid.image);
        const candidates = await near.detect(pyramid, region);
        return candidates.filter(({ box }) => box.width >= smallestNearFace * region.side);
      },
      (pyramid) => far.detect(pyramid, wholeImage(pyramid.image)),
      async (pyramid) => {
        const candidates: FaceCandidate[] = [];
        for (const tile of tilesOf(pyramid.image)) candidates.push(...(await far.detect(pyramid, tile)));
        return candidates;
      },
    ],
    dispose() {
      near.dispose();
      far.dispose();
    },
  };
}
