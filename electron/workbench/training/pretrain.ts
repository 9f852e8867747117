import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { ScalarName } from '@shared/domain/job';
import type { Engine, Optimizer } from '@workbench/engine/engine';
import { adversarialLosses } from './losses/adversarial';
import { contrastiveDepth, depthL1 } from './losses/depth';
import { mapSize, type Model } from './networks/models';
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
import { type BatchTensors, gradientsOf, type Gradients, readScalars } from './tensors';

/** Weights of stage 1. The discriminator is null when stage 1 trains by L1 alone. */
export interface PretrainingWeights {
  readonly encoder: Weights;
  readonly decoder: Weights;
  readonly discriminator: Weights | null;
}

interface Setup {
  readonly engine: Engine;
  readonly model: Model;
  readonly config: ExperimentConfig['stage1'];
}

/** The generator's map of images, `[n, s, s, 3]` → `[n, 32, 32, 1]` in [0, 1]. */
export function generateMaps(
  { engine, model }: Pick<Setup, 'engine' | 'model'>,
  { encoder, decoder }: Pick<PretrainingWeights, 'encoder' | 'decoder'>,
  images: Tensor,
  training: boolean,
  statistics?: ObservedStatistics[],
): Tensor4D {
  const options = { engine, training, statistics };
  const features = applyNetwork(model.encoder, encoder, images, options);
  return applyNetwork(model.decoder, decoder, features, options) as Tensor4D;
}

/** Patch logits of (image, map) pairs; the image is averaged down to the map's size. */
function judge({ engine, model }: Setup, discriminator: Weights, images: Tensor4D, maps: Tensor4D): Tensor {
  const factor = images.shape[1] / mapSize;
  const small = factor === 1 ? images : tf.avgPool(images, factor, factor, 'valid');
  return applyNetwork(model.discriminator, discriminator, tf.concat([small, maps], 3), { engine, training: true });
}

export interface GeneratorPass extends Gradients {
  readonly l1: Scalar;
  /** The maps of this pass, for the discriminator's turn; the caller frees them. */
  readonly maps: Tensor4D;
  readonly statistics: readonly ObservedStatistics[];
}

/** L_G = λ_adv·L_adv + λ₁·L1(G(x), d) + λ_c·CDL(G(x), d), and its gradient by the generator's weights. */
export function generatorPass(setup: Setup, weights: PretrainingWeights, batch: BatchTensors): GeneratorPass {
  const { config } = setup;
  const kept: { maps: Tensor4D | null; l1: Scalar | null } = { maps: null, l1: null };
  const statistics: ObservedStatistics[] = [];
  const { loss, gradients } = gradientsOf(trainableWeights(weights.encoder, weights.decoder), () => {
    const maps = generateMaps(setup, weights, batch.images, true, statistics);
    kept.maps = tf.keep(maps);
    const l1 = depthL1(maps, batch.maps);
    kept.l1 = tf.keep(l1);
    let total: Scalar = tf.mul(l1, config.l1Weight);
    if (config.contrastiveWeight > 0)
      total = tf.add(total, tf.mul(contrastiveDepth(maps, batch.maps), config.contrastiveWeight));
    if (weights.discriminator) {
      const fooled = adversarialLosses[config.adversarialLoss].generator(
        judge(setup, weights.discriminator, batch.images, maps),
      );
      total = tf.add(total, tf.mul(fooled, config.adversarialWeight));
    }
    return total;
  });
  if (!kept.l1 || !kept.maps) throw new Error('the generator drew no maps');
  return { loss, gradients, l1: kept.l1, maps: kept.maps, statistics };
}

/** L_D on real pairs and on the generator's maps as they stand, and its gradient by the discriminator's weights. */
function discriminatorPass(setup: Setup, discriminator: Weights, batch: BatchTensors, fake: Tensor4D): Gradients {
  const { config } = setup;
  return gradientsOf(trainableWeights(discriminator), () =>
    adversarialLosses[config.adversarialLoss].discriminator(
      judge(setup, discriminator, batch.images, batch.maps),
      judge(setup, discriminator, batch.images, fake),
      1 - config.labelSmoothing,
    ),
  );
}

/** Stage 1: the generator learns to paint pseudo-depth, against the discriminator where there is one. */
export class Pretraining implements Stage {
  readonly weights: PretrainingWeights;
  readonly optimizers: Record<string, Optimizer>;
  private readonly generatorOptimizer: Optimizer;
  private readonly discriminatorOptimizer: Optimizer | null;

  constructor(
    private readonly setup: Setup,
    values: NamedArrays,
  ) {
    const { engine, model, config } = setup;
    this.weights = {
      encoder: createWeights(model.encoder, values),
      decoder: createWeights(model.decoder, values),
      discriminator: config.adversarial ? createWeights(model.discriminator, values) : null,
    };
    this.generatorOptimizer = engine.createAdam({
      learningRate: config.learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    });
    // Half the usual momentum keeps the two players from circling each other (Radford et al. 2016).
    this.discriminatorOptimizer = config.adversarial
      ? engine.createAdam({ learningRate: config.discriminatorLearningRate, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 })
      : null;
    this.optimizers = {
      generator: this.generatorOptimizer,
      ...(this.discriminatorOptimizer ? { discriminator: this.discriminatorOptimizer } : {}),
    };
  }

  async step(batch: BatchTensors, factor: number): Promise<StepValues> {
    const { config } = this.setup;
    const { encoder, decoder, discriminator } = this.weights;
    const generator = generatorPass(this.setup, this.weights, batch);
    const scalars: Partial<Record<ScalarName, Scalar>> = { 'generator-loss': generator.loss, 'depth-l1': generator.l1 };
    if (discriminator && this.discriminatorOptimizer) {
      const judged = discriminatorPass(this.setup, discriminator, batch, generator.maps);
      this.discriminatorOptimizer.learningRate = config.discriminatorLearningRate * factor;
      this.discriminatorOptimizer.apply(trainableWeights(discriminator), judged.gradients);
      tf.dispose(judged.gradients);
      scalars['discriminator-loss'] = judged.loss;
    }
    this.generatorOptimizer.learningRate = config.learningRate * factor;
    this.generatorOptimizer.apply(trainableWeights(encoder, decoder), generator.gradients);
    updateRunningStatistics(generator.statistics, encoder, decoder);
    tf.dispose(generator.gradients);
    generator.maps.dispose();
    return readScalars(scalars);
  }

  allWeights(): Record<string, Weights> {
    const { encoder, decoder, discriminator } = this.weights;
    return { encoder, decoder, ...(discriminator ? { discriminator } : {}) };
  }

  dispose(): void {
    for (const weights of Object.values(this.allWeights())) disposeWeights(weights);
    for (const optimizer of Object.values(this.optimizers)) optimizer.dispose();
  }
}
