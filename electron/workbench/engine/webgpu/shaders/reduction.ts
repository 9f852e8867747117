import { bindings, elementSnippet, type Shader } from './shader';

/** `result[i] = Σ parts[part · elements + i]`, in the order of the parts, so that the same parts give the same bits. */
export const sumParts: Shader = {
  label: 'relief sum of parts',
  code: /* wgsl */ `
${bindings(
  [
    ['parts', 'read'],
    ['result', 'read_write'],
  ],
  ['elements', 'parts_count'],
)}
${elementSnippet}
  var sum = 0.0;
  for (var part = 0; part < u.parts_count; part++) { sum += parts[part * u.elements + element]; }
  result[element] = sum;
}`,
};
