import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { projectToPlane } from '@workbench/probes/projection';

describe('the projection', () => {
  it('finds the two directions along which the features vary, strongest first', () => {
    // Six columns follow one hidden value, three another, one nothing at all, one is constant.
    const random = createRandom('projection');
    const rows = 400;
    const hidden = Array.from({ length: rows }, () => [random.normal(), random.normal()] as const);
    const features = Float32Array.from(
      hidden.flatMap(([a, b]) => [
        ...Array.from({ length: 6 }, (_, column) => (column + 1) * a + 0.05 * random.normal()),
        ...Array.from({ length: 3 }, () => 100 - b + 0.05 * random.normal()),
        random.normal(),
        7,
      ]),
    );
    const { x, y, explained } = projectToPlane(features, 11);
    expect(
      Math.abs(
        correlation(
          x,
          hidden.map(([a]) => a),
        ),
      ),
    ).toBeGreaterThan(0.99);
    expect(
      Math.abs(
        correlation(
          y,
          hidden.map(([, b]) => b),
        ),
      ),
    ).toBeGreaterThan(0.99);
    expect(explained[0]).toBeCloseTo(0.6, 1);
    expect(explained[1]).toBeCloseTo(0.3, 1);
    expect(projectToPlane(features, 11)).toEqual({ x, y, explained });
  });

  it('has nothing to show of nothing, and one place for equal features', () => {
    expect(projectToPlane(new Float32Array(0), 5)).toEqual({
      x: new Float32Array(0),
      y: new Float32Array(0),
      explained: [0, 0],
    });
    const { x, y } = projectToPlane(new Float32Array(15).fill(3), 5);
    expect([...x, ...y]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

function correlation(a: ArrayLike<number>, b: readonly number[]): number {
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  b.forEach((value, index) => {
    const [da, db] = [(a[index] ?? 0) - meanA, value - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return ab / Math.sqrt(aa * bb);
}
