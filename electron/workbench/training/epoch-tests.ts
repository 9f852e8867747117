import type { ExperimentConfig } from '@shared/domain/experiment';
import type { EpochTest } from '@shared/domain/job';
import { areaUnderRoc } from '@shared/metrics/curves';
import { ratesAt } from '@shared/metrics/rates';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { type CropList, cropsOf, type PreparedData } from '@workbench/datasets/prepared-data';
import type { EpochRecord } from './checkpoint';
import { samplesOf } from './samples';
import { scoredSets } from './score-run';

/** A target's test set, measured after each epoch where the settings ask for it. What it tells decides nothing. */
export interface WatchedTest {
  readonly dataset: string;
  readonly crops: CropList;
  /** '' for bona fide. Those of the crops, then of the items without a face: failures to acquire, which count as errors. */
  readonly attackTypes: readonly string[];
}

/** Test sets of all targets; none unless `evaluation.testEveryEpoch`. */
export function watchedTests(config: ExperimentConfig, datasets: readonly PreparedData[]): WatchedTest[] {
  if (!config.evaluation.testEveryEpoch) return [];
  return scoredSets(config, datasets)
    .filter(({ set }) => set === 'test')
    .map(({ data }) => {
      const records = samplesOf(data, 'test');
      return {
        dataset: data.dataset.id,
        crops: cropsOf(records.map((record) => ({ data, record }))),
        attackTypes: [...records, ...data.failed.filter(({ item }) => item.set === 'test')].map(
          ({ item }) => item.attackType ?? '',
        ),
      };
    });
}

const measures = ['hter', 'acer', 'auc'] as const;
const nameOf = (measure: (typeof measures)[number], dataset: string) => `test-${measure}:${dataset}`;

/**
 * Rates of a test set at a threshold of the dev sets, under the names that an epoch keeps them by.
 * @param scores P(bona fide), one a crop
 */
export function judgeTest(
  { dataset, attackTypes }: WatchedTest,
  scores: Float32Array,
  threshold: number | null,
): Record<string, number | null> {
  const withFailures = Float64Array.from(attackTypes, (_, place) => scores[place] ?? NaN);
  const sorted = sortScores(scoreSetOf({ scores: withFailures, attackTypes: [...attackTypes] }));
  const { hter, acer } = ratesAt(sorted, threshold);
  return {
    [nameOf('hter', dataset)]: hter,
    [nameOf('acer', dataset)]: acer,
    [nameOf('auc', dataset)]: areaUnderRoc(sorted),
  };
}

/** What the epochs of stage 2 kept of the watched test sets, in their order. */
export function epochTestsOf(history: readonly EpochRecord[], datasets: readonly string[]): EpochTest[] {
  return history
    .filter(({ stage }) => stage === 2)
    .map(({ epoch, values }) => ({
      epoch,
      tests: datasets.map((dataset) => {
        const [hter, acer, auc] = measures.map((measure) => values[nameOf(measure, dataset)] ?? null);
        return { dataset, hter: hter ?? null, acer: acer ?? null, auc: auc ?? null };
      }),
    }));
}
