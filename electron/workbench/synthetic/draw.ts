import type { Random } from '@shared/random';
import type { Range } from './maths';

/** Uniform in a range. */
export function drawFrom(random: Random, range: Range): number {
  return random.uniform(range[0], range[1]);
}

/** Normal variate cut off at two standard deviations, so that no draw is a freak. */
export function drawNormal(random: Random, mean: number, standardDeviation: number): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return mean + standardDeviation * value;
  }
}

/** Log-uniform between two positive bounds: weak values are as frequent as strong ones. */
export function drawLogUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.uniform();
}

/** −1 or 1. */
export function drawSign(random: Random): number {
  return random.chance(0.5) ? 1 : -1;
}
