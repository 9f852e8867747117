import {
  depthAgreement,
  faceCorrelation,
  intersectionOverUnion,
  meanAbsoluteError,
  rootMeanSquareError,
  structuralSimilarity,
} from '@shared/metrics/agreement';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';
import { depthMap, dome } from '../../fixtures/depth-maps';

describe('depth agreement', () => {
  it('is perfect for equal maps', () => {
    const same = depthAgreement(dome, dome);
    expect([same.mae, same.rmse, same.faceIou]).toEqual([0, 0, 1]);
    expect(same.ssim).toBeCloseTo(1, 12);
    expect(same.faceCorrelation).toBeCloseTo(1, 12);
  });

  it('measures a constant error exactly', () => {
    const off = depthMap(32, (row, column) => (dome.data[row * 32 + column] ?? 0) + 0.25);
    expect(meanAbsoluteError(off, dome)).toBeCloseTo(0.25, 12);
    expect(rootMeanSquareError(off, dome)).toBeCloseTo(0.25, 12);
    expect(faceCorrelation(off, dome)).toBeCloseTo(1, 12);
  });

  it('finds the opposite relief and ignores what lies outside the face', () => {
    const inverse = depthMap(32, (row, column) => {
      const depth = dome.data[row * 32 + column] ?? 0;
      return depth > 0 ? 1 - depth : (row + column) / 64;
    });
    expect(faceCorrelation(inverse, dome)).toBeCloseTo(-1, 12);
  });

  it('has no correlation for an attack target or a constant prediction', () => {
    const zeros = depthMap(32, () => 0);
    expect(faceCorrelation(dome, zeros)).toBeNull();
    expect(
      faceCorrelation(
        depthMap(32, () => 0.4),
        dome,
      ),
    ).toBeNull();
    expect(intersectionOverUnion(zeros, zeros, 0.1)).toBeNull();
    expect(intersectionOverUnion(dome, zeros, 0.1)).toBe(0);
  });

  it('gives the similarity of two constant maps in closed form', () => {
    const first = depthMap(16, () => 0.2);
    const second = depthMap(16, () => 0.6);
    const expected = (2 * 0.2 * 0.6 + 1e-4) / (0.04 + 0.36 + 1e-4);
    expect(structuralSimilarity(first, second)).toBeCloseTo(expected, 9);
  });

  it('falls with noise and stays symmetric, on small maps too', () => {
    const random = createRandom('noise');
    const noisy = depthMap(32, (row, column) => (dome.data[row * 32 + column] ?? 0) + random.normal(0, 0.1));
    expect(structuralSimilarity(noisy, dome)).toBeLessThan(0.9);
    expect(structuralSimilarity(noisy, dome)).toBeCloseTo(structuralSimilarity(dome, noisy), 12);
    expect(
      structuralSimilarity(
        depthMap(4, () => 1),
        depthMap(4, () => 1),
      ),
    ).toBeCloseTo(1, 12);
  });

  it('refuses maps of unlike size', () => {
    expect(() =>
      meanAbsoluteError(
        depthMap(4, () => 0),
        dome,
      ),
    ).toThrow('cannot be compared');
  });
});
