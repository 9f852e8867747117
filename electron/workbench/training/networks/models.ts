import type { ExperimentConfig } from '@shared/domain/experiment';
import { bottleneckBlock, convBlock, invertedResidualBlock, type Layer, type Network, upBlock } from './layers';
import { multiplyAdds, outputShape, parameterCount } from './network';

/** Side of the pseudo-depth map. */
export const mapSize = 32;

/** AENet on CelebA-Spoof, which the paper's "15.8 times fewer parameters" most likely refers to. */
export const aenetParameters = 11_224_698;

export type ModelConfig = ExperimentConfig['model'];

/** The networks of a run. Generator = encoder, then decoder; classifier = a copy of the encoder, then head. */
export interface Model {
  readonly encoder: Network;
  /** Features → map `[32, 32, 1]` in [0, 1]. */
  readonly decoder: Network;
  /** Features → logit `[1]`; P(bona fide) is its sigmoid. */
  readonly head: Network;
  /** RGB at map size and map, `[32, 32, 4]` → patch logits `[8, 8, 1]`. */
  readonly discriminator: Network;
}

/** Channels scaled by the width multiplier: a multiple of 8, so that SIMD lanes are full. */
function scaled(channels: number, width: number): number {
  return Math.max(8, Math.round((channels * width) / 8) * 8);
}

/** Backbones by name: input `[s, s, 3]` → features `[8, 8, c]`. */
const encoders: Readonly<Record<ModelConfig['backbone'], (model: ModelConfig) => Layer[]>> = {
  residual: ({ width, inputSize }) => [
    ...stem(inputSize, width),
    convBlock('down2', scaled(48, width), { stride: 2 }),
    bottleneckBlock('block2', scaled(48, width)),
    convBlock('down3', scaled(96, width), { stride: 2 }),
    bottleneckBlock('block3a', scaled(96, width)),
    bottleneckBlock('block3b', scaled(96, width)),
  ],
  mobile: ({ width, inputSize }) => {
    const [narrow, middle, wide] = [scaled(24, width), scaled(32, width), scaled(64, width)];
    return [
      ...stem(inputSize, width),
      invertedResidualBlock('block2a', scaled(24, width), middle, 2, 4),
      invertedResidualBlock('block2b', middle, middle, 1, 4),
      invertedResidualBlock('block3a', middle, wide, 2, 4),
      invertedResidualBlock('block3b', wide, wide, 1, 4),
      convBlock('mix', 4 * narrow, { kernel: 1 }),
    ];
  },
};

/** Input → `[32, 32, c]`: one halving at 64 px, two at 128 px, so that what follows costs the same. */
function stem(inputSize: ModelConfig['inputSize'], width: number): Layer[] {
  const first = convBlock('stem', scaled(inputSize === 64 ? 24 : 16, width), { stride: 2 });
  return inputSize === 64 ? [first] : [first, convBlock('down1', scaled(24, width), { stride: 2 })];
}

/** The networks of a configuration. */
export function buildModel(model: ModelConfig, dropout = 0): Model {
  const encoder: Network = {
    name: 'encoder',
    input: [model.inputSize, model.inputSize, 3],
    layers: encoders[model.backbone](model),
  };
  const features = outputShape(encoder);
  const decoder: Network = {
    name: 'decoder',
    input: features,
    layers: [
      convBlock('reduce', scaled(32, model.width), { kernel: 1 }),
      upBlock('up1', scaled(32, model.width)),
      upBlock('up2', scaled(16, model.width)),
      { kind: 'conv', name: 'map', filters: 1, kernel: 3, stride: 1, bias: true },
      { kind: 'activation', activation: 'sigmoid' },
    ],
  };
  const head: Network = {
    name: 'head',
    input: features,
    layers: [{ kind: 'global-pool' }, { kind: 'dropout', rate: dropout }, { kind: 'dense', name: 'score', units: 1 }],
  };
  return { encoder, decoder, head, discriminator: buildDiscriminator(model.width) };
}

/** Patch discriminator (Isola et al. 2017) without normalisation: it sees whether (RGB, map) pairs are real, 4 px by 4 px. */
function buildDiscriminator(width: number): Network {
  return {
    name: 'discriminator',
    input: [mapSize, mapSize, 4],
    layers: [
      { kind: 'conv', name: 'down1', filters: scaled(24, width), kernel: 4, stride: 2, bias: true },
      { kind: 'activation', activation: 'leaky-relu' },
      { kind: 'conv', name: 'down2', filters: scaled(48, width), kernel: 4, stride: 2, bias: true },
      { kind: 'activation', activation: 'leaky-relu' },
      { kind: 'conv', name: 'patch', filters: 1, kernel: 3, stride: 1, bias: true },
    ],
  };
}

export interface ParameterCounts {
  readonly backbone: number;
  readonly head: number;
  /** Backbone and head: what runs at inference to give `score`. */
  readonly total: number;
  readonly generator: number;
  readonly discriminator: number;
  /** Multiply-adds of one score. */
  readonly multiplyAdds: number;
  /** How many times fewer parameters than AENet's 11,224,698. */
  readonly timesFewerThanAenet: number;
}

/** Trainable parameters of a model configuration; needs no engine. */
export function countParameters(model: ModelConfig): ParameterCounts {
  const { encoder, decoder, head, discriminator } = buildModel(model);
  const backbone = parameterCount(encoder);
  const headCount = parameterCount(head);
  const total = backbone + headCount;
  return {
    backbone,
    head: headCount,
    total,
    generator: backbone + parameterCount(decoder),
    discriminator: parameterCount(discriminator),
    multiplyAdds: multiplyAdds(encoder) + multiplyAdds(head),
    timesFewerThanAenet: aenetParameters / total,
  };
}
