import { bindings, elementSnippet, type Shader } from './shader';

/**
 * Batch normalisation over rows of channels. Each thread goes over one channel of one chunk of rows, neighbouring threads
 * over neighbouring channels; a second shader joins the chunks in their order.
 */

const chunk = /* wgsl */ `
  let channel = element % u.channels;
  let firstRow = (element / u.channels) * u.chunkRows;
  let lastRow = min(firstRow + u.chunkRows, u.rows);`;

/** `moments`: of each chunk its means, then its sums of squared differences from them. */
export const chunkMoments: Shader = {
  label: 'relief moments of chunks',
  code: /* wgsl */ `
${bindings(
  [
    ['x', 'read'],
    ['moments', 'read_write'],
  ],
  ['elements', 'channels', 'rows', 'chunkRows'],
)}
${elementSnippet}
  ${chunk}
  var sum = 0.0;
  for (var row = firstRow; row < lastRow; row++) { sum += x[row * u.channels + channel]; }
  let mean = sum / f32(lastRow - firstRow);
  var squares = 0.0;
  for (var row = firstRow; row < lastRow; row++) {
    let difference = x[row * u.channels + channel] - mean;
    squares += difference * difference;
  }
  moments[element] = mean;
  moments[u.elements + element] = squares;
}`,
};

/** Joins chunks' moments (Chan, Golub & LeVeque 1979): mean and biased variance of each channel. */
export const joinMoments: Shader = {
  label: 'relief joined moments',
  code: /* wgsl */ `
${bindings(
  [
    ['moments', 'read'],
    ['mean', 'read_write'],
    ['variance', 'read_write'],
  ],
  ['elements', 'chunks', 'rows', 'chunkRows'],
)}
${elementSnippet}
  var count = 0.0;
  var joinedMean = 0.0;
  var squares = 0.0;
  for (var part = 0; part < u.chunks; part++) {
    let size = f32(min(u.chunkRows, u.rows - part * u.chunkRows));
    let difference = moments[part * u.elements + element] - joinedMean;
    let total = count + size;
    joinedMean += difference * size / total;
    squares += moments[(u.chunks + part) * u.elements + element] + difference * difference * count * size / total;
    count = total;
  }
  mean[element] = joinedMean;
  variance[element] = squares / count;
}`,
};

const activationUniforms = ['epsilon: f32', 'slope: f32', 'limit: f32'];

/** y = activation((x − mean)/√(variance + ε) · scale + offset), the activation being min(max(p, slope·p), limit). */
export const normalize: Shader = {
  label: 'relief normalisation',
  code: /* wgsl */ `
${bindings(
  [
    ['x', 'read'],
    ['mean', 'read'],
    ['variance', 'read'],
    ['scale', 'read'],
    ['offset', 'read'],
    ['y', 'read_write'],
  ],
  ['elements', 'channels', ...activationUniforms],
)}
${elementSnippet}
  let channel = element % u.channels;
  let normalized = (x[element] - mean[channel]) * inverseSqrt(variance[channel] + u.epsilon);
  let p = normalized * scale[channel] + offset[channel];
  y[element] = min(max(p, u.slope * p), u.limit);
}`,
};

/** The gradient that reaches the normalised value through the activation, whose input is computed anew. */
const throughActivation = /* wgsl */ `
fn throughActivation(dy: f32, p: f32) -> f32 {
  if (p >= u.limit) { return 0.0; }
  return select(dy * u.slope, dy, p > 0.0);
}`;

/** `sums`: of each chunk the gradients of the offset, then those of the scale. */
export const chunkGradients: Shader = {
  label: 'relief gradient sums of chunks',
  code: /* wgsl */ `
${bindings(
  [
    ['x', 'read'],
    ['mean', 'read'],
    ['variance', 'read'],
    ['scale', 'read'],
    ['offset', 'read'],
    ['dy', 'read'],
    ['sums', 'read_write'],
  ],
  ['elements', 'channels', ...activationUniforms, 'rows', 'chunkRows'],
)}
${throughActivation}
${elementSnippet}
  ${chunk}
  let deviation = inverseSqrt(variance[channel] + u.epsilon);
  var offsetGradient = 0.0;
  var scaleGradient = 0.0;
  for (var row = firstRow; row < lastRow; row++) {
    let normalized = (x[row * u.channels + channel] - mean[channel]) * deviation;
    let gradient = throughActivation(dy[row * u.channels + channel], normalized * scale[channel] + offset[channel]);
    offsetGradient += gradient;
    scaleGradient += gradient * normalized;
  }
  sums[element] = offsetGradient;
  sums[u.elements + element] = scaleGradient;
}`,
};

/** Joins the chunks' sums; `table` holds, by channel, what {@link inputGradient} needs. */
export const joinGradients: Shader = {
  label: 'relief joined gradient sums',
  code: /* wgsl */ `
${bindings(
  [
    ['sums', 'read'],
    ['mean', 'read'],
    ['variance', 'read'],
    ['scale', 'read'],
    ['offset', 'read'],
    ['offsetGradient', 'read_write'],
    ['scaleGradient', 'read_write'],
    ['table', 'read_write'],
  ],
  ['elements', 'chunks', 'rows', 'epsilon: f32'],
)}
${elementSnippet}
  var offsetSum = 0.0;
  var scaleSum = 0.0;
  for (var part = 0; part < u.chunks; part++) {
    offsetSum += sums[part * u.elements + element];
    scaleSum += sums[(u.chunks + part) * u.elements + element];
  }
  offsetGradient[element] = offsetSum;
  scaleGradient[element] = scaleSum;
  table[6 * element] = mean[element];
  table[6 * element + 1] = inverseSqrt(variance[element] + u.epsilon);
  table[6 * element + 2] = scale[element];
  table[6 * element + 3] = offset[element];
  table[6 * element + 4] = offsetSum / f32(u.rows);
  table[6 * element + 5] = scaleSum / f32(u.rows);
}`,
};

/** dx = scale/√(variance + ε) · (g − mean of g − normalised x · mean of g·normalised x), g the gradient of the output. */
export const inputGradient: Shader = {
  label: 'relief gradient of normalisation',
  code: /* wgsl */ `
${bindings(
  [
    ['x', 'read'],
    ['table', 'read'],
    ['dy', 'read'],
    ['dx', 'read_write'],
  ],
  ['elements', 'channels', 'slope: f32', 'limit: f32'],
)}
${throughActivation}
${elementSnippet}
  let at = 6 * (element % u.channels);
  let normalized = (x[element] - table[at]) * table[at + 1];
  let gradient = throughActivation(dy[element], normalized * table[at + 2] + table[at + 3]);
  dx[element] = table[at + 2] * table[at + 1] * (gradient - table[at + 4] - normalized * table[at + 5]);
}`,
};
