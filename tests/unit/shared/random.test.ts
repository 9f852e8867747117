import { describe, expect, it } from 'vitest';
import { createRandom, Random } from '@shared/random';

describe('seeded randomness', () => {
  it('continues from a stored state, a held-back normal variate included', () => {
    const random = createRandom('a');
    random.normal(); // leaves the pair's second variate behind
    const copy = new Random(random.state());
    const draw = (source: Random) => [
      source.normal(),
      source.uniform(),
      source.integer(1000),
      source.uint32(),
      source.normal(),
    ];
    expect(draw(copy)).toEqual(draw(random));
  });

  it('gives unrelated streams for near seeds', () => {
    const a = createRandom(1);
    const b = createRandom(2);
    const pairs = Array.from({ length: 4000 }, () => [a.uniform() - 0.5, b.uniform() - 0.5] as const);
    const correlation = pairs.reduce((sum, [x, y]) => sum + x * y, 0) / pairs.length / (1 / 12);
    expect(Math.abs(correlation)).toBeLessThan(0.06); // 4 standard errors
  });

  it('draws uniforms and normals of the right mean and variance', () => {
    const random = createRandom('moments');
    const n = 20_000;
    const moments = (values: number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n] as const;
    };
    const [uniformMean, uniformVariance] = moments(Array.from({ length: n }, () => random.uniform()));
    const [normalMean, normalVariance] = moments(Array.from({ length: n }, () => random.normal()));
    expect(uniformMean).toBeCloseTo(0.5, 1.9);
    expect(uniformVariance).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(normalMean)).toBeLessThan(0.03);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.05);
  });

  it('shuffles without losing or doubling an element', () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    const shuffled = createRandom(7).shuffle([...list]);
    expect(shuffled).not.toEqual(list);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(list);
  });

  it('refuses a bound that is no positive integer', () => {
    expect(() => createRandom(1).integer(0)).toThrow(RangeError);
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
  });
});
