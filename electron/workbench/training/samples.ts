import { createHash } from 'node:crypto';
import { AppError } from '@shared/contract/errors';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { isBonaFide } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';
import { createRandom } from '@shared/random';
import type { PreparedData, PreparedSampleRecord } from '@workbench/datasets/prepared-data';

/** A place in a source's shards. */
export interface SampleRow {
  /** Which of the sources. */
  readonly source: number;
  readonly row: number;
}

/** A face that trains: where its pixels lie, its binary label and where its depth target lies. Attack types are not in here. */
export interface TrainingSample extends SampleRow {
  readonly bonaFide: boolean;
  /** Null for attacks, by label: an empty map. */
  readonly depth: SampleRow | null;
}

/** The samples of a dataset's set, in the order of its list. */
export function samplesOf(data: PreparedData, set: SetName): PreparedSampleRecord[] {
  return data.samples.filter(({ item }) => item.set === set);
}

/**
 * Everything the train sets of the sources hold.
 * @throws AppError `invalid` naming the class that is missing
 */
export function trainingSamples(sources: readonly PreparedData[], config: ExperimentConfig): TrainingSample[] {
  const samples = sources.flatMap((data, source) =>
    samplesOf(data, 'train').map(({ item, row }): TrainingSample => {
      const bonaFide = isBonaFide(item);
      return { source, row, bonaFide, depth: bonaFide ? { source, row } : null };
    }),
  );
  for (const bonaFide of [true, false]) {
    if (samples.some((sample) => sample.bonaFide === bonaFide)) continue;
    const names = sources.map(({ dataset }) => dataset.id).join(', ');
    throw new AppError(
      'invalid',
      `data.sources: the train set of ${names} has no ${bonaFide ? 'bona fide' : 'attack'} sample; both classes are needed.`,
      { path: 'data.sources' },
    );
  }
  return config.data.permuteLabels ? permuteLabels(samples, config.train.seed) : samples;
}

/** Control: each sample gets the label and the depth target of another one, drawn from the seed. */
function permuteLabels(samples: readonly TrainingSample[], seed: number): TrainingSample[] {
  const order = createRandom(`${seed}/label-permutation`).shuffle(samples.map((_, index) => index));
  return samples.map((sample, index) => {
    const other = samples[order[index] ?? index] ?? sample;
    return { ...sample, bonaFide: other.bonaFide, depth: other.depth };
  });
}

/** Names what a run trains on: pixels by the shards' content hash, and which sample has which set and binary label. */
export function dataHash(sources: readonly PreparedData[]): string {
  const hash = createHash('sha256');
  for (const { info, samples } of sources) {
    hash.update(`${info.contentHash}\n`);
    for (const { item, row } of samples) hash.update(`${row} ${item.set} ${isBonaFide(item) ? 1 : 0}\n`);
  }
  return hash.digest('hex');
}
