import { convBlock, invertedResidualBlock, type Layer, type Network } from '../networks/layers';

/**
 * `mob`, a MobileNetV2-like classifier of two classes with some 575,000 parameters: the reference that speeds of other
 * libraries are known for.
 * @param size side of the square images, a multiple of 32
 */
export function mobileReference(size: number): Network {
  const stages = [
    { expansion: 6, filters: 24, blocks: 2, stride: 2 },
    { expansion: 6, filters: 32, blocks: 3, stride: 2 },
    { expansion: 6, filters: 64, blocks: 4, stride: 2 },
    { expansion: 6, filters: 96, blocks: 3, stride: 1 },
  ];
  const layers: Layer[] = [
    convBlock('stem', 32, { stride: 2, activation: 'relu6' }),
    { kind: 'depthwise', name: 'first', kernel: 3, stride: 1 },
    { kind: 'normalization', name: 'first-norm', activation: 'relu6' },
    convBlock('first-project', 16, { kernel: 1, activation: 'none' }),
  ];
  let inputs = 16;
  stages.forEach(({ expansion, filters, blocks, stride }, stage) => {
    for (let block = 0; block < blocks; block++) {
      layers.push(
        invertedResidualBlock(`block${stage}-${block}`, inputs, filters, block === 0 ? stride : 1, expansion),
      );
      inputs = filters;
    }
  });
  layers.push(
    convBlock('mix', 320, { kernel: 1, activation: 'relu6' }),
    { kind: 'global-pool' },
    { kind: 'dense', name: 'score', units: 2 },
  );
  return { name: 'mob', input: [size, size, 3], layers };
}
