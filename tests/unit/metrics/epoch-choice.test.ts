import { describe, expect, it } from 'vitest';
import { chooseEpochs } from '@shared/metrics/epoch-choice';

const epochs = (...errors: (number | null)[]) => errors.map((error, place) => ({ epoch: place + 1, error }));

describe('choosing an epoch', () => {
  it('puts the last, the best by dev and the best by test side by side, with the gap', () => {
    const choice = chooseEpochs(epochs(0.3, 0.1, 0.25, 0.2), 3);
    expect(choice).toMatchObject({
      last: { epoch: 4, error: 0.2 },
      bestOnDev: { epoch: 3, error: 0.25 },
      bestOnTest: { epoch: 2, error: 0.1 },
    });
    expect(choice?.gap).toBeCloseTo(0.1, 12);
  });

  it('takes the earliest of equal ones, and passes over epochs without a rate', () => {
    expect(chooseEpochs(epochs(null, 0.2, 0.1, 0.1), 1)?.bestOnTest).toEqual({ epoch: 3, error: 0.1 });
    expect(chooseEpochs(epochs(0.2, null), 2)).toMatchObject({ last: { epoch: 2, error: null }, gap: null });
  });

  it('counts the last ten epochs, with the sample deviation', () => {
    const choice = chooseEpochs(epochs(0.9, 0.9, ...Array.from({ length: 10 }, (_, place) => (place % 2) * 0.2)), 1);
    expect(choice?.lastOnes.n).toBe(10);
    expect(choice?.lastOnes.mean).toBeCloseTo(0.1, 12);
    // Ten values 0.1 from their mean: √(10 · 0.01 / 9).
    expect(choice?.lastOnes.sampleSd).toBeCloseTo(Math.sqrt(0.1 / 9), 12);
  });

  it('has nothing to choose from without epochs', () => {
    expect(chooseEpochs([], 1)).toBeNull();
  });
});
