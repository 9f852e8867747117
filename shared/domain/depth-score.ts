import { z } from '@shared/zod';
import type { DepthMeasureName } from './depth-measures';

/** How one number is made of a predicted depth map: higher is bona fide. */
export const DepthReduction = z.enum(['mean', 'middle', 'contrast']);
export type DepthReduction = z.infer<typeof DepthReduction>;

export const depthReductionFacts: Readonly<Record<DepthReduction, { title: string; definition: string; low: number }>> =
  {
    mean: { title: 'Mean depth', definition: 'Mean of the map.', low: 0 },
    middle: { title: 'Masked mean', definition: 'Mean inside the ellipse that a centred face fills.', low: 0 },
    contrast: {
      title: 'Contrast',
      definition: 'Mean inside that ellipse minus mean around it: a face stands out, a page does not.',
      low: -1,
    },
  };

/** A liveness score without training: the map as a number, mixed with the classifier's P(bona fide). */
export const DepthScoreRule = z.strictObject({
  depth: DepthReduction,
  /** Share of the classifier's score, 0–1; the rest is the depth's. */
  classifierShare: z.number().min(0).max(1),
});
export type DepthScoreRule = z.infer<typeof DepthScoreRule>;

/** What the rule needs of each sample. */
export interface ScoreColumns {
  readonly measures: Readonly<Record<DepthMeasureName, Float64Array>>;
  readonly score: Float64Array | null;
}

/**
 * A rule's score of every sample, `[n]`.
 * @throws RangeError when the rule asks for a classifier that the run does not have
 */
export function scoresByRule(
  { depth, classifierShare }: DepthScoreRule,
  { measures, score }: ScoreColumns,
): Float64Array {
  if (classifierShare > 0 && !score) throw new RangeError('the run has no classifier to mix in');
  const { meanDepth, centreDepth, surroundDepth } = measures;
  const reduced = {
    mean: () => meanDepth,
    middle: () => centreDepth,
    contrast: () => centreDepth.map((centre, row) => centre - (surroundDepth[row] ?? 0)),
  }[depth]();
  return reduced.map((value, row) => (1 - classifierShare) * value + classifierShare * (score?.[row] ?? 0));
}

/** The rule in words, for tables and records. */
export function describeRule({ depth, classifierShare }: DepthScoreRule): string {
  const { title } = depthReductionFacts[depth];
  if (classifierShare === 0) return title;
  return `${title} × ${String(round(1 - classifierShare))} + classifier × ${String(round(classifierShare))}`;
}

const round = (share: number) => Math.round(100 * share) / 100;
