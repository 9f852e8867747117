import { bindings, elementSnippet, type Shader } from './shader';

const place = /* wgsl */ `
  let channel = element % u.channels;
  let column = (element / u.channels) % u.width;
  let row = (element / (u.channels * u.width)) % u.height;
  let image = element / (u.channels * u.width * u.height);`;

/** Every pixel twice along both sides; `height` and `width` are the large image's. */
export const upsample: Shader = {
  label: 'relief upsampling',
  code: /* wgsl */ `
${bindings(
  [
    ['x', 'read'],
    ['y', 'read_write'],
  ],
  ['elements', 'channels', 'width', 'height'],
)}
${elementSnippet}
  ${place}
  y[element] = x[((image * (u.height / 2) + row / 2) * (u.width / 2) + column / 2) * u.channels + channel];
}`,
};

/** Sums of the four pixels that one became; `height` and `width` are the small image's. */
export const upsampleGradient: Shader = {
  label: 'relief gradient of upsampling',
  code: /* wgsl */ `
${bindings(
  [
    ['dy', 'read'],
    ['dx', 'read_write'],
  ],
  ['elements', 'channels', 'width', 'height'],
)}
${elementSnippet}
  ${place}
  let upper = ((image * 2 * u.height + 2 * row) * 2 * u.width + 2 * column) * u.channels + channel;
  let lower = upper + 2 * u.width * u.channels;
  dx[element] = (dy[upper] + dy[upper + u.channels]) + (dy[lower] + dy[lower + u.channels]);
}`,
};

/**
 * A 3×3 filter `[3, 3, i, o]` after upsampling by two is a 4×4 filter `[4, 4, o, i]` of the transposed convolution of stride
 * 2: its tap k holds the sum of the taps 2 − k and 3 − k, where they exist, along both sides.
 */
export const expandFilter: Shader = {
  label: 'relief expanded filter',
  code: /* wgsl */ `
${bindings(
  [
    ['filter3', 'read'],
    ['filter4', 'read_write'],
  ],
  ['elements', 'inputs', 'outputs'],
)}
${elementSnippet}
  let input = element % u.inputs;
  let output = (element / u.inputs) % u.outputs;
  let tap = element / (u.inputs * u.outputs);
  let y = 2 - tap / 4;
  let x = 2 - tap % 4;
  var sum = 0.0;
  for (var a = max(y, 0); a <= min(y + 1, 2); a++) {
    for (var b = max(x, 0); b <= min(x + 1, 2); b++) {
      sum += filter3[((a * 3 + b) * u.inputs + input) * u.outputs + output];
    }
  }
  filter4[element] = sum;
}`,
};

/** Brings the gradient of an expanded filter back: each tap of 3×3 was summed into four of 4×4. */
export const foldFilter: Shader = {
  label: 'relief folded filter',
  code: /* wgsl */ `
${bindings(
  [
    ['filter4', 'read'],
    ['filter3', 'read_write'],
  ],
  ['elements', 'inputs', 'outputs'],
)}
${elementSnippet}
  let output = element % u.outputs;
  let input = (element / u.outputs) % u.inputs;
  let tap = element / (u.inputs * u.outputs);
  let y = 2 - tap / 3;
  let x = 2 - tap % 3;
  var sum = 0.0;
  for (var a = y; a <= y + 1; a++) {
    for (var b = x; b <= x + 1; b++) { sum += filter4[((a * 4 + b) * u.outputs + output) * u.inputs + input]; }
  }
  filter3[element] = sum;
}`,
};
