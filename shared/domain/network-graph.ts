import { z } from '@shared/zod';

const Shape = z.array(z.int().positive());

/** A layer of a network in words, with what it costs. */
export const GraphLayer = z.strictObject({
  /** Empty for layers without weights. */
  name: z.string(),
  /** `3×3 convolution, stride 2`, `batch normalisation, relu`… */
  words: z.string(),
  /** One image's: `[h, w, c]`, or `[c]` once it is pooled. */
  output: Shape,
  /** Trainable ones. */
  parameters: z.int().nonnegative(),
  /** Of one image. */
  multiplyAdds: z.int().nonnegative(),
});
export type GraphLayer = z.infer<typeof GraphLayer>;

/** A block as the network's definition groups its layers. */
export const GraphBlock = GraphLayer.extend({
  /** Its name, or its kind and place where it has none: what features are found by. */
  key: z.string(),
  /** Its input is added to its output. */
  residual: z.boolean(),
  layers: z.array(GraphLayer),
});
export type GraphBlock = z.infer<typeof GraphBlock>;

export const GraphPart = z.strictObject({
  name: z.enum(['encoder', 'decoder', 'head', 'discriminator']),
  input: Shape,
  blocks: z.array(GraphBlock),
  parameters: z.int().nonnegative(),
  multiplyAdds: z.int().nonnegative(),
});
export type GraphPart = z.infer<typeof GraphPart>;

/** The networks of a run. Generator = encoder and decoder; classifier = a copy of the encoder and the head. */
export const NetworkGraph = z.strictObject({ parts: z.array(GraphPart) });
export type NetworkGraph = z.infer<typeof NetworkGraph>;

/** A way through the networks that features are looked at along. */
export const FeaturePath = z.enum(['classifier', 'generator']);
export type FeaturePath = z.infer<typeof FeaturePath>;

/** Which parts a path goes through, in order. */
export const partsOfPath: Readonly<Record<FeaturePath, readonly GraphPart['name'][]>> = {
  classifier: ['encoder', 'head'],
  generator: ['encoder', 'decoder'],
};

/** What a block gave for one crop. */
export const BlockFeatures = z.strictObject({
  part: GraphPart.shape.name,
  block: z.string(),
  /** Height and width of the features. */
  side: z.int().positive(),
  channels: z.int().positive(),
  /** Mean of abs(feature) over the channels, `[side, side]`. */
  energy: z.instanceof(Float32Array),
  /** Channels whose features vary most over the crop, most first. */
  strongest: z.array(z.int().nonnegative()),
  /** Their features, `[strongest, side, side]`. */
  maps: z.instanceof(Float32Array),
});
export type BlockFeatures = z.infer<typeof BlockFeatures>;

/** Channels that are kept of each block. */
export const shownChannels = 12;
