import { bindings, elementSnippet, type Shader } from './shader';

/**
 * Gradient of a depthwise filter with one output a channel: each thread sums one tap of one channel over one chunk of
 * output rows, neighbouring threads over neighbouring channels.
 */
export const depthwiseFilterGradient: Shader = {
  label: 'relief depthwise filter gradient',
  code: /* wgsl */ `
${bindings(
  [
    ['x', 'read'],
    ['dy', 'read'],
    ['parts', 'read_write'],
  ],
  [
    ...['elements', 'channels', 'taps', 'images', 'inputHeight', 'inputWidth', 'outputHeight', 'outputWidth'],
    ...['filterWidth', 'strideY', 'strideX', 'dilationY', 'dilationX', 'paddingTop', 'paddingLeft', 'chunkRows'],
  ],
)}
${elementSnippet}
  let channel = element % u.channels;
  let tap = (element / u.channels) % u.taps;
  let firstRow = (element / (u.channels * u.taps)) * u.chunkRows;
  let lastRow = min(firstRow + u.chunkRows, u.images * u.outputHeight);
  let tapY = (tap / u.filterWidth) * u.dilationY - u.paddingTop;
  let tapX = (tap % u.filterWidth) * u.dilationX - u.paddingLeft;
  var sum = 0.0;
  for (var row = firstRow; row < lastRow; row++) {
    let y = (row % u.outputHeight) * u.strideY + tapY;
    if (y < 0 || y >= u.inputHeight) { continue; }
    let line = (row / u.outputHeight) * u.inputHeight + y;
    for (var column = 0; column < u.outputWidth; column++) {
      let position = column * u.strideX + tapX;
      if (position < 0 || position >= u.inputWidth) { continue; }
      sum += x[(line * u.inputWidth + position) * u.channels + channel] * dy[(row * u.outputWidth + column) * u.channels + channel];
    }
  }
  parts[element] = sum;
}`,
};
