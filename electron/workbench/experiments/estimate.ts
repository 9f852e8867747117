import type { ExperimentConfig } from '@shared/domain/experiment';

/** Training speed on this machine, and the model it was measured with. */
export interface MeasuredSpeed {
  readonly imagesPerSecond: number;
  readonly inputSize: number;
  readonly width: number;
}

export interface ParameterCounts {
  readonly total: number;
  readonly generator: number;
  readonly discriminator: number;
}

/** Stage 2 trains the encoder alone, about this much faster an image than generator and discriminator together. */
const stage2Speedup = 2;
/** Score files, logs and the like. */
const overheadBytes = 2_000_000;
const checkpointsKept = 2;

/**
 * Seconds of one run from a measured speed, scaled by the model's operations (side squared, width squared).
 * @param trainSamples samples of the sources' train sets
 * @returns null before anything was measured
 */
export function estimateSeconds(
  { model, stage1, stage2 }: ExperimentConfig,
  trainSamples: number,
  speed: MeasuredSpeed | null,
): number | null {
  if (!speed || speed.imagesPerSecond <= 0 || trainSamples === 0) return null;
  const work = (model.inputSize / speed.inputSize) ** 2 * (model.width / speed.width) ** 2;
  const epochs = (stage1.enabled ? stage1.epochs : 0) + stage2.epochs / stage2Speedup;
  return (epochs * trainSamples * work) / speed.imagesPerSecond;
}

/** Bytes of one run: weights with Adam's two moments in each checkpoint, and the generator of each kept epoch. */
export function estimateBytes({ stage1, compute }: ExperimentConfig, parameters: ParameterCounts): number {
  const trained = Math.max(parameters.generator + parameters.discriminator, parameters.total);
  const checkpoints = checkpointsKept * trained * 4 * 3;
  const epochs = compute.keepEpochs === 'all' && stage1.enabled ? stage1.epochs * parameters.generator * 4 : 0;
  return checkpoints + epochs + overheadBytes;
}
