import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '@shared/contract/errors';
import { ExperimentConfig } from '@shared/domain/experiment';
import type { BlockFeatures, FeaturePath } from '@shared/domain/network-graph';
import type { CropList } from '@workbench/datasets/prepared-data';
import type { Engine } from '@workbench/engine/engine';
import { readJson } from '@workbench/project/files';
import { plainImage } from './augment';
import { featuresAlong, type PathPart } from './block-features';
import { readCheckpointWeights, readTensors } from './checkpoint';
import { scoreLogits } from './classify';
import { buildModel, mapSize, type Model } from './networks/models';
import {
  applyNetwork,
  createWeights,
  disposeWeights,
  type NamedArrays,
  outputShape,
  type Weights,
} from './networks/network';
import { generateMaps } from './pretrain';
import { checkpointsFolder, epochFile } from './run-files';
import { holdsNetwork, ofRole } from './weight-names';

/** Crops that go through the networks together. */
const predictionBatch = 32;

/** A score taken apart over the places of the backbone's last features; the parts add up to the logit. */
export interface ScoreParts {
  /** Side of the features. */
  readonly side: number;
  /** What each place adds to the logit, `[side, side]`: above 0 towards bona fide. */
  readonly contributions: Float32Array;
  readonly bias: number;
}

/** Trained networks, ready to look at crops. */
export interface PredictorWeights {
  readonly classifier: { readonly encoder: Weights; readonly head: Weights } | null;
  /** Stage 1's generator as stage 1 left it, or the auxiliary depth head; null for presets without depth. */
  readonly depth: { readonly encoder: Weights; readonly decoder: Weights } | null;
}

/** Predicts maps and scores for RGB crops `[side, side, 3]`, 0–255. */
export class Predictor {
  private readonly setup: { readonly engine: Engine; readonly model: Model };

  constructor(
    engine: Engine,
    model: Model,
    private readonly weights: PredictorWeights,
  ) {
    this.setup = { engine, model };
  }

  get hasScore(): boolean {
    return this.weights.classifier !== null;
  }

  get hasDepth(): boolean {
    return this.weights.depth !== null;
  }

  /**
   * P(bona fide) of each crop, `[n]` in [0, 1].
   * @throws AppError `unsupported` when the epoch has no classifier
   */
  async predictScore(crops: CropList): Promise<Float32Array> {
    const { classifier } = this.weights;
    if (!classifier) throw new AppError('unsupported', 'This epoch has no classifier yet: it belongs to stage 1.');
    return this.predict(crops, 1, (images) => tf.sigmoid(scoreLogits(this.setup, classifier, images)));
  }

  /**
   * Mean depth of each crop's map, `[n]` in [0, 1]: the depth score. Maps are not kept, so any number of crops will do.
   * @throws AppError `unsupported` for a preset without depth
   */
  async predictDepthScore(crops: CropList): Promise<Float32Array> {
    const scores = new Float32Array(crops.length);
    for (let first = 0; first < crops.length; first += predictionBatch) {
      const part = { length: Math.min(predictionBatch, crops.length - first), at: (i: number) => crops.at(first + i) };
      scores.set(meanDepths(await this.predictDepth(part)), first);
    }
    return scores;
  }

  /**
   * Depth map of each crop, `[n, 32, 32]` in [0, 1], nearest 1.
   * @throws AppError `unsupported` for a preset without depth
   */
  async predictDepth(crops: CropList): Promise<Float32Array> {
    const { depth } = this.weights;
    if (!depth) throw new AppError('unsupported', 'This run has no depth map: its preset trains the classifier alone.');
    return this.predict(crops, mapSize * mapSize, (images) => generateMaps(this.setup, depth, images, false));
  }

  /**
   * Which places of a crop its score comes from. The head is a mean over places and a linear layer, so the class activation map
   * (Zhou et al. 2016), which Grad-CAM (Selvaraju et al. 2017) equals for such a head, is exact: Σ contributions + bias is the
   * logit.
   * @throws AppError `unsupported` when the epoch has no classifier
   */
  async explainScore(crop: Uint8Array): Promise<ScoreParts> {
    const { classifier } = this.weights;
    if (!classifier) throw new AppError('unsupported', 'This epoch has no classifier yet: it belongs to stage 1.');
    const [side = 1, , channels = 1] = outputShape(this.setup.model.encoder);
    const { kernel, bias } = this.headWeights(classifier.head);
    const contributions = await this.predict([crop], side * side, (images) => {
      const features = applyNetwork(this.setup.model.encoder, classifier.encoder, images, {
        engine: this.setup.engine,
        training: false,
      });
      const places = tf.reshape(features, [side * side, channels]);
      return tf.div(tf.matMul(places as tf.Tensor2D, kernel), side * side);
    });
    return { side, contributions, bias: (await bias.data())[0] ?? 0 };
  }

