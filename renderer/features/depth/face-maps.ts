import type { DepthPrediction, LookedFace } from '@shared/contract/channels';
import { formatLabel } from '../../ui';

/** What the linked panes show of one face, wherever it comes from. */
export interface FaceMaps {
  /** Side of the maps. */
  readonly size: number;
  readonly target: Float32Array;
  readonly predicted: Float32Array;
  /** What the target is made of. */
  readonly targetNote: string;
  /** How labels call the face. */
  readonly words: string;
  readonly synthetic: boolean;
}

/** Maps of a dataset's sample; an attack's target is empty. */
export function mapsOfSample(prediction: DepthPrediction, synthetic: boolean): FaceMaps {
  const { size, target, predicted, attackType } = prediction;
  const targetNote = attackType === null ? 'mesh' : 'zeros';
  return { size, target, predicted, targetNote, words: formatLabel(attackType), synthetic };
}

/** Maps of a face in a picture from outside: whether it is bona fide is not known, so its target is its mesh. */
export function mapsOfLook({ size, target, predicted }: LookedFace): FaceMaps {
  return { size, target, predicted, targetNote: 'mesh', words: 'unknown label', synthetic: false };
}

/** Bytes RGB `[side, side, 3]` as pixels a canvas takes. */
export function pixelsOf(crop: Uint8Array, side: number): ImageData {
  const pixels = new ImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    pixels.data[4 * i] = crop[3 * i] ?? 0;
    pixels.data[4 * i + 1] = crop[3 * i + 1] ?? 0;
    pixels.data[4 * i + 2] = crop[3 * i + 2] ?? 0;
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}
