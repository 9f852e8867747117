import { z } from '@shared/zod';

/** Measures of a predicted depth map, alone or against its target; null where one does not exist. */
export const DepthMeasures = z.strictObject({
  meanAbsoluteError: z.number(),
  rootMeanSquareError: z.number(),
  structuralSimilarity: z.number().nullable(),
  errorInFace: z.number().nullable(),
  correlationInFace: z.number().nullable(),
  ordinalAgreement: z.number().nullable(),
  faceAreaIou: z.number().nullable(),
  faceRelief: z.number().nullable(),
  unevenness: z.number(),
  meanDepth: z.number(),
  centreDepth: z.number(),
  surroundDepth: z.number(),
});
export type DepthMeasures = z.infer<typeof DepthMeasures>;

export const DepthMeasureName = DepthMeasures.keyof();
export type DepthMeasureName = z.infer<typeof DepthMeasureName>;

export interface DepthMeasureFacts {
  readonly title: string;
  /** Which end is better; null for what is neither good nor bad without knowing the label. */
  readonly better: 'smaller' | 'larger' | null;
  readonly definition: string;
}

export const depthMeasureFacts: Readonly<Record<DepthMeasureName, DepthMeasureFacts>> = {
  meanAbsoluteError: {
    title: 'Mean abs. error',
    better: 'smaller',
    definition: 'Mean |predicted − target| over the map.',
  },
  rootMeanSquareError: {
    title: 'RMSE',
    better: 'smaller',
    definition: 'Root of the mean squared difference over the map.',
  },
  structuralSimilarity: {
    title: 'SSIM',
    better: 'larger',
    definition: 'Structural similarity (Wang et al. 2004), 11×11 Gaussian window, σ 1.5, dynamic range 1.',
  },
  errorInFace: {
    title: 'Abs. error in face',
    better: 'smaller',
    definition: 'Mean |predicted − target| where the target is above 0. None for attacks.',
  },
  correlationInFace: {
    title: 'Correlation in face',
    better: 'larger',
    definition: 'Pearson correlation where the target is above 0. None for attacks.',
  },
  ordinalAgreement: {
    title: 'Ordinal agreement',
    better: 'larger',
    definition: 'Share of pixel pairs of the face in the target’s order; 0.5 is no relation. None for attacks.',
  },
  faceAreaIou: {
    title: 'Face area IoU',
    better: 'larger',
    definition: 'Intersection over union of the pixels at or above 0.1. None for attacks.',
  },
  faceRelief: {
    title: 'Nose-to-ear relief',
    better: 'larger',
    definition:
      'Mean predicted depth of the nearest tenth of the face minus that of the farthest tenth, as the target tells. None for attacks.',
  },
  unevenness: {
    title: 'Unevenness',
    better: null,
    definition: 'Standard deviation of the map: 0 is flat, as an attack should be.',
  },
  meanDepth: { title: 'Mean depth', better: null, definition: 'Mean of the map: the depth score.' },
  centreDepth: {
    title: 'Depth in the middle',
    better: null,
    definition: 'Mean inside the ellipse that a centred face fills (half-axes 0.30 × 0.38 of the side).',
  },
  surroundDepth: { title: 'Depth around it', better: null, definition: 'Mean outside that ellipse.' },
};

/**
 * Rows by a column: the worst or the best first (the largest or the smallest where neither is). Rows without a value come
 * last; ties keep the order of the set. Galleries and the exported table share it.
 */
export function orderRows(
  values: ArrayLike<number>,
  better: DepthMeasureFacts['better'],
  end: 'worst' | 'best',
): number[] {
  const largestFirst = (better !== 'larger') === (end === 'worst');
  const at = (row: number) => values[row] ?? NaN;
  return Array.from({ length: values.length }, (_, row) => row).sort((a, b) => {
    const [first, second] = [at(a), at(b)];
    if (Number.isNaN(first) || Number.isNaN(second))
      return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || a - b;
    return (largestFirst ? second - first : first - second) || a - b;
  });
}
