import type { Activation } from '@workbench/engine/engine';

/** Height, width, channels of one image's features; `[c]` once they are pooled. The batch is not part of a shape. */
export type Shape = readonly number[];

/** What a person sets of each kind of layer. Padding is always `same`. */
interface LayerSettings {
  /** k×k convolution. Without bias where a normalization follows. */
  readonly conv: { name: string; filters: number; kernel: number; stride: number; bias: boolean };
  /** k×k convolution of each channel by itself, no bias. */
  readonly depthwise: { name: string; kernel: number; stride: number };
  /** Batch normalisation and the activation after it, one fused operation in training. */
  readonly normalization: { name: string; activation: Activation };
  readonly activation: { activation: Exclude<Activation, 'none'> | 'sigmoid' };
  /** Layers one after the other, their weights under one name. */
  readonly sequence: { name: string; layers: readonly Layer[] };
  /** x + layers(x); the layers keep the shape. */
  readonly residual: { name: string; layers: readonly Layer[] };
  /** Nearest neighbour, twice the height and width. */
  readonly upsample: object;
  /** `upsample` and a k×k convolution after it in one operation, no bias. */
  readonly 'upsampled-conv': { name: string; filters: number; kernel: number };
  /** Mean over height and width: `[h, w, c]` → `[c]`. */
  readonly 'global-pool': object;
  /** Zeroes that share of the features in training and scales the others up, so that the mean stays. */
  readonly dropout: { rate: number };
  /** `[c]` → `[units]`, with bias. */
  readonly dense: { name: string; units: number };
}

export type LayerKind = keyof LayerSettings;

/** A layer as a plain object: what the picture, the count and the checkpoint names are made from. */
export type Layer<K extends LayerKind = LayerKind> = { [P in K]: { readonly kind: P } & Readonly<LayerSettings[P]> }[K];

/** What a layer of a network is called: its name, or its kind and place for one without weights. */
export const layerKey = (layer: Layer, place: number): string =>
  'name' in layer ? layer.name : `${layer.kind}-${place}`;

/** A model: a list of layers with the shape it takes. Its name starts the names of its weights. */
export interface Network {
  readonly name: string;
  readonly input: Shape;
  readonly layers: readonly Layer[];
}

/** Convolution, normalisation and activation. */
export function convBlock(
  name: string,
  filters: number,
  { kernel = 3, stride = 1, activation = 'relu' }: { kernel?: number; stride?: number; activation?: Activation } = {},
): Layer {
  return {
    kind: 'sequence',
    name,
    layers: [
      { kind: 'conv', name: 'conv', filters, kernel, stride, bias: false },
      { kind: 'normalization', name: 'norm', activation },
    ],
  };
}

/** Twice the height and width, then convolution, normalisation and activation. */
export function upBlock(name: string, filters: number): Layer {
  return {
    kind: 'sequence',
    name,
    layers: [
      { kind: 'upsampled-conv', name: 'conv', filters, kernel: 3 },
      { kind: 'normalization', name: 'norm', activation: 'relu' },
    ],
  };
}

/** Plain residual block (He et al. 2016) in its bottleneck form: 1×1 to half the channels, 3×3, 1×1 back. */
export function bottleneckBlock(name: string, filters: number): Layer {
  const inner = Math.max(4, filters / 2);
  return {
    kind: 'residual',
    name,
    layers: [
      convBlock('reduce', inner, { kernel: 1 }),
      convBlock('spatial', inner),
      convBlock('expand', filters, { kernel: 1, activation: 'none' }),
    ],
  };
}

/** Inverted residual block (Sandler et al. 2018): 1×1 up, 3×3 depthwise, linear 1×1 down; x is added where shapes agree. */
export function invertedResidualBlock(
  name: string,
  inputFilters: number,
  filters: number,
  stride: number,
  expansion: number,
): Layer {
  const layers: Layer[] = [
    convBlock('expand', inputFilters * expansion, { kernel: 1, activation: 'relu6' }),
    { kind: 'depthwise', name: 'depthwise', kernel: 3, stride },
    { kind: 'normalization', name: 'depthwise-norm', activation: 'relu6' },
    convBlock('project', filters, { kernel: 1, activation: 'none' }),
  ];
  return { kind: stride === 1 && inputFilters === filters ? 'residual' : 'sequence', name, layers };
}
