import type { ScoreExplanation } from '@shared/contract/channels';
import type { Predictor } from '@workbench/training/predictor';

/** Side of the square that is covered and how far it moves on, as shares of the crop's side. */
const patchShare = 1 / 8;
const strideShare = 1 / 16;

/**
 * Why a crop scores what it does: what each place of the backbone's features adds to the logit (exact), and how much the score
 * falls when a square of the crop is covered with the crop's mean colour (Zeiler and Fergus 2014), which asks the whole
 * network and takes no gradient on trust.
 * @param crop RGB `[side, side, 3]`
 * @throws AppError `unsupported` for a run without a classifier
 */
export async function explainScore(predictor: Predictor, crop: Uint8Array): Promise<ScoreExplanation> {
  const { side, contributions, bias } = await predictor.explainScore(crop);
  const [score = 0] = await predictor.predictScore([crop]);
  const occlusion = await occlude(predictor, crop, score);
  return { score, bias, contributions: Float32Array.from(contributions), contributionSide: side, ...occlusion };
}

/** How much the score falls, `[n, n]`, when the square at each step is covered; below 0 it rises. */
async function occlude(predictor: Predictor, crop: Uint8Array, score: number) {
  const side = Math.sqrt(crop.length / 3);
  const patch = Math.round(side * patchShare);
  const stride = Math.round(side * strideShare);
  const steps = Math.floor((side - patch) / stride) + 1;
  const mean = meanColour(crop);
  const covered = {
    length: steps * steps,
    at: (place: number) =>
      coveredAt(crop, side, stride * (place % steps), stride * Math.floor(place / steps), patch, mean),
  };
  const scores = await predictor.predictScore(covered);
  return { falls: scores.map((each) => score - each), fallSide: steps };
}

function coveredAt(
  crop: Uint8Array,
  side: number,
  left: number,
  top: number,
  patch: number,
  mean: readonly number[],
): Uint8Array {
  const copy = Uint8Array.from(crop);
  for (let y = top; y < top + patch; y++) for (let x = left; x < left + patch; x++) copy.set(mean, 3 * (y * side + x));
  return copy;
}

function meanColour(crop: Uint8Array): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < crop.length; i += 3) {
    sums[0] += crop[i] ?? 0;
    sums[1] += crop[i + 1] ?? 0;
    sums[2] += crop[i + 2] ?? 0;
  }
  const pixels = crop.length / 3;
  return [Math.round(sums[0] / pixels), Math.round(sums[1] / pixels), Math.round(sums[2] / pixels)];
}
