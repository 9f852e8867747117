import { usableCores } from '@workbench/project/usable-cores';
import { performance } from 'node:perf_hooks';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import type { AugmentationConfig } from './augment';
import { type Batch, batchBytes, batchIn, type FillSetup, packSamples } from './batch-filler';
import { BatchPlan, type BatchState, type PlannedBatch } from './batch-plan';
import { BatchThread } from './batch-thread';
import type { TrainingSample } from './samples';

export interface BatchOptions {
  readonly batchSize: number;
  readonly inputSize: number;
  readonly mapSize: number;
  readonly augmentation: AugmentationConfig;
  /** Starts the names of the random streams. */
  readonly seed: string;
}

/** A batch on its way, and where the plan stood before it. */
interface Ordered {
  readonly before: BatchState;
  readonly buffer: Promise<ArrayBuffer>;
}

/** A thread more is started when this share of the time goes into waiting, and no sooner than after so many batches. */
const bearableWait = 0.05;
const batchesToJudge = 12;
const mostThreads = 8;

/**
 * Endless batches in a seeded order (see {@link BatchPlan}), read and augmented ahead of the training by threads of its
 * own; more of them where one cannot keep up. A few batches are under way at a time, so memory is bounded whatever the
 * number of samples. What is in a batch depends on the plan alone, never on the threads or their timing. Threads start with
 * the first batch that is asked for; {@link close} ends them.
 */
export class BatchSource {
  /** Steps that see as many samples as there are. */
  readonly stepsPerEpoch: number;
  private readonly plan: BatchPlan;
  private readonly setup: FillSetup;
  private readonly threads: BatchThread[] = [];
  private readonly ordered: Ordered[] = [];
  private readonly spare: ArrayBuffer[] = [];
  /** The buffer of the batch that was given out last. */
  private lent: ArrayBuffer | undefined;
  private returned = 0;
  private waitedMs = 0;
  private judged = { batches: 0, waited: 0, total: 0 };

  constructor(samples: readonly TrainingSample[], sources: readonly PreparedData[], options: BatchOptions) {
    this.stepsPerEpoch = Math.max(1, Math.ceil(samples.length / options.batchSize));
    this.plan = new BatchPlan(samples, options);
    this.setup = {
      ...options,
      sources: sources.map(({ folder, info: { recipe, samples: rows, rowsPerShard } }) => ({
        folder,
        layout: { recipe, samples: rows, rowsPerShard },
      })),
      samples: packSamples(samples),
    };
  }

  /** Milliseconds that the last call of {@link next} waited. */
  get waited(): number {
    return this.waitedMs;
  }

  /**
   * The next batch. Its arrays are valid until the next call.
   * @throws AppError naming the shard that cannot be read
   */
  async next(): Promise<Batch> {
    const asked = performance.now();
    if (this.lent) this.spare.push(this.lent);
    this.lent = undefined;
    this.orderAhead();
    const [first] = this.ordered;
    if (!first) throw new Error('no batch is under way');
    const buffer = await first.buffer;
    this.ordered.shift();
    this.lent = buffer;
    this.judge(asked, performance.now());
    return batchIn(buffer, this.setup);
  }

  /** Where the source stands: the batch after the one given out last comes next. */
  state(): BatchState {
    return this.ordered[0]?.before ?? this.plan.state();
  }

  /** Goes on from a stored state; only before the first batch. */
  restore(state: BatchState): void {
    if (this.threads.length > 0) throw new Error('a batch source is restored before its first batch');
    this.plan.restore(state);
  }

  /** Ends the threads. The batch given out last stays valid. */
  async close(): Promise<void> {
    await Promise.all(this.threads.splice(0).map((thread) => thread.close()));
    this.ordered.length = 0;
    this.spare.length = 0;
  }

  /** Keeps as many batches under way as all threads need to stay busy while some are waiting to be taken. */
  private orderAhead(): void {
    if (this.threads.length === 0) this.threads.push(new BatchThread(this.setup));
    while (this.ordered.length < 2 * this.threads.length + 2) {
      const before = this.plan.state();
      this.ordered.push({ before, buffer: this.order(this.plan.next()) });
    }
  }

  private order(planned: PlannedBatch): Promise<ArrayBuffer> {
    const buffer = this.spare.pop() ?? new ArrayBuffer(batchBytes(this.setup));
    const thread = this.threads.reduce((idle, other) => (other.pending < idle.pending ? other : idle));
    const filled = thread.fill({ ...planned, buffer });
    filled.catch(() => undefined); // Told to whoever takes the batch, if somebody does.
    return filled;
  }

  private judge(asked: number, given: number): void {
    this.waitedMs = given - asked;
    // The first batch waits for the thread to start.
    if (this.returned > 0) {
      this.judged.batches += 1;
      this.judged.waited += given - asked;
      this.judged.total += given - this.returned;
    }
    this.returned = given;
    if (this.judged.batches < batchesToJudge) return;
    const tooSlow = this.judged.waited > bearableWait * this.judged.total;
    this.judged = { batches: 0, waited: 0, total: 0 };
    if (tooSlow && this.threads.length < Math.min(mostThreads, usableCores() - 1))
      this.threads.push(new BatchThread(this.setup));
  }
}
