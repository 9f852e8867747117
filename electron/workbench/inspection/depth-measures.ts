import type { DepthMeasures } from '@shared/domain/depth-measures';
import {
  type DepthMap,
  faceCorrelation,
  intersectionOverUnion,
  meanAbsoluteError,
  rootMeanSquareError,
  structuralSimilarity,
} from '@shared/metrics/agreement';
import { centreAndSurround, errorInFace, faceRelief, ordinalAgreement, unevenness } from '@shared/metrics/depth-shape';

/** At and above this a pixel counts as face when two areas are compared. */
const faceLevel = 0.1;

/** How well a map `[size, size]` agrees with its target; what needs a face is null for attacks, whose target is empty. */
export function measureDepth(predicted: Float32Array, target: Float32Array, size: number): DepthMeasures {
  const prediction: DepthMap = { width: size, height: size, data: predicted };
  const wanted: DepthMap = { width: size, height: size, data: target };
  const hasFace = target.some((value) => value > 0);
  let sum = 0;
  for (const value of predicted) sum += value;
  const { centre, surround } = centreAndSurround(prediction);
  return {
    meanAbsoluteError: meanAbsoluteError(prediction, wanted),
    rootMeanSquareError: rootMeanSquareError(prediction, wanted),
    structuralSimilarity: structuralSimilarity(prediction, wanted),
    correlationInFace: hasFace ? faceCorrelation(prediction, wanted) : null,
    faceAreaIou: hasFace ? intersectionOverUnion(prediction, wanted, faceLevel) : null,
    errorInFace: errorInFace(prediction, wanted),
    ordinalAgreement: ordinalAgreement(prediction, wanted),
    faceRelief: faceRelief(prediction, wanted),
    unevenness: unevenness(prediction),
    meanDepth: sum / predicted.length,
    centreDepth: centre,
    surroundDepth: surround,
  };
}

/** Side of the maps that networks predict. */
export const mapSide = 32;

/** One of many maps `[n, 32, 32]`, copied out. */
export function mapAt(maps: Float32Array, position: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(maps.subarray(position * mapSide * mapSide, (position + 1) * mapSide * mapSide));
}

/** Bytes 0–255 as depth in [0, 1]. */
export function depthOfBytes(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bytes, (value) => value / 255);
}
