import type { ExperimentConfig } from './experiment';

/**
 * The loss of a discriminator that answers alike whatever it sees, at its best such answer. Near it the discriminator tells
 * nothing; far below it has won, and the generator learns little from it.
 */
export function blindDiscriminatorLoss({
  adversarialLoss,
  labelSmoothing,
}: Pick<ExperimentConfig['stage1'], 'adversarialLoss' | 'labelSmoothing'>): number {
  const target = 1 - labelSmoothing;
  if (adversarialLoss === 'least-squares') return target ** 2 / 4;
  if (adversarialLoss === 'hinge') return target + 1;
  const share = target / 2;
  return -(share * Math.log(share) + (1 - share) * Math.log(1 - share));
}
