import { createRandom, Random, type RandomState } from '@shared/random';
import { z } from '@shared/zod';
import type { TrainingSample } from './samples';

export const StoredRandom = z.strictObject({
  words: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  spareNormal: z.number().nullable(),
});

/** Where a plan stands: for each group the stream its present order was drawn from and the place in it. */
export const BatchState = z.strictObject({
  groups: z.array(z.strictObject({ drawnFrom: StoredRandom, position: z.int().nonnegative() })),
  /** Samples drawn of each class so far: bona fide, attacks. */
  turns: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  /** In checkpoints of versions that augmented from one running stream; streams are named by their place now. */
  augmentation: StoredRandom.optional(),
});
export type BatchState = z.infer<typeof BatchState>;

/** Which samples make up a batch, and its number: all that decides its content. */
export interface PlannedBatch {
  /** From 0. */
  readonly ordinal: number;
  /** Positions in the list of samples, bona fide first. */
  readonly samples: Int32Array<ArrayBuffer>;
}

export interface PlanOptions {
  readonly batchSize: number;
  /** Starts the names of the random streams. */
  readonly seed: string;
}

/** Samples of one label from one source, walked in an order that is drawn anew when it has been used up. */
class Group {
  private readonly order: Int32Array;
  private position = 0;
  private drawnFrom: RandomState;

  constructor(
    private readonly members: Int32Array,
    private random: Random,
  ) {
    this.order = new Int32Array(members.length);
    this.drawnFrom = random.state();
    this.draw();
  }

  private draw(): void {
    this.drawnFrom = this.random.state();
    this.order.set(this.members);
    this.random.shuffle(this.order);
    this.position = 0;
  }

  next(): number {
    if (this.position === this.order.length) this.draw();
    const sample = this.order[this.position++];
    if (sample === undefined) throw new Error('a group of samples is empty');
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
 * An endless seeded order of batches: half bona fide, half attacks, each half in turn from the sources. Its state can be
 * stored between two batches; a plan restored from it gives the very same batches.
 */
export class BatchPlan {
  private readonly groups: readonly [readonly Group[], readonly Group[]];
  private turns: [number, number] = [0, 0];
  private readonly bonaFidePerBatch: number;

  constructor(
    samples: readonly TrainingSample[],
    private readonly options: PlanOptions,
  ) {
    this.bonaFidePerBatch = Math.ceil(options.batchSize / 2);
    const sources = [...new Set(samples.map((sample) => sample.source))].sort((a, b) => a - b);
    const groupsOf = (bonaFide: boolean) =>
      sources.flatMap((source) => {
        const members = samples.flatMap((sample, index) =>
          sample.source === source && sample.bonaFide === bonaFide ? [index] : [],
        );
        const name = `${options.seed}/order/${source}/${bonaFide ? 'bona-fide' : 'attack'}`;
        return members.length > 0 ? [new Group(Int32Array.from(members), createRandom(name))] : [];
      });
    this.groups = [groupsOf(true), groupsOf(false)];
  }

  next(): PlannedBatch {
    const ordinal = this.turns[0] / this.bonaFidePerBatch;
    const samples = new Int32Array(this.options.batchSize);
    for (let i = 0; i < samples.length; i++) samples[i] = this.draw(i < this.bonaFidePerBatch ? 0 : 1);
    return { ordinal, samples };
  }

  private draw(label: 0 | 1): number {
    const groups = this.groups[label];
    const group = groups[this.turns[label]++ % groups.length];
    if (!group) throw new Error('training needs both classes');
    return group.next();
  }

  state(): BatchState {
    return { groups: this.groups.flat().map((group) => group.state()), turns: [...this.turns] };
  }

  restore(state: BatchState): void {
    this.groups.flat().forEach((group, index) => {
      const held = state.groups[index];
      if (!held) throw new Error('the stored order belongs to other sources');
      group.restore(held);
    });
    this.turns = [...state.turns];
  }
}

/** A random state as plain mutable data, for JSON. */
export function copyState({ words, spareNormal }: RandomState): z.infer<typeof StoredRandom> {
  return { words: [...words], spareNormal };
}
