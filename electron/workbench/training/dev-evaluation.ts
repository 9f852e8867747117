import { isBonaFide } from '@shared/domain/media-item';
import { areaUnderRoc } from '@shared/metrics/curves';
import { ratesAt } from '@shared/metrics/rates';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { eerThreshold } from '@shared/metrics/thresholds';
import { type CropList, cropsOf, type PreparedData } from '@workbench/datasets/prepared-data';
import type { BestEpoch } from './checkpoint';
import { samplesOf } from './samples';

/** What an epoch is judged by; null where the dev sets lack a class. */
export interface DevResult {
  /** HTER at the dev sets' own EER threshold. */
  readonly hter: number | null;
  readonly auc: number | null;
}

/** Crops and classes of the source dev sets together. */
export interface DevSet {
  readonly crops: CropList;
  /** '' for bona fide, 'attack' otherwise: which attack it is does not matter for choosing an epoch. */
  readonly classes: readonly string[];
}

export function devSetOf(sources: readonly PreparedData[]): DevSet {
  const records = sources.flatMap((data) => samplesOf(data, 'dev').map((record) => ({ data, record })));
  return {
    crops: cropsOf(records),
    classes: records.map(({ record }) => (isBonaFide(record.item) ? '' : 'attack')),
  };
}

/** {@link DevResult} with the EER threshold that it belongs to. */
export interface JudgedDev extends DevResult {
  readonly threshold: number | null;
}

/** HTER at the EER threshold and AUC of scores, one a sample of the dev set. */
export function judgeDev({ classes }: DevSet, scores: Float32Array): JudgedDev {
  const sorted = sortScores(scoreSetOf({ scores: Float64Array.from(scores), attackTypes: classes }));
  const threshold = eerThreshold(sorted);
  return { hter: ratesAt(sorted, threshold).hter, auc: areaUnderRoc(sorted), threshold };
}

/** Lowest dev HTER; on a tie the higher AUC, then the earlier epoch. Without a dev HTER the latest epoch stands. */
export function isBetter(candidate: DevResult, best: BestEpoch | null): boolean {
  if (!best || candidate.hter === null || best.hter === null) return true;
  if (candidate.hter !== best.hter) return candidate.hter < best.hter;
  return (candidate.auc ?? 0) > (best.auc ?? 0);
}
