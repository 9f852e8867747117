import type { GraphBlock, GraphLayer, GraphPart, NetworkGraph } from '@shared/domain/network-graph';
import { type Layer, layerKey, type LayerKind, type Network, type Shape } from './layers';
import type { Model } from './models';
import { multiplyAdds, parameterCount } from './network';
import { multiplyAddsOf, outputShapeOf, weightsOf } from './registry';

const strideWords = (stride: number) => (stride === 1 ? '' : `, stride ${stride}`);

/** What a layer does, in words. */
const words: { readonly [K in LayerKind]: (layer: Layer<K>) => string } = {
  conv: ({ kernel, stride }) => `${kernel}×${kernel} convolution${strideWords(stride)}`,
  depthwise: ({ kernel, stride }) => `${kernel}×${kernel} depthwise convolution${strideWords(stride)}`,
  normalization: ({ activation }) => `batch normalisation${activation === 'none' ? '' : `, ${activation}`}`,
  activation: ({ activation }) => activation,
  sequence: ({ layers }) => layers.map(wordsOf).join(', '),
  residual: ({ layers }) => `${layers.map(wordsOf).join(', ')}, plus its input`,
  upsample: () => 'twice the size, nearest neighbour',
  'upsampled-conv': ({ kernel }) => `twice the size, ${kernel}×${kernel} convolution`,
  'global-pool': () => 'mean over all places',
  dropout: ({ rate }) => `dropout ${rate}`,
  dense: ({ units }) => `dense, ${units} ${units === 1 ? 'unit' : 'units'}`,
};

function wordsOf<K extends LayerKind>(layer: Layer<K>): string {
  return words[layer.kind](layer);
}

/** Shapes, parameters and multiply-adds of a run's networks, block by block; needs no engine. */
export function describeModel(model: Model): NetworkGraph {
  return {
    parts: [
      describePart('encoder', model.encoder),
      describePart('decoder', model.decoder),
      describePart('head', model.head),
      describePart('discriminator', model.discriminator),
    ],
  };
}

function describePart(name: GraphPart['name'], network: Network): GraphPart {
  return {
    name,
    input: [...network.input],
    blocks: alongShapes(network.layers, network.input, describeBlock),
    parameters: parameterCount(network),
    multiplyAdds: multiplyAdds(network),
  };
}

function describeBlock(layer: Layer, input: Shape, place: number): GraphBlock {
  const inner = ('layers' in layer ? layer.layers : []).flatMap(flatten);
  return {
    ...describeLayer(layer, input),
    key: layerKey(layer, place),
    words: blockWords(inner) ?? wordsOf(layer),
    residual: layer.kind === 'residual',
    layers: alongShapes(inner, input, describeLayer),
  };
}

/** Of a block with several convolutions: their kernels in order. */
function blockWords(layers: readonly Layer[]): string | null {
  const kernels = layers.flatMap((layer) =>
    layer.kind === 'conv'
      ? `${layer.kernel}×${layer.kernel}${layer.stride === 1 ? '' : ` ÷${layer.stride}`}`
      : layer.kind === 'depthwise'
        ? `${layer.kernel}×${layer.kernel} depthwise${layer.stride === 1 ? '' : ` ÷${layer.stride}`}`
        : [],
  );
  return kernels.length < 2 ? null : `convolutions ${kernels.join(' → ')}`;
}

/** Layers of a block in a row, whatever sequences they are grouped in. */
function flatten(layer: Layer): readonly Layer[] {
  return layer.kind === 'sequence' ? layer.layers.flatMap(flatten) : [layer];
}

function describeLayer(layer: Layer, input: Shape): GraphLayer {
  return {
    name: 'name' in layer ? layer.name : '',
    words: wordsOf(layer),
    output: [...outputShapeOf([layer], input)],
    parameters: weightsOf([layer], input, '')
      .filter(({ trainable }) => trainable)
      .reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0),
    multiplyAdds: multiplyAddsOf([layer], input),
  };
}

/** Each layer with the shape that it takes. */
function alongShapes<T>(
  layers: readonly Layer[],
  input: Shape,
  describe: (layer: Layer, shape: Shape, place: number) => T,
): T[] {
  let shape = input;
  return layers.map((layer, place) => {
    const described = describe(layer, shape, place);
    shape = outputShapeOf([layer], shape);
    return described;
  });
}
