import { depthMeasureFacts, DepthMeasureName, type DepthMeasures, orderRows } from '@shared/domain/depth-measures';
import { createRandom } from '@shared/random';
import { mapAt, mapSide, measureDepth } from '@workbench/inspection/depth-measures';
import { describe, expect, it } from 'vitest';

const cells = mapSide * mapSide;

/** The definitions once more, written as they are read. */
function measuresByDefinition(predicted: Float32Array, target: Float32Array): DepthMeasures {
  const p = Array.from(predicted);
  const t = Array.from(target);
  const at = (list: readonly number[], i: number) => list[i] ?? NaN;
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const differences = p.map((value, i) => value - at(t, i));
  const face = [...t.keys()].filter((i) => at(t, i) > 0);
  const pick = (list: readonly number[], rows: readonly number[]) => rows.map((i) => at(list, i));
  const hasFace = face.length > 0;

  const spread = (list: readonly number[]) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));
  const [pf, tf] = [pick(p, face), pick(t, face)];
  const covariance = mean(pf.map((value, i) => (value - mean(pf)) * (at(tf, i) - mean(tf))));

  let ordered = 0;
  let agreeing = 0;
  for (let a = 0; a < tf.length; a++)
    for (let b = 0; b < a; b++) {
      const wanted = Math.sign(at(tf, a) - at(tf, b));
      if (wanted === 0) continue;
      ordered += 1;
      const found = Math.sign(at(pf, a) - at(pf, b));
      agreeing += found === wanted ? 1 : found === 0 ? 0.5 : 0;
    }

  const byTarget = [...face].sort((a, b) => at(t, a) - at(t, b));
  const tenth = Math.max(1, Math.round(face.length / 10));
  const inside = (i: number) => {
    const x = ((i % mapSide) + 0.5) / mapSide - 0.5;
    const y = (Math.floor(i / mapSide) + 0.5) / mapSide - 0.52;
    return (x / 0.3) ** 2 + (y / 0.38) ** 2 <= 1;
  };
  const all = [...p.keys()];
  const both = all.filter((i) => at(p, i) >= 0.1 && at(t, i) >= 0.1).length;
  const either = all.filter((i) => at(p, i) >= 0.1 || at(t, i) >= 0.1).length;
  return {
    meanAbsoluteError: mean(differences.map(Math.abs)),
    rootMeanSquareError: Math.sqrt(mean(differences.map((d) => d * d))),
    structuralSimilarity: similarityByDefinition(p, t),
    errorInFace: hasFace ? mean(pick(differences, face).map(Math.abs)) : null,
    correlationInFace: hasFace ? covariance / (spread(pf) * spread(tf)) : null,
    ordinalAgreement: ordered === 0 ? null : agreeing / ordered,
    faceAreaIou: hasFace ? both / either : null,
    faceRelief: hasFace ? mean(pick(p, byTarget.slice(-tenth))) - mean(pick(p, byTarget.slice(0, tenth))) : null,
    unevenness: spread(p),
    meanDepth: mean(p),
    centreDepth: mean(pick(p, all.filter(inside))),
    surroundDepth: mean(
      pick(
        p,
        all.filter((i) => !inside(i)),
      ),
    ),
  };
}

/** SSIM over every 11×11 window, its Gaussian as a full 121-value kernel. */
function similarityByDefinition(first: readonly number[], second: readonly number[]): number {
  const kernel = Array.from({ length: 121 }, (_, i) =>
    Math.exp(-((Math.floor(i / 11) - 5) ** 2 + ((i % 11) - 5) ** 2) / (2 * 1.5 ** 2)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const weights = kernel.map((weight) => weight / total);
  const values: number[] = [];
  for (let top = 0; top + 11 <= mapSide; top++)
    for (let left = 0; left + 11 <= mapSide; left++) {
      const window = (list: readonly number[]) =>
        weights.map((_, i) => list[(top + Math.floor(i / 11)) * mapSide + left + (i % 11)] ?? NaN);
      const weighted = (list: readonly number[]) => list.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
      const [a, b] = [window(first), window(second)];
      const [meanA, meanB] = [weighted(a), weighted(b)];
      const varianceA = weighted(a.map((value) => (value - meanA) ** 2));
      const varianceB = weighted(b.map((value) => (value - meanB) ** 2));
      const covariance = weighted(a.map((value, i) => (value - meanA) * ((b[i] ?? NaN) - meanB)));
      values.push(
        ((2 * meanA * meanB + 1e-4) * (2 * covariance + 9e-4)) /
          ((meanA ** 2 + meanB ** 2 + 1e-4) * (varianceA + varianceB + 9e-4)),
      );
    }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('measures of a depth map', () => {
  it('equal a second implementation to 1e-6, for faces and for attacks', () => {
    const random = createRandom('depth measures');
    for (let trial = 0; trial < 12; trial++) {
      const [x, y] = [12 + random.integer(8), 12 + random.integer(8)];
      const attack = trial % 3 === 0;
      const target = Float32Array.from({ length: cells }, (_, i) => {
        const away = ((i % mapSide) - x) ** 2 + (Math.floor(i / mapSide) - y) ** 2;
        return attack ? 0 : Math.round(255 * Math.max(0, 1 - away / 150)) / 255;
      });
      const predicted = target.map((value) => Math.min(1, Math.max(0, 0.7 * value + 0.2 * random.uniform())));
      const found = measureDepth(predicted, target, mapSide);
      const expected = measuresByDefinition(predicted, target);
      for (const name of DepthMeasureName.options) {
        const [value, wanted] = [found[name], expected[name]];
        if (wanted === null) expect(value, name).toBeNull();
        else expect(Math.abs((value ?? NaN) - wanted), name).toBeLessThan(1e-6);
      }
    }
  });

  it('are of one map among many', () => {
    const maps = Float32Array.from({ length: 3 * cells }, (_, i) => Math.floor(i / cells));
    expect(new Set(mapAt(maps, 2))).toEqual(new Set([2]));
    expect(measureDepth(mapAt(maps, 1), mapAt(maps, 1), mapSide)).toMatchObject({ meanAbsoluteError: 0, meanDepth: 1 });
  });
});

describe('rows by a measure', () => {
  const values = [0.2, NaN, 0.5, 0.2, 0.1];

  it('start with the worst or the best, keep the order of ties, and end with those without a value', () => {
    const { better } = depthMeasureFacts.meanAbsoluteError;
    expect(orderRows(values, better, 'worst')).toEqual([2, 0, 3, 4, 1]);
    expect(orderRows(values, better, 'best')).toEqual([4, 0, 3, 2, 1]);
    expect(orderRows(values, depthMeasureFacts.structuralSimilarity.better, 'worst')).toEqual([4, 0, 3, 2, 1]);
  });

  it('start with the largest where neither end is better', () => {
    expect(orderRows(values, depthMeasureFacts.meanDepth.better, 'worst')).toEqual([2, 0, 3, 4, 1]);
  });
});
