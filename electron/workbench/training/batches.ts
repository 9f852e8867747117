import { createRandom, Random, type RandomState } from '@shared/random';
import { z } from '@shared/zod';
import { type AugmentationConfig, augmentSample } from './augment';
import type { TrainingSample } from './samples';

/** One batch as plain arrays. */
export interface Batch {
  readonly size: number;
  /** `[n, s, s, 3]` in [−1, 1]. */
  readonly images: Float32Array;
  /** `[n, 32, 32, 1]` in [0, 1], nearest 1. */
  readonly maps: Float32Array;
  /** `[n, 1]`: 1 bona fide, 0 attack. */
  readonly labels: Float32Array;
}

export interface BatchOptions {
  readonly batchSize: number;
  readonly inputSize: number;
  readonly mapSize: number;
  readonly augmentation: AugmentationConfig;
  /** Starts the names of the random streams. */
  readonly seed: string;
}

export const StoredRandom = z.strictObject({
  words: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  spareNormal: z.number().nullable(),
});

/** Where a batch source stands: for each group the stream its present order was drawn from and the place in it. */
export const BatchState = z.strictObject({
  groups: z.array(z.strictObject({ drawnFrom: StoredRandom, position: z.int().nonnegative() })),
  turns: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  augmentation: StoredRandom,
});
export type BatchState = z.infer<typeof BatchState>;

/** Samples of one label from one source, walked in an order that is drawn anew when it has been used up. */
class Group {
  private order: number[] = [];
  private position = 0;
  private drawnFrom: RandomState;

  constructor(
    private readonly members: readonly TrainingSample[],
    private random: Random,
  ) {
    this.drawnFrom = random.state();
    this.draw();
  }

  private draw(): void {
    this.drawnFrom = this.random.state();
    this.order = this.random.shuffle(this.members.map((_, index) => index));
    this.position = 0;
  }

  next(): TrainingSample {
    if (this.position === this.order.length) this.draw();
    const sample = this.members[this.order[this.position++] ?? 0];
    if (!sample) throw new Error('a group of samples is empty');
    return sample;
  }

  state(): BatchState['groups'][number] {
    return { drawnFrom: copyState(this.drawnFrom), position: this.position };
  }

  restore({ drawnFrom, position }: BatchState['groups'][number]): void {
    this.random = new Random(drawnFrom);
    this.draw();
    this.position = position;
  }
}

/**
 * Endless batches in a seeded order: half bona fide, half attacks, each half in turn from the sources. Its state can be
 * stored between two batches; a source restored from it gives the very same batches.
 */
export class BatchSource {
  /** Steps that see as many samples as there are. */
  readonly stepsPerEpoch: number;
  private readonly groups: readonly [readonly Group[], readonly Group[]];
  private turns: [number, number] = [0, 0];
  private augmentation: Random;

  constructor(
    samples: readonly TrainingSample[],
    private readonly options: BatchOptions,
  ) {
    this.stepsPerEpoch = Math.max(1, Math.ceil(samples.length / options.batchSize));
    const sources = [...new Set(samples.map((sample) => sample.source))].sort((a, b) => a - b);
    const groupsOf = (bonaFide: boolean) =>
      sources.flatMap((source) => {
        const members = samples.filter((sample) => sample.source === source && sample.bonaFide === bonaFide);
        const name = `${options.seed}/order/${source}/${bonaFide ? 'bona-fide' : 'attack'}`;
        return members.length > 0 ? [new Group(members, createRandom(name))] : [];
      });
    this.groups = [groupsOf(true), groupsOf(false)];
    this.augmentation = createRandom(`${options.seed}/augmentation`);
  }

  next(): Batch {
    const { batchSize, inputSize, mapSize, augmentation } = this.options;
    const imageLength = inputSize * inputSize * 3;
    const mapLength = mapSize * mapSize;
    const images = new Float32Array(batchSize * imageLength);
    const maps = new Float32Array(batchSize * mapLength);
    const labels = new Float32Array(batchSize);
    for (let i = 0; i < batchSize; i++) {
      const sample = this.draw(i < batchSize / 2 ? 0 : 1);
      labels[i] = sample.bonaFide ? 1 : 0;
      augmentSample(sample.crop, sample.cropSize, sample.depth, augmentation, this.augmentation, {
        image: images.subarray(i * imageLength, (i + 1) * imageLength),
        size: inputSize,
        map: maps.subarray(i * mapLength, (i + 1) * mapLength),
        mapSize,
      });
    }
    return { size: batchSize, images, maps, labels };
  }

  private draw(label: 0 | 1): TrainingSample {
    const groups = this.groups[label];
    const group = groups[this.turns[label]++ % groups.length];
    if (!group) throw new Error('training needs both classes');
    return group.next();
  }

  state(): BatchState {
    return {
      groups: this.groups.flat().map((group) => group.state()),
      turns: [...this.turns],
      augmentation: copyState(this.augmentation.state()),
    };
  }

  restore(state: BatchState): void {
    this.groups.flat().forEach((group, index) => {
      const held = state.groups[index];
      if (!held) throw new Error('the stored order belongs to other sources');
      group.restore(held);
    });
    this.turns = [...state.turns];
    this.augmentation = new Random(state.augmentation);
  }
}

/** A random state as plain mutable data, for JSON. */
export function copyState({ words, spareNormal }: RandomState): z.infer<typeof StoredRandom> {
  return { words: [...words], spareNormal };
}
