import type { DepthMap } from './agreement';

/**
 * Shape of a predicted depth map, alone or against its target. Maps are row-major, values in [0, 1], nearest 1,
 * background 0; the face is where the target is above 0.
 */

/** Mean |prediction − target| inside the target's face; null without a face. */
export function errorInFace(prediction: DepthMap, target: DepthMap): number | null {
  let sum = 0;
  let count = 0;
  for (const [pixel, wanted] of target.data.entries()) {
    if (wanted <= 0) continue;
    sum += Math.abs((prediction.data[pixel] ?? 0) - wanted);
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

/**
 * Share of pixel pairs of the face that the prediction puts in the target's order; a predicted tie counts as half. Pairs that
 * the target itself ties do not count. 1 = the same order, 0.5 = no relation; scale and offset do not matter. It is
 * (1 + τ) / 2 of Kendall's τ over the untied pairs, after the ordinal measure of Chen et al. 2016 ("Single-image depth
 * perception in the wild"), over all pairs, counted by Knight's merge sort (1966) in n log n.
 * @returns null where no pair can be ordered
 */
export function ordinalAgreement(prediction: DepthMap, target: DepthMap): number | null {
  const pixels: number[] = [];
  for (const [pixel, wanted] of target.data.entries()) if (wanted > 0) pixels.push(pixel);
  const wanted = (pixel: number) => target.data[pixel] ?? 0;
  const predicted = (pixel: number) => prediction.data[pixel] ?? 0;
  pixels.sort((a, b) => wanted(a) - wanted(b) || predicted(a) - predicted(b));
  const first = Float64Array.from(pixels, wanted);
  const second = Float64Array.from(pixels, predicted);
  const pairs = pairsOf(pixels.length);
  const tiedInTarget = tiedPairs(first);
  const tiedInBoth = tiedPairs(first, second);
  const discordant = countInversions(second); // sorts `second`
  const tiedInPrediction = tiedPairs(second);
  const ordered = pairs - tiedInTarget;
  if (ordered === 0) return null;
  const halves = tiedInPrediction - tiedInBoth;
  return (ordered - discordant - halves / 2) / ordered;
}

/**
 * How far the nearest tenth of the face stands out before its farthest tenth, as the target tells which they are: nose before
 * ears. Means of the predicted depth there; 1 is all of the range, below 0 is inside out.
 * @returns null without a face
 */
export function faceRelief(prediction: DepthMap, target: DepthMap): number | null {
  const pixels: number[] = [];
  for (const [pixel, wanted] of target.data.entries()) if (wanted > 0) pixels.push(pixel);
  if (pixels.length === 0) return null;
  pixels.sort((a, b) => (target.data[a] ?? 0) - (target.data[b] ?? 0) || a - b);
  const tenth = Math.max(1, Math.round(pixels.length / 10));
  const meanOf = (some: readonly number[]) =>
    some.reduce((sum, pixel) => sum + (prediction.data[pixel] ?? 0), 0) / some.length;
  return meanOf(pixels.slice(-tenth)) - meanOf(pixels.slice(0, tenth));
}

/**
 * How far a map is from flat: the standard deviation of its values (population). 0 for an all-zero map, which an attack should
 * give; a dome has about a third.
 */
export function unevenness(map: DepthMap): number {
  let sum = 0;
  for (const value of map.data) sum += value;
  const mean = sum / map.data.length;
  let squares = 0;
  for (const value of map.data) squares += (value - mean) ** 2;
  return Math.sqrt(squares / map.data.length);
}

/** Half-axes of the ellipse that a centred face fills, in sides of the map, and its centre's height. */
const faceEllipse = { across: 0.3, down: 0.38, centre: 0.52 };

/** Whether a place of a square map or crop lies where a centred face would be. @param x, y from the left and top, as `side` */
export function isInFaceEllipse(x: number, y: number, side: number): boolean {
  const across = (x / side - 0.5) / faceEllipse.across;
  const down = (y / side - faceEllipse.centre) / faceEllipse.down;
  return across * across + down * down <= 1;
}

/**
 * Means of a map where a centred face would be and around it. They need no target, so they can score an unknown crop: a face
 * is near in the middle and nothing is near around it.
 */
export function centreAndSurround(map: DepthMap): { readonly centre: number; readonly surround: number } {
  const sums = { centre: 0, surround: 0 };
  const counts = { centre: 0, surround: 0 };
  for (let row = 0; row < map.height; row++) {
    for (let column = 0; column < map.width; column++) {
      const x = ((column + 0.5) / map.width - 0.5) / faceEllipse.across;
      const y = ((row + 0.5) / map.height - faceEllipse.centre) / faceEllipse.down;
      const part = x * x + y * y <= 1 ? 'centre' : 'surround';
      sums[part] += map.data[row * map.width + column] ?? 0;
      counts[part] += 1;
    }
  }
  return { centre: sums.centre / counts.centre, surround: sums.surround / counts.surround };
}

const pairsOf = (count: number) => (count * (count - 1)) / 2;

/** Pairs of equal neighbours' runs in a sorted column (or in two columns at once). */
function tiedPairs(sorted: Float64Array, second?: Float64Array): number {
  let tied = 0;
  let run = 1;
  for (let i = 1; i <= sorted.length; i++) {
    const same = i < sorted.length && sorted[i] === sorted[i - 1] && (!second || second[i] === second[i - 1]);
    if (same) run += 1;
    else {
      tied += pairsOf(run);
      run = 1;
    }
  }
  return tied;
}

/** Sorts values in place and counts the pairs that stood in falling order. */
function countInversions(values: Float64Array): number {
  const buffer = new Float64Array(values.length);
  let inversions = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let place = start; place < end; place++) {
        const fromLeft = right >= end || (left < middle && (values[left] ?? 0) <= (values[right] ?? 0));
        if (!fromLeft) inversions += middle - left;
        buffer[place] = (fromLeft ? values[left++] : values[right++]) ?? 0;
      }
    }
    values.set(buffer);
  }
  return inversions;
}
