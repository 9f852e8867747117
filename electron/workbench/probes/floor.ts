import type { RgbImage } from '@workbench/images/rgb-image';
import {
  featureTable,
  fitLogistic,
  predict,
  type FeatureTable,
  type LogisticModel,
  type LogisticOptions,
} from './logistic';
import { lbpProbe } from './lbp-probe';
import type { Probe } from './pixels';

/** Scores crops; higher is more bona fide, in (0, 1). */
export interface ProbeScorer {
  readonly probe: Probe;
  readonly model: LogisticModel;
  /** @throws RangeError when a crop is not 128 × 128 */
  score(crops: Iterable<RgbImage>): Float64Array;
}

/** Features of every crop, one row each. @throws RangeError when there are none or one is not 128 × 128 */
export function measureCrops(probe: Probe, crops: Iterable<RgbImage>): FeatureTable {
  const rows: Float64Array[] = [];
  for (const crop of crops) rows.push(probe.measure(crop));
  return featureTable(rows);
}

/** Fits a probe's classifier. @param bonaFide 1 for bona fide, 0 for attacks, in the order of the crops */
export function fitProbe(
  probe: Probe,
  crops: Iterable<RgbImage>,
  bonaFide: ArrayLike<number>,
  options: Partial<LogisticOptions> = {},
): ProbeScorer {
  const model = fitLogistic(measureCrops(probe, crops), bonaFide, options);
  return {
    probe,
    model,
    score: (unseen) => predict(model, measureCrops(probe, unseen)),
  };
}

/**
 * The floor that every table sits on: colour LBP with logistic regression, fitted on the crops of the source's training
 * set. A network that does not beat it has learned little.
 */
export function lbpFloor(crops: Iterable<RgbImage>, bonaFide: ArrayLike<number>): ProbeScorer {
  return fitProbe(lbpProbe, crops, bonaFide);
}
