import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { fusedKernels, upsampledConvolutionShape } from '../fused-operations';
import { inputOf, numberAttribute, shape4 } from '../kernel-attributes';
import { chunked } from './chunks';
import { convolutionFilterGradient, convolutionForward, convolutionInputGradient } from './convolutions';
import type { Gpu, UniformValue } from './gpu';
import * as batchNorm from './shaders/batch-norm';
import { groupsFor } from './shaders/shader';
import { expandFilter, foldFilter, upsample, upsampleGradient } from './shaders/upsampling';
import { replaceKernel } from './tensor-kernels';

/** The engine's own operations on the graphics device; their gradients are the other engines', see `fused-operations.ts`. */
export function registerFusedKernels(gpu: Gpu): void {
  replaceKernel(fusedKernels.normalize, ({ inputs, attrs = {} }) => normalizeBatch(gpu, inputs, attrs));
  replaceKernel(fusedKernels.normalizeGradient, ({ inputs, attrs = {} }) => normalizeGradient(gpu, inputs, attrs));
  replaceKernel(fusedKernels.upsample, ({ inputs }) => {
    const x = inputOf(inputs, 'x');
    const [n, h, w, c] = shape4(x.shape);
    const y = gpu.output([n, 2 * h, 2 * w, c]);
    const elements = sizeOf(y);
    gpu.dispatch(upsample, [x, y], [elements, c, 2 * w, 2 * h], groupsFor(elements));
    return y;
  });
  replaceKernel(fusedKernels.upsampleGradient, ({ inputs }) => {
    const dy = inputOf(inputs, 'dy');
    const [n, h, w, c] = shape4(dy.shape);
    const dx = gpu.output([n, h / 2, w / 2, c]);
    const elements = sizeOf(dx);
    gpu.dispatch(upsampleGradient, [dy, dx], [elements, c, w / 2, h / 2], groupsFor(elements));
    return dx;
  });
  replaceKernel(fusedKernels.upsampledConvolution, ({ inputs }) => {
    const [x, filter] = [inputOf(inputs, 'x'), inputOf(inputs, 'filter')];
    const expanded = expand(gpu, filter);
    const output = convolutionInputGradient(gpu, shapeOf(x, filter), x, expanded);
    gpu.disposeData(expanded.dataId);
    return output;
  });
  replaceKernel(fusedKernels.upsampledConvolutionGradient, ({ inputs }) => {
    const [x, filter, dy] = [inputOf(inputs, 'x'), inputOf(inputs, 'filter'), inputOf(inputs, 'dy')];
    const shape = shapeOf(x, filter);
    const expanded = expand(gpu, filter);
    const inputGradient = convolutionForward(gpu, shape, dy, expanded);
    const expandedGradient = convolutionFilterGradient(gpu, shape, dy, x);
    const filterGradient = gpu.output(filter.shape);
    const [, , i, o] = shape4(filter.shape);
    const elements = sizeOf(filter);
    gpu.dispatch(foldFilter, [expandedGradient, filterGradient], [elements, i, o], groupsFor(elements));
    for (const { dataId } of [expanded, expandedGradient]) gpu.disposeData(dataId);
    return [inputGradient, filterGradient];
  });
}

type Inputs = Parameters<typeof inputOf>[0];

function normalizeBatch(gpu: Gpu, inputs: Inputs, attributes: NamedAttrMap): TensorInfo[] {
  const x = inputOf(inputs, 'x');
  const { rows, channels } = rowsOf(x);
  const { chunks, chunkRows } = chunked(rows);
  const moments = gpu.output([2, chunks, channels]);
  const parts = chunks * channels;
  gpu.dispatch(batchNorm.chunkMoments, [x, moments], [parts, channels, rows, chunkRows], groupsFor(parts));
  const [mean, variance, y] = [gpu.output([channels]), gpu.output([channels]), gpu.output(x.shape)];
  const joined = [moments, mean, variance];
  gpu.dispatch(batchNorm.joinMoments, joined, [channels, chunks, rows, chunkRows], groupsFor(channels));
  const { epsilon, slope, limit } = activationOf(attributes);
  const tensors = [x, mean, variance, inputOf(inputs, 'scale'), inputOf(inputs, 'offset'), y];
  gpu.dispatch(batchNorm.normalize, tensors, [sizeOf(x), channels, epsilon, slope, limit], groupsFor(sizeOf(x)));
  gpu.disposeData(moments.dataId);
  return [y, mean, variance];
}

function normalizeGradient(gpu: Gpu, inputs: Inputs, attributes: NamedAttrMap): TensorInfo[] {
  const [x, dy] = [inputOf(inputs, 'x'), inputOf(inputs, 'dy')];
  const constants = ['mean', 'variance', 'scale', 'offset'].map((name) => inputOf(inputs, name));
  const { rows, channels } = rowsOf(x);
  const { chunks, chunkRows } = chunked(rows);
  const { epsilon, slope, limit } = activationOf(attributes);
  const sums = gpu.output([2, chunks, channels]);
  const parts = chunks * channels;
  gpu.dispatch(
    batchNorm.chunkGradients,
    [x, ...constants, dy, sums],
    [parts, channels, epsilon, slope, limit, rows, chunkRows],
    groupsFor(parts),
  );
  const [offsetGradient, scaleGradient] = [gpu.output([channels]), gpu.output([channels])];
  const table = gpu.output([channels, 6]);
  const joined = [sums, ...constants, offsetGradient, scaleGradient, table];
  gpu.dispatch(batchNorm.joinGradients, joined, [channels, chunks, rows, epsilon], groupsFor(channels));
  const inputGradient = gpu.output(x.shape);
  gpu.dispatch(
    batchNorm.inputGradient,
    [x, table, dy, inputGradient],
    [sizeOf(x), channels, slope, limit],
    groupsFor(sizeOf(x)),
  );
  for (const { dataId } of [sums, table]) gpu.disposeData(dataId);
  return [inputGradient, scaleGradient, offsetGradient];
}

/** `[3, 3, i, o]` → `[4, 4, o, i]`. */
function expand(gpu: Gpu, filter: TensorInfo): TensorInfo {
  const [, , i, o] = shape4(filter.shape);
  const expanded = gpu.output([4, 4, o, i]);
  const elements = sizeOf(expanded);
  gpu.dispatch(expandFilter, [filter, expanded], [elements, i, o], groupsFor(elements));
  return expanded;
}

function shapeOf(x: TensorInfo, filter: TensorInfo) {
  const [n, h, w, inputs] = shape4(x.shape);
  return upsampledConvolutionShape(n, h, w, inputs, shape4(filter.shape)[3]);
}

/** The largest float stands for no limit: shaders need not know infinity. */
function activationOf(attributes: NamedAttrMap): Record<'epsilon' | 'slope' | 'limit', UniformValue> {
  const float = (name: string): UniformValue => ({ float: Math.min(numberAttribute(attributes, name), 3.4e38) });
  return { epsilon: float('epsilon'), slope: float('slope'), limit: float('limit') };
}

function rowsOf({ shape }: TensorInfo): { rows: number; channels: number } {
  const channels = shape.at(-1) ?? 0;
  return { rows: shape.slice(0, -1).reduce((product, side) => product * side, 1), channels };
}

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, side) => product * side, 1);
}
