import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { Random } from '@shared/random';
import type { Engine, Optimizer } from '@workbench/engine/engine';
import { binaryCrossEntropy } from './losses/classification';
import { depthL1 } from './losses/depth';
import type { Model } from './networks/models';
import {
  applyNetwork,
  createWeights,
  disposeWeights,
  type NamedArrays,
  trainableWeights,
  updateRunningStatistics,
  type Weights,
} from './networks/network';
import type { ObservedStatistics } from './networks/registry';
import type { Stage, StepValues } from './stage';
import { type BatchTensors, gradientsOf, kept, readScalars } from './tensors';

interface Setup {
  readonly engine: Engine;
  readonly model: Model;
  readonly config: ExperimentConfig['stage2'];
  /** Draws dropout masks; its state is part of a checkpoint. */
  readonly dropout: Random;
}

/** Logits `[n, 1]` of images `[n, s, s, 3]`, running statistics, no dropout. */
export function scoreLogits(
  { engine, model }: { engine: Engine; model: Model },
  { encoder, head }: { encoder: Weights; head: Weights },
  images: Tensor,
): Tensor {
  const options = { engine, training: false };
  return applyNetwork(model.head, head, applyNetwork(model.encoder, encoder, images, options), options);
}

/** Stage 2: the classifier on a copy of the generator's encoder (or a random start), with an auxiliary depth head where asked. */
export class Classification implements Stage {
  readonly encoder: Weights;
  readonly head: Weights;
  /** The auxiliary depth head, or null. */
  readonly decoder: Weights | null;
  readonly optimizers: Record<string, Optimizer>;
  private readonly headOptimizer: Optimizer;
  private readonly backboneOptimizer: Optimizer | null;

  /** `values` holds the starting encoder, head and decoder: for `fine-tuned` and `frozen` the encoder as stage 1 left it. */
  constructor(
    private readonly setup: Setup,
    values: NamedArrays,
  ) {
    const { engine, model, config } = setup;
    this.encoder = createWeights(model.encoder, values);
    this.head = createWeights(model.head, values);
    this.decoder = config.auxiliaryDepthWeight > 0 ? createWeights(model.decoder, values) : null;
    const adam = { learningRate: config.learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    this.headOptimizer = engine.createAdam(adam);
    this.backboneOptimizer = config.backbone === 'frozen' ? null : engine.createAdam(adam);
    this.optimizers = {
      head: this.headOptimizer,
      ...(this.backboneOptimizer ? { backbone: this.backboneOptimizer } : {}),
    };
  }

  async step(batch: BatchTensors, factor: number): Promise<StepValues> {
    const { config } = this.setup;
    const backbone = this.backboneOptimizer ? trainableWeights(this.encoder) : {};
    const heads = trainableWeights(this.head, ...(this.decoder ? [this.decoder] : []));
    const statistics: ObservedStatistics[] = [];
    const terms: { depth: Scalar | null; classification: Scalar | null } = { depth: null, classification: null };
    const { loss, gradients } = gradientsOf({ ...backbone, ...heads }, () => this.loss(batch, statistics, terms));

    this.headOptimizer.learningRate = config.learningRate * factor;
    this.headOptimizer.apply(heads, gradients);
    if (this.backboneOptimizer) {
      this.backboneOptimizer.learningRate = config.learningRate * config.backboneLearningRate * factor;
      this.backboneOptimizer.apply(backbone, gradients);
    }
    updateRunningStatistics(statistics, this.encoder, ...(this.decoder ? [this.decoder] : []));
    tf.dispose(gradients);
    if (!this.decoder) return readScalars({ 'classifier-loss': loss });
    loss.dispose();
    return readScalars({ 'classifier-loss': kept(terms.classification), 'depth-l1': kept(terms.depth) });
  }

  private loss(
    batch: BatchTensors,
    statistics: ObservedStatistics[],
    terms: { depth: Scalar | null; classification: Scalar | null },
  ): Scalar {
    const { engine, model, config, dropout } = this.setup;
    // A frozen backbone is a fixed function: running statistics, and none are taken in.
    const features = applyNetwork(model.encoder, this.encoder, batch.images, {
      engine,
      training: this.backboneOptimizer !== null,
      statistics,
    });
    const logits = applyNetwork(model.head, this.head, features, { engine, training: true, random: dropout });
    const classification = binaryCrossEntropy(logits, batch.labels);
    if (!this.decoder) return classification;
    terms.classification = tf.keep(classification);
    const maps = applyNetwork(model.decoder, this.decoder, features, { engine, training: true, statistics });
    const depth = depthL1(maps as Tensor4D, batch.maps);
    terms.depth = tf.keep(depth);
    return tf.add(classification, tf.mul(depth, config.auxiliaryDepthWeight));
  }

  allWeights(): Record<string, Weights> {
    return { encoder: this.encoder, head: this.head, ...(this.decoder ? { decoder: this.decoder } : {}) };
  }

  dispose(): void {
    for (const weights of Object.values(this.allWeights())) disposeWeights(weights);
    for (const optimizer of Object.values(this.optimizers)) optimizer.dispose();
  }
}
