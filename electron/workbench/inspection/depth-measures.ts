import type { DepthMeasures } from '@shared/contract/channels';
import {
  type DepthMap,
  faceCorrelation,
  intersectionOverUnion,
  meanAbsoluteError,
  rootMeanSquareError,
  structuralSimilarity,
} from '@shared/metrics/agreement';

/** At and above this a pixel counts as face when two areas are compared. */
const faceLevel = 0.1;

/** How well a map `[size, size]` agrees with its target; what needs a face is null for attacks, whose target is empty. */
export function measureDepth(predicted: Float32Array, target: Float32Array, size: number): DepthMeasures {
  const prediction: DepthMap = { width: size, height: size, data: predicted };
  const wanted: DepthMap = { width: size, height: size, data: target };
  const hasFace = target.some((value) => value > 0);
  let sum = 0;
  for (const value of predicted) sum += value;
  return {
    meanAbsoluteError: meanAbsoluteError(prediction, wanted),
    rootMeanSquareError: rootMeanSquareError(prediction, wanted),
    structuralSimilarity: structuralSimilarity(prediction, wanted),
    correlationInFace: hasFace ? faceCorrelation(prediction, wanted) : null,
    faceAreaIou: hasFace ? intersectionOverUnion(prediction, wanted, faceLevel) : null,
    meanDepth: sum / predicted.length,
  };
}

/** Bytes 0–255 as depth in [0, 1]. */
export function depthOfBytes(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bytes, (value) => value / 255);
}
