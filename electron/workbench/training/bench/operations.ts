import type { Layer, Network, Shape } from '../networks/layers';
import { multiplyAddsOf, outputShapeOf } from '../networks/registry';

/** Of a 3×3 filter's 36 products over four upsampled pixels, 16 remain when equal ones are taken together. */
const upsampledShare = 16 / 36;

/**
 * Floating-point operations of one image's forward pass, 2 a multiply-add: what must be computed, without the products that
 * a convolution of an upsampled image would repeat.
 */
export function forwardOperations(networks: readonly Network[]): number {
  return networks.reduce((sum, { layers, input }) => sum + 2 * necessary(layers, input), 0);
}

function necessary(layers: readonly Layer[], input: Shape): number {
  let shape = input;
  return layers.reduce((sum, layer) => {
    const here =
      layer.kind === 'sequence' || layer.kind === 'residual'
        ? necessary(layer.layers, shape)
        : multiplyAddsOf([layer], shape) * (layer.kind === 'upsampled-conv' ? upsampledShare : 1);
    shape = outputShapeOf([layer], shape);
    return sum + here;
  }, 0);
}