  /**
   * What each block gives for a crop along a path through the networks.
   * @throws AppError `unsupported` when the run or the epoch has no such network
   */
  async features(crop: Uint8Array, path: FeaturePath): Promise<BlockFeatures[]> {
    const { engine, model } = this.setup;
    const { classifier, depth } = this.weights;
    const [side = 0] = model.encoder.input;
    const values = new Float32Array(side * side * 3);
    plainImage(crop, Math.sqrt(crop.length / 3), values, side);
    const image = tf.tensor4d(values, [1, side, side, 3]);
    try {
      return await featuresAlong(engine, pathThrough(path, model, classifier, depth), image);
    } finally {
      image.dispose();
    }
  }

  private headWeights(head: Weights): { kernel: tf.Tensor2D; bias: tf.Tensor } {
    const named = (end: string) => {
      for (const [name, variable] of head) if (name.endsWith(end)) return variable;
      throw new Error(`the head has no ${end}`);
    };
    return { kernel: named('/kernel') as tf.Tensor2D, bias: named('/bias') };
  }

  private async predict(
    crops: CropList,
    perCrop: number,
    run: (images: tf.Tensor) => tf.Tensor,
  ): Promise<Float32Array> {
    const [side = 0] = this.setup.model.encoder.input;
    const imageLength = side * side * 3;
    const predicted = new Float32Array(crops.length * perCrop);
    for (let first = 0; first < crops.length; first += predictionBatch) {
      const count = Math.min(predictionBatch, crops.length - first);
      const images = new Float32Array(count * imageLength);
      for (let i = 0; i < count; i++) {
        const crop = crops.at(first + i);
        if (!crop) throw new RangeError(`there is no crop ${first + i} of ${crops.length}`);
        plainImage(crop, Math.sqrt(crop.length / 3), images.subarray(i * imageLength, (i + 1) * imageLength), side);
      }
      const values = tf.tidy(() => run(tf.tensor4d(images, [count, side, side, 3])));
      predicted.set(await values.data(), first * perCrop);
      values.dispose();
    }
    return predicted;
  }

  /** Frees the weights; for a predictor that owns them. */
  dispose(): void {
    const { classifier, depth } = this.weights;
    const networks = [classifier?.encoder, classifier?.head, depth?.encoder, depth?.decoder];
    for (const weights of new Set(networks)) if (weights) disposeWeights(weights);
  }
}

function pathThrough(
  path: FeaturePath,
  model: Model,
  classifier: PredictorWeights['classifier'],
  depth: PredictorWeights['depth'],
): PathPart[] {
  if (path === 'classifier') {
    if (!classifier) throw new AppError('unsupported', 'This epoch has no classifier yet: it belongs to stage 1.');
    return [
      { part: 'encoder', network: model.encoder, weights: classifier.encoder },
      { part: 'head', network: model.head, weights: classifier.head },
    ];
  }
  if (!depth) throw new AppError('unsupported', 'This run has no depth map: its preset trains the classifier alone.');
  return [
    { part: 'encoder', network: model.encoder, weights: depth.encoder },
    { part: 'decoder', network: model.decoder, weights: depth.decoder },
  ];
}

/** Mean of each map: the depth score. `[n, 32, 32]` → `[n]`. */
export function meanDepths(maps: Float32Array): Float32Array {
  const pixels = mapSize * mapSize;
  return Float32Array.from({ length: maps.length / pixels }, (_, map) => {
    let sum = 0;
    for (let i = map * pixels; i < (map + 1) * pixels; i++) sum += maps[i] ?? 0;
    return sum / pixels;
  });
}

/** A predictor that owns its weights, from what a checkpoint or an epoch file holds. */
export function predictorFrom(engine: Engine, model: Model, values: NamedArrays): Predictor {
  const classifier = ofRole('classifier', values);
  const generator = ofRole('generator', values);
  const depth = [generator, classifier].find((held) => holdsNetwork(model.decoder.name, held)) ?? null;
  return new Predictor(engine, model, {
    classifier: holdsNetwork(model.head.name, classifier)
      ? { encoder: createWeights(model.encoder, classifier), head: createWeights(model.head, classifier) }
      : null,
    depth: depth && { encoder: createWeights(model.encoder, depth), decoder: createWeights(model.decoder, depth) },
  });
}

/**
 * A run's networks at its last or best checkpoint, or its depth at one epoch of the stage that trains depth. Frees nothing
 * by itself: call `dispose`.
 * @throws AppError `not-found` when there is no such epoch or checkpoint (yet)
 */
export async function loadPredictor(
  jobFolder: string,
  epoch: number | 'last' | 'best',
  engine: Engine,
): Promise<Predictor> {
  const config = await readJson(join(jobFolder, 'config.json'), ExperimentConfig, 'configuration');
  const values =
    typeof epoch === 'number'
      ? await readTensors(epochFile(jobFolder, epoch))
      : await readCheckpointWeights(checkpointsFolder(jobFolder), epoch);
  if (!values) throw new AppError('not-found', `${jobFolder} has no ${epoch} checkpoint yet.`, { folder: jobFolder });
  return predictorFrom(engine, buildModel(config.model), values);
}
