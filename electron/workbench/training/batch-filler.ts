import { type ShardLayout, ShardReader } from '@workbench/datasets/shard-reader';
import { createRandom } from '@shared/random';
import { type AugmentationConfig, augmentSample } from './augment';
import type { PlannedBatch } from './batch-plan';
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

/** Shards of a source. */
export interface ShardPlace {
  readonly folder: string;
  readonly layout: ShardLayout;
}

/** Everything that filling needs, as plain data that a thread can be started with. */
export interface FillSetup {
  readonly sources: readonly ShardPlace[];
  /** Made by {@link packSamples}; shared among threads. */
  readonly samples: Int32Array;
  readonly batchSize: number;
  readonly inputSize: number;
  readonly mapSize: number;
  readonly augmentation: AugmentationConfig;
  /** Starts the names of the random streams. */
  readonly seed: string;
}

/** Source, row, label, and source and row of the depth target (−1 for none). */
const columns = 5;

/** Samples as `[n, 5]` integers in memory that threads share. */
export function packSamples(samples: readonly TrainingSample[]): Int32Array {
  const packed = new Int32Array(new SharedArrayBuffer(samples.length * columns * 4));
  samples.forEach(({ source, row, bonaFide, depth }, i) => {
    packed.set([source, row, bonaFide ? 1 : 0, depth?.source ?? -1, depth?.row ?? -1], i * columns);
  });
  return packed;
}

/** Bytes of a batch's three arrays, one after the other. */
export function batchBytes({ batchSize, inputSize, mapSize }: FillSetup): number {
  return 4 * batchSize * (inputSize * inputSize * 3 + mapSize * mapSize + 1);
}

/** A batch's arrays as views of one buffer of {@link batchBytes}. */
export function batchIn(buffer: ArrayBuffer, { batchSize, inputSize, mapSize }: FillSetup): Batch {
  const imageFloats = batchSize * inputSize * inputSize * 3;
  const mapFloats = batchSize * mapSize * mapSize;
  return {
    size: batchSize,
    images: new Float32Array(buffer, 0, imageFloats),
    maps: new Float32Array(buffer, 4 * imageFloats, mapFloats),
    labels: new Float32Array(buffer, 4 * (imageFloats + mapFloats), batchSize),
  };
}

/**
 * Reads and augments the samples of planned batches. Each sample's augmentation is drawn from a stream named by its place
 * (batch, position), so a batch is the same whoever fills it and whenever.
 */
export class BatchFiller {
  private readonly readers: readonly ShardReader[];
  /** One for each source: their recipes may cut crops of different sizes. */
  private readonly crops: readonly Uint8Array[];
  private readonly depth: Uint8Array;

  constructor(private readonly setup: FillSetup) {
    this.readers = setup.sources.map(({ folder, layout }) => new ShardReader(folder, layout));
    this.crops = setup.sources.map(({ layout }) => new Uint8Array(3 * layout.recipe.cropSize ** 2));
    this.depth = new Uint8Array(setup.mapSize * setup.mapSize);
  }

  /** @throws AppError naming the shard that cannot be read */
  fill({ ordinal, samples }: PlannedBatch, batch: Batch): void {
    const { inputSize, mapSize, augmentation, seed } = this.setup;
    const imageLength = inputSize * inputSize * 3;
    const mapLength = mapSize * mapSize;
    for (let i = 0; i < samples.length; i++) {
      const { crop, bonaFide } = this.read(samples[i] ?? -1);
      batch.labels[i] = bonaFide ? 1 : 0;
      const random = createRandom(`${seed}/augmentation/${ordinal}/${i}`);
      augmentSample(crop, Math.sqrt(crop.length / 3), this.depth, augmentation, random, {
        image: batch.images.subarray(i * imageLength, (i + 1) * imageLength),
        size: inputSize,
        map: batch.maps.subarray(i * mapLength, (i + 1) * mapLength),
        mapSize,
      });
    }
  }

  /** Reads a sample's crop and depth target. @returns the crop, in a buffer that the next sample takes over */
  private read(sample: number): { crop: Uint8Array; bonaFide: boolean } {
    const [source = -1, row = -1, bonaFide, depthSource = -1, depthRow = -1] = this.setup.samples.subarray(
      sample * columns,
      (sample + 1) * columns,
    );
    const crop = this.reader(source).crop(row, this.crops[source]);
    if (depthSource < 0) this.depth.fill(0);
    else this.reader(depthSource).depth(depthRow, this.depth);
    return { crop, bonaFide: bonaFide === 1 };
  }

  private reader(source: number): ShardReader {
    const reader = this.readers[source];
    if (!reader) throw new Error(`there is no source ${source}`);
    return reader;
  }

  close(): void {
    for (const reader of this.readers) reader.close();
  }
}
