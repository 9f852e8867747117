import { bootstrapBySubject, hterOf, type SubjectErrors } from '@shared/metrics/bootstrap';
import { clopperPearson } from '@shared/metrics/intervals';
import { createRandom, type Random } from '@shared/random';

/** A world with a known truth: every person has error rates of their own, drawn around the true ones. */
export interface World {
  readonly subjects: number;
  /** Of each class and subject. */
  readonly frames: number;
  readonly bpcer: number;
  readonly apcer: number;
  /** How alike the frames of a person are: the correlation of two of them, in (0, 1). */
  readonly agreement: number;
  /** Takes every frame for a person, as an interval over frames does. */
  readonly drawFrames?: boolean;
}

export function trueHter({ bpcer, apcer }: World): number {
  return (bpcer + apcer) / 2;
}

/** Share of simulated studies whose interval holds the true HTER. */
export function subjectCoverage(
  world: World,
  { simulations, resamples }: { readonly simulations: number; readonly resamples: number },
): number {
  const random = createRandom(`coverage/${JSON.stringify(world)}`);
  const truth = trueHter(world);
  let covered = 0;
  for (let study = 0; study < simulations; study++) {
    const people = Array.from({ length: world.subjects }, () => person(world, random));
    const units = world.drawFrames ? people.flatMap(framesOf) : people;
    const interval = bootstrapBySubject(units, hterOf, { seed: study, resamples });
    if (interval && interval[0] <= truth && truth <= interval[1]) covered++;
  }
  return covered / simulations;
}

/** Probability that the exact interval of n trials holds p, summed over all outcomes. */
export function clopperPearsonCoverage(n: number, p: number): number {
  let coverage = 0;
  for (let errors = 0; errors <= n; errors++) {
    const interval = clopperPearson({ errors, total: n });
    if (interval && interval[0] <= p && p <= interval[1]) coverage += binomial(errors, n, p);
  }
  return coverage;
}

/** The same by drawing: share of simulated studies whose interval holds p. */
export function clopperPearsonSimulated(n: number, p: number, simulations: number): number {
  const random = createRandom(`clopper-pearson/${String(n)}/${String(p)}`);
  let covered = 0;
  for (let study = 0; study < simulations; study++) {
    const interval = clopperPearson({ errors: countErrors(random, n, p), total: n });
    if (interval && interval[0] <= p && p <= interval[1]) covered++;
  }
  return covered / simulations;
}

function person({ frames, bpcer, apcer, agreement }: World, random: Random): SubjectErrors {
  return {
    bonaFide: { errors: countErrors(random, frames, betaDraw(random, bpcer, agreement)), total: frames },
    attacks: [{ errors: countErrors(random, frames, betaDraw(random, apcer, agreement)), total: frames }],
  };
}

/** The frames of a person one by one: one bona fide and one attack sample each. */
function framesOf({ bonaFide, attacks }: SubjectErrors): SubjectErrors[] {
  return Array.from({ length: bonaFide.total }, (_, frame) => ({
    bonaFide: { errors: frame < bonaFide.errors ? 1 : 0, total: 1 },
    attacks: attacks.map(({ errors }) => ({ errors: frame < errors ? 1 : 0, total: 1 })),
  }));
}

function countErrors(random: Random, n: number, p: number): number {
  let errors = 0;
  for (let i = 0; i < n; i++) if (random.uniform() < p) errors++;
  return errors;
}

function binomial(k: number, n: number, p: number): number {
  let log = 0;
  for (let i = 0; i < k; i++) log += Math.log((n - i) / (i + 1));
  return Math.exp(log + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** Beta variate with a mean and the correlation of two trials with its outcome as probability. */
function betaDraw(random: Random, mean: number, correlation: number): number {
  const size = 1 / correlation - 1;
  const [a, b] = [gammaDraw(random, mean * size), gammaDraw(random, (1 - mean) * size)];
  return a / (a + b);
}

/** Gamma variate of scale 1 (Marsaglia and Tsang 2000). */
function gammaDraw(random: Random, shape: number): number {
  if (shape < 1) return gammaDraw(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
