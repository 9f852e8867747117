import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { createImage } from '@workbench/images/rgb-image';
import { lbpFloor } from '@workbench/probes/floor';
import { featureTable, fitLogistic, predict, predictLogOdds, sigmoid } from '@workbench/probes/logistic';

function table(rows: number[][]) {
  return featureTable(rows.map((row) => Float64Array.from(row)));
}

describe('logistic regression', () => {
  it('finds the closed-form answer of a 2 × 2 table', () => {
    // Without a penalty the fitted probabilities are the observed shares: 1/4 at x = 0, 3/4 at x = 1.
    const features = table([[0], [0], [0], [0], [1], [1], [1], [1]]);
    const model = fitLogistic(features, [1, 0, 0, 0, 1, 1, 1, 0], { lambda: 0, balanced: false });
    const probabilities = predict(model, table([[0], [1]]));
    expect(probabilities[0]).toBeCloseTo(0.25, 8);
    expect(probabilities[1]).toBeCloseTo(0.75, 8);
  });

  it('recovers the coefficients that data were drawn from', () => {
    const random = createRandom('known coefficients');
    const rows: number[][] = [];
    const labels: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      const [a, b] = [random.normal(2, 3), random.normal(-1, 0.5)];
      rows.push([a, b]);
      labels.push(random.chance(sigmoid(0.5 + 0.8 * a - 2 * b)) ? 1 : 0);
    }
    const model = fitLogistic(table(rows), labels, { lambda: 0, balanced: false });
    const [weightA = 0, weightB = 0] = model.weights;
    const [deviationA = 1, deviationB = 1] = model.deviations;
    const [meanA = 0, meanB = 0] = model.means;
    expect(weightA / deviationA).toBeCloseTo(0.8, 1);
    expect(weightB / deviationB).toBeCloseTo(-2, 0);
    const intercept = model.intercept - (weightA * meanA) / deviationA - (weightB * meanB) / deviationB;
    expect(Math.abs(intercept - 0.5)).toBeLessThan(0.2);
  });

  it('stays finite and right on separable data, where only the penalty bounds the weights', () => {
    const features = table([
      [-3, 1],
      [-2, 1],
      [-1, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    const model = fitLogistic(features, [0, 0, 0, 1, 1, 1]);
    expect(model.weights.every(Number.isFinite)).toBe(true);
    const scores = predictLogOdds(model, features);
    expect(Math.max(...scores.subarray(0, 3))).toBeLessThan(0);
    expect(Math.min(...scores.subarray(3))).toBeGreaterThan(0);
  });

  it('stands at a zero of the penalised gradient', () => {
    const random = createRandom('gradient');
    const rows = Array.from({ length: 60 }, () => [random.normal(), random.normal(), random.normal()]);
    const labels = rows.map(([a = 0]) => (a + random.normal() > 0.3 ? 1 : 0));
    const lambda = 0.05;
    const model = fitLogistic(table(rows), labels, { lambda, balanced: false });
    const errors = predict(model, table(rows)).map((value, row) => value - (labels[row] ?? 0));
    for (let column = 0; column < 3; column++) {
      const slope = rows.reduce((sum, row, i) => {
        const z = ((row[column] ?? 0) - (model.means[column] ?? 0)) / (model.deviations[column] ?? 1);
        return sum + ((errors[i] ?? 0) * z) / rows.length;
      }, 0);
      expect(Math.abs(slope + lambda * (model.weights[column] ?? 0))).toBeLessThan(1e-8);
    }
  });

  it('gives a feature that never varies no say', () => {
    const model = fitLogistic(
      table([
        [5, 0],
        [5, 1],
        [5, 0.2],
        [5, 0.9],
      ]),
      [0, 1, 0, 1],
    );
    expect(Math.abs(model.weights[0] ?? 1)).toBe(0);
  });

  it('is the same to the bit when fitted again, and does not care how often one class is repeated when balanced', () => {
    const rows = [[0.1], [0.4], [0.5], [0.9]];
    const labels = [0, 1, 0, 1];
    expect(fitLogistic(table(rows), labels)).toEqual(fitLogistic(table(rows), labels));
    const skewed = fitLogistic(table([[0], [0], [0], [0], [0], [0], [1], [1]]), [0, 0, 0, 0, 0, 1, 1, 0], {
      lambda: 1e-9,
    });
    // At x = 0: 5 of 6 attacks, 1 of 2 bona fide: balanced odds (1/2)/(5/6) = 0.6.
    expect(Math.exp(predictLogOdds(skewed, table([[0]]))[0] ?? 0)).toBeCloseTo(0.6, 5);
  });

  it('refuses one class, odd labels, rows that do not match and values that are not numbers', () => {
    const features = table([[1], [2]]);
    expect(() => fitLogistic(features, [1, 1])).toThrow('both classes');
    expect(() => fitLogistic(features, [0, 2])).toThrow('neither 0 nor 1');
    expect(() => fitLogistic(features, [0])).toThrow('1 labels for 2 rows');
    expect(() => fitLogistic(table([[1], [Number.NaN]]), [0, 1])).toThrow('feature 0 of row 1');
    expect(() => table([[1], [1, 2]])).toThrow('row 1 has 2 features');
  });
});

describe('LBP floor', () => {
  it('scores unseen bona fide textures higher than attack textures', () => {
    const random = createRandom('textures');
    const crop = (bonaFide: boolean) => {
      const image = createImage(128, 128);
      // Bona fide: noise; attacks: the same noise under a grid of two pixels.
      for (let i = 0; i < image.data.length; i++) {
        const column = Math.floor(i / 3) % 128;
        image.data[i] = 100 + random.integer(60) + (!bonaFide && column % 2 === 0 ? 30 : 0);
      }
      return image;
    };
    const labels = [1, 0, 1, 0, 1, 0, 1, 0];
    const floor = lbpFloor(
      labels.map((label) => crop(label === 1)),
      labels,
    );
    const scores = floor.score([crop(true), crop(true), crop(false), crop(false)]);
    expect(Math.min(...scores.subarray(0, 2))).toBeGreaterThan(0.5);
    expect(Math.max(...scores.subarray(2))).toBeLessThan(0.5);
  });
});
