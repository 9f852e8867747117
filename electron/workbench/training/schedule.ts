/** Steps over which a learning rate rises from near zero, so that Adam's first steps do not throw weights about. */
const warmUpSteps = 20;

/** Factor of the learning rate before step `step` (from 0) of `steps`: a short rise, then a cosine to zero. */
export function learningRateFactor(step: number, steps: number): number {
  const rise = Math.min(1, (step + 1) / Math.min(warmUpSteps, Math.max(1, steps / 4)));
  return rise * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
