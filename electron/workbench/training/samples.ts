import { createHash } from 'node:crypto';
import { AppError } from '@shared/contract/errors';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { isBonaFide } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';
import { createRandom } from '@shared/random';
import type { PreparedData, PreparedSampleRecord } from '@workbench/datasets/prepared-data';

/** A face that trains: its pixels, its binary label and its depth target. Attack types are not in here. */
export interface TrainingSample {
  /** Which of the sources it comes from. */
  readonly source: number;
  readonly bonaFide: boolean;
  /** `[cropSize, cropSize, 3]`, 0–255. */
  readonly crop: Uint8Array;
  readonly cropSize: number;
  /** `[32, 32]`, 0–255; zeros for attacks, by label. */
  readonly depth: Uint8Array;
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
    samplesOf(data, 'train').map((record): TrainingSample => {
      const bonaFide = isBonaFide(record.item);
      const depth = data.depth(record.row);
      return {
        source,
        bonaFide,
        crop: data.crop(record.row),
        cropSize: data.info.recipe.cropSize,
        depth: bonaFide ? depth : new Uint8Array(depth.length),
      };
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
