import type { DepthPrediction, LookedFace } from '@shared/contract/channels';
import { type ComparedWith, depthTargetFacts } from '@shared/domain/depth-target';
import { formatLabel } from '../../ui';

/** What the linked panes show of one face, wherever it comes from. */
export interface FaceMaps {
  /** Side of the maps. */
  readonly size: number;
  readonly target: Float32Array;
  readonly predicted: Float32Array;
  /** How the pane beside the prediction is called: target, or true depth. */
  readonly targetTitle: string;
  /** What the target is made of. */
  readonly targetNote: string;
  /** How labels call the face. */
  readonly words: string;
  readonly synthetic: boolean;
}

function paneWords(is: ComparedWith): Pick<FaceMaps, 'targetTitle' | 'targetNote'> {
  if (is === 'drawn') return { targetTitle: 'True depth', targetNote: 'as drawn' };
  if (is === 'measured') return { targetTitle: 'True depth', targetNote: 'as measured' };
  return { targetTitle: 'Target', targetNote: is === 'zeros' ? 'zeros' : depthTargetFacts[is].short };
}

/** Maps of a dataset's sample; an attack's target is empty. */
export function mapsOfSample(prediction: DepthPrediction, synthetic: boolean): FaceMaps {
  const { size, target, predicted, attackType, targetIs } = prediction;
  const words = formatLabel(attackType);
  return { size, target, predicted, ...paneWords(targetIs), words, synthetic };
}

/** Maps of a face in a picture from outside: whether it is bona fide is not known, so its target is its mesh. */
export function mapsOfLook({ size, target, predicted }: LookedFace): FaceMaps {
  return { size, target, predicted, ...paneWords('mesh'), words: 'unknown label', synthetic: false };
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
