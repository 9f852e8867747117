/**
 * Agreement of a predicted depth map with its target. Maps are row-major `[height, width]`, values in [0, 1], nearest 1,
 * background 0.
 */
export interface DepthMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array | Float64Array;
}

/** Agreement of two maps; null where it does not exist (no face in the target, a constant map). */
export interface DepthAgreement {
  readonly mae: number;
  readonly rmse: number;
  readonly ssim: number;
  /** Pearson correlation inside the face mask. */
  readonly faceCorrelation: number | null;
  /** Overlap of the two faces, each where its map is at least `faceLevel`. */
  readonly faceIou: number | null;
}

/** All measures at once. The face mask is where the target is above 0; `faceLevel` cuts both maps for the overlap. */
export function depthAgreement(prediction: DepthMap, target: DepthMap, faceLevel = 0.1): DepthAgreement {
  return {
    mae: meanAbsoluteError(prediction, target),
    rmse: rootMeanSquareError(prediction, target),
    ssim: structuralSimilarity(prediction, target),
    faceCorrelation: faceCorrelation(prediction, target),
    faceIou: intersectionOverUnion(prediction, target, faceLevel),
  };
}

/** Mean |prediction − target| over all pixels. */
export function meanAbsoluteError(prediction: DepthMap, target: DepthMap): number {
  return meanOverPixels(prediction, target, (difference) => Math.abs(difference));
}

/** Root of the mean squared difference over all pixels. */
export function rootMeanSquareError(prediction: DepthMap, target: DepthMap): number {
  return Math.sqrt(meanOverPixels(prediction, target, (difference) => difference * difference));
}

/** Pearson correlation over the pixels where `mask` (the target's face by default) is above 0. */
export function faceCorrelation(prediction: DepthMap, target: DepthMap, mask: DepthMap = target): number | null {
  assertSameSize(prediction, target);
  assertSameSize(prediction, mask);
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < mask.data.length; i++) {
    if ((mask.data[i] ?? 0) <= 0) continue;
    n++;
    sumX += prediction.data[i] ?? 0;
    sumY += target.data[i] ?? 0;
  }
  if (n < 2) return null;
  const meanX = sumX / n;
  const meanY = sumY / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < mask.data.length; i++) {
    if ((mask.data[i] ?? 0) <= 0) continue;
    const x = (prediction.data[i] ?? 0) - meanX;
    const y = (target.data[i] ?? 0) - meanY;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  const denominator = Math.sqrt(xx * yy);
  return denominator < 1e-12 ? null : Math.max(-1, Math.min(1, xy / denominator));
}

/** Intersection over union of the pixels at or above `level`; null when neither map has one. */
export function intersectionOverUnion(prediction: DepthMap, target: DepthMap, level: number): number | null {
  assertSameSize(prediction, target);
  let both = 0;
  let either = 0;
  for (let i = 0; i < target.data.length; i++) {
    const inPrediction = (prediction.data[i] ?? 0) >= level;
    const inTarget = (target.data[i] ?? 0) >= level;
    if (inPrediction && inTarget) both++;
    if (inPrediction || inTarget) either++;
  }
  return either === 0 ? null : both / either;
}

/**
 * Structural similarity (Wang et al. 2004): 11×11 Gaussian window, σ 1.5, K1 0.01, K2 0.03, dynamic range 1, mean over
 * the windows that lie inside the map. Maps smaller than 11 use the largest odd window that fits.
 */
export function structuralSimilarity(first: DepthMap, second: DepthMap): number {
  assertSameSize(first, second);
  const fitting = Math.min(11, first.width, first.height);
  const weights = gaussianWindow(fitting % 2 === 0 ? Math.max(1, fitting - 1) : fitting, 1.5);
  const size = weights.length;
  const c1 = 0.01 ** 2;
  const c2 = 0.03 ** 2;
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + size <= first.height; top++) {
    for (let left = 0; left + size <= first.width; left++) {
      const { meanX, meanY, varianceX, varianceY, covariance } = windowMoments(first, second, weights, top, left);
      sum +=
        ((2 * meanX * meanY + c1) * (2 * covariance + c2)) /
        ((meanX * meanX + meanY * meanY + c1) * (varianceX + varianceY + c2));
      windows++;
    }
  }
  return sum / windows;
}

function windowMoments(first: DepthMap, second: DepthMap, weights: readonly number[], top: number, left: number) {
  let meanX = 0;
  let meanY = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  weights.forEach((rowWeight, row) => {
    const start = (top + row) * first.width + left;
    weights.forEach((columnWeight, column) => {
      const weight = rowWeight * columnWeight;
      const x = first.data[start + column] ?? 0;
      const y = second.data[start + column] ?? 0;
      meanX += weight * x;
      meanY += weight * y;
      xx += weight * x * x;
      yy += weight * y * y;
      xy += weight * x * y;
    });
  });
  return {
    meanX,
    meanY,
    varianceX: xx - meanX * meanX,
    varianceY: yy - meanY * meanY,
    covariance: xy - meanX * meanY,
  };
}

/** One-dimensional Gaussian weights that sum to 1. */
function gaussianWindow(size: number, sigma: number): number[] {
  const centre = (size - 1) / 2;
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function meanOverPixels(prediction: DepthMap, target: DepthMap, of: (difference: number) => number): number {
  assertSameSize(prediction, target);
  let sum = 0;
  for (let i = 0; i < target.data.length; i++) sum += of((prediction.data[i] ?? 0) - (target.data[i] ?? 0));
  return sum / target.data.length;
}

function assertSameSize(first: DepthMap, second: DepthMap): void {
  if (first.width !== second.width || first.height !== second.height || first.data.length !== second.data.length)
    throw new RangeError(
      `maps of ${first.width}×${first.height} and ${second.width}×${second.height} cannot be compared`,
    );
}
