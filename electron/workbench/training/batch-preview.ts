import type { ExperimentConfig } from '@shared/domain/experiment';
import type { MediaItem } from '@shared/domain/media-item';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { plainImage } from './augment';
import { BatchFiller, batchBytes, batchIn, type FillSetup, packSamples } from './batch-filler';
import { BatchPlan, type PlannedBatch } from './batch-plan';
import { mapSize } from './networks/models';
import { samplesOf, trainingSamples } from './samples';

/** A face of a batch as training gets it, and as it is stored. Pixels 0–255. */
export interface PreviewedSample {
  readonly dataset: string;
  readonly item: MediaItem;
  /** What training takes it for: with permuted labels another's. */
  readonly bonaFide: boolean;
  /** `[size, size, 3]`. */
  readonly stored: Uint8Array;
  readonly image: Uint8Array;
  /** `[mapSize, mapSize]`, nearest 255. */
  readonly storedMap: Uint8Array;
  readonly map: Uint8Array;
}

export interface PreviewedBatch {
  readonly size: number;
  readonly mapSize: number;
  readonly samples: readonly PreviewedSample[];
}

/**
 * The first faces of a batch of the stage that trains first, augmented as they will be: same order, same draws, same code.
 * @param ordinal of the batch, from 0
 * @param ofEach so many bona fide and so many attacks of it
 * @throws AppError `invalid` when the data cannot train this configuration
 */
export function previewBatch(
  sources: readonly PreparedData[],
  config: ExperimentConfig,
  ordinal: number,
  ofEach: number,
): PreviewedBatch {
  const { train, model, augmentation, stage1 } = config;
  const samples = trainingSamples(sources, config);
  const setup: FillSetup = {
    ...{ batchSize: train.batchSize, inputSize: model.inputSize, mapSize, augmentation },
    seed: `${train.seed}/stage-${stage1.enabled ? 1 : 2}`,
    sources: sources.map(({ folder, info: { recipe, samples: rows, rowsPerShard } }) => ({
      folder,
      layout: { recipe, samples: rows, rowsPerShard },
    })),
    samples: packSamples(samples),
  };
  const planned = batchAt(new BatchPlan(samples, setup), ordinal);
  const batch = batchIn(new ArrayBuffer(batchBytes(setup)), setup);
  const filler = new BatchFiller(setup);
  try {
    filler.fill(planned, batch);
  } finally {
    filler.close();
  }
  const records = sources.map((data) => new Map(samplesOf(data, 'train').map((record) => [record.row, record.item])));
  const pixels = 3 * model.inputSize ** 2;
  const shown = [0, 1].flatMap((isAttack) => {
    const first = isAttack === 1 ? Math.ceil(train.batchSize / 2) : 0;
    const end = isAttack === 1 ? train.batchSize : Math.ceil(train.batchSize / 2);
    return Array.from({ length: Math.min(ofEach, end - first) }, (_, i) => first + i);
  });
  return {
    size: model.inputSize,
    mapSize,
    samples: shown.map((place) => {
      const sample = samples[planned.samples[place] ?? -1];
      const data = sample && sources[sample.source];
      const item = sample && records[sample.source]?.get(sample.row);
      if (!data || !item) throw new Error(`the batch has no sample ${place}`);
      const crop = data.crop(sample.row);
      const plain = new Float32Array(pixels);
      plainImage(crop, Math.sqrt(crop.length / 3), plain, model.inputSize);
      return {
        dataset: data.dataset.id,
        item,
        bonaFide: sample.bonaFide,
        stored: bytesOfImage(plain),
        image: bytesOfImage(batch.images.subarray(place * pixels, (place + 1) * pixels)),
        storedMap: sample.depth
          ? (sources[sample.depth.source]?.depth(sample.depth.row) ?? new Uint8Array(mapSize ** 2))
          : new Uint8Array(mapSize ** 2),
        map: Uint8Array.from(batch.maps.subarray(place * mapSize ** 2, (place + 1) * mapSize ** 2), (value) =>
          Math.round(255 * value),
        ),
      };
    }),
  };
}

function batchAt(plan: BatchPlan, ordinal: number): PlannedBatch {
  let planned = plan.next();
  while (planned.ordinal < ordinal) planned = plan.next();
  return planned;
}

/** [−1, 1] → 0–255. */
function bytesOfImage(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round((value + 1) * 127.5))));
}
