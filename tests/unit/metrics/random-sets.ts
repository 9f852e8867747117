import type { ScoreSet } from '@shared/metrics/score-set';
import { createRandom, type Random } from '@shared/random';

/** Kinds of score sets that metrics get wrong first. */
export const kinds = [
  'plain',
  'ties',
  'tiny',
  'separable',
  'inverted',
  'constant',
  'many types',
  'outside 0 and 1',
  'single precision',
  'with failures',
  'one class',
  'empty',
] as const;
export type Kind = (typeof kinds)[number];

/** A set of one kind; the same number always gives the same set. */
export function randomSet(kind: Kind, number: number): ScoreSet {
  const random = createRandom(`set/${kind}/${String(number)}`);
  const size = kind === 'tiny' ? 1 + random.integer(3) : 1 + random.integer(40);
  const types = kind === 'many types' ? 8 + random.integer(8) : 1 + random.integer(3);
  const bonaFide = kind === 'empty' || (kind === 'one class' && number % 2 === 0) ? 0 : size;
  const attacks = kind === 'empty' || (kind === 'one class' && number % 2 === 1) ? 0 : types;
  return {
    bonaFide: Float64Array.from({ length: bonaFide }, () => scoreOf(kind, random, true)),
    attacks: new Map(
      Array.from({ length: attacks }, (_, type) => [
        `type ${String(type)}`,
        Float64Array.from({ length: attacksOfType(kind, random) }, () => scoreOf(kind, random, false)),
      ]),
    ),
  };
}

function attacksOfType(kind: Kind, random: Random): number {
  if (kind === 'tiny') return random.integer(3);
  return 1 + random.integer(kind === 'many types' ? 6 : 30);
}

function scoreOf(kind: Kind, random: Random, isBonaFide: boolean): number {
  const clean = 1 / (1 + Math.exp(-random.normal(isBonaFide ? 0.8 : -0.8, 1)));
  switch (kind) {
    case 'ties':
    case 'tiny':
      return Math.round(clean * 8) / 8;
    case 'separable':
      return isBonaFide ? 0.6 + 0.4 * random.uniform() : 0.4 * random.uniform();
    case 'inverted':
      return 1 - clean;
    case 'constant':
      return 0.5;
    case 'outside 0 and 1':
      return Math.round(random.normal(isBonaFide ? 30 : -10, 40));
    case 'single precision':
      return Math.fround(clean);
    case 'with failures':
      return random.uniform() < 0.25 ? NaN : clean;
    default:
      return clean;
  }
}
