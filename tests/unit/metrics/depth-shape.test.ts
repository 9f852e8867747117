import type { DepthMap } from '@shared/metrics/agreement';
import { centreAndSurround, errorInFace, faceRelief, ordinalAgreement, unevenness } from '@shared/metrics/depth-shape';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';
import { depthMap, dome } from '../../fixtures/depth-maps';

const zeros = depthMap(32, () => 0);
const at = ({ data }: DepthMap, pixel: number) => data[pixel] ?? 0;

/** Every pair, one by one. */
function ordinalByPairs(prediction: DepthMap, target: DepthMap): number | null {
  const face = [...target.data.keys()].filter((pixel) => at(target, pixel) > 0);
  let ordered = 0;
  let agreeing = 0;
  for (const [place, a] of face.entries()) {
    for (const b of face.slice(place + 1)) {
      const wanted = Math.sign(at(target, a) - at(target, b));
      if (wanted === 0) continue;
      ordered += 1;
      const found = Math.sign(at(prediction, a) - at(prediction, b));
      if (found === 0) agreeing += 0.5;
      else if (found === wanted) agreeing += 1;
    }
  }
  return ordered === 0 ? null : agreeing / ordered;
}

describe('ordinal agreement', () => {
  it('is 1 for any rising curve of the target, 0 for its inverse, a half for a constant', () => {
    expect(
      ordinalAgreement(
        depthMap(32, (row, column) => at(dome, row * 32 + column) ** 3 / 2),
        dome,
      ),
    ).toBe(1);
    expect(
      ordinalAgreement(
        depthMap(32, (row, column) => 1 - at(dome, row * 32 + column)),
        dome,
      ),
    ).toBe(0);
    expect(
      ordinalAgreement(
        depthMap(32, () => 0.3),
        dome,
      ),
    ).toBe(0.5);
  });

  it('equals counting every pair, ties in either map and both among them', () => {
    const random = createRandom('ordinal');
    for (let trial = 0; trial < 40; trial++) {
      const levels = 2 + random.integer(6);
      const draw = () => depthMap(10, () => random.integer(levels) / levels);
      const [prediction, target] = [draw(), draw()];
      const found = ordinalAgreement(prediction, target);
      const expected = ordinalByPairs(prediction, target);
      if (expected === null) expect(found).toBeNull();
      else expect(found).toBeCloseTo(expected, 12);
    }
  });

  it('does not exist without a face, or when the target ties every pair', () => {
    expect(ordinalAgreement(dome, zeros)).toBeNull();
    expect(
      ordinalAgreement(
        dome,
        depthMap(32, () => 1),
      ),
    ).toBeNull();
  });
});

describe('the shape of a face', () => {
  it('has an error that ignores the background', () => {
    const off = depthMap(32, (row, column) =>
      at(dome, row * 32 + column) > 0 ? at(dome, row * 32 + column) + 0.125 : 0.9,
    );
    expect(errorInFace(off, dome)).toBeCloseTo(0.125, 12);
    expect(errorInFace(off, zeros)).toBeNull();
  });

  it('stands out from its farthest to its nearest tenth', () => {
    const steps = depthMap(10, (row) => (row + 1) / 10);
    expect(faceRelief(steps, steps)).toBeCloseTo(0.9, 12);
    expect(
      faceRelief(
        depthMap(10, (row) => 1 - (row + 1) / 10),
        steps,
      ),
    ).toBeCloseTo(-0.9, 12);
    expect(
      faceRelief(
        depthMap(10, () => 0.4),
        steps,
      ),
    ).toBeCloseTo(0, 12);
    expect(
      faceRelief(
        steps,
        depthMap(10, () => 0),
      ),
    ).toBeNull();
  });
});

describe('flatness', () => {
  it('is 0 for an all-zero and any constant map, a half for a chessboard', () => {
    expect(unevenness(zeros)).toBe(0);
    expect(unevenness(depthMap(32, () => 0.7))).toBeCloseTo(0, 12);
    expect(unevenness(depthMap(32, (row, column) => (row + column) % 2))).toBe(0.5);
  });
});

describe('centre and surround', () => {
  it('are what they say for a face in the middle and for an even map', () => {
    const { centre, surround } = centreAndSurround(
      depthMap(32, (row, column) => Number(Math.hypot(row - 16, column - 15.5) < 9)),
    );
    expect(centre).toBeGreaterThan(0.6);
    expect(surround).toBe(0);
    expect(centreAndSurround(depthMap(32, () => 0.25))).toEqual({ centre: 0.25, surround: 0.25 });
  });
});
