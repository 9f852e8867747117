import type { DepthMap } from '@shared/metrics/agreement';
import { centreAndSurround, errorInFace, faceRelief, ordinalAgreement, unevenness } from '@shared/metrics/depth-shape';
import { createRandom } from '@shared/random';
import { describe, expect, it } from 'vitest';

function map(size: number, valueAt: (row: number, column: number) => number): DepthMap {
  const data = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) data[row * size + column] = valueAt(row, column);
  return { width: size, height: size, data };
}
const dome = map(32, (row, column) => Math.max(0, 1 - ((row - 15.5) ** 2 + (column - 15.5) ** 2) / 144));
const zeros = map(32, () => 0);
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
        map(32, (row, column) => at(dome, row * 32 + column) ** 3 / 2),
        dome,
      ),
    ).toBe(1);
    expect(
      ordinalAgreement(
        map(32, (row, column) => 1 - at(dome, row * 32 + column)),
        dome,
      ),
    ).toBe(0);
    expect(
      ordinalAgreement(
        map(32, () => 0.3),
        dome,
      ),
    ).toBe(0.5);
  });

  it('equals counting every pair, ties in either map and both among them', () => {
    const random = createRandom('ordinal');
    for (let trial = 0; trial < 40; trial++) {
      const levels = 2 + random.integer(6);
      const draw = () => map(10, () => random.integer(levels) / levels);
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
        map(32, () => 1),
      ),
    ).toBeNull();
  });
});

describe('the shape of a face', () => {
  it('has an error that ignores the background', () => {
    const off = map(32, (row, column) => (at(dome, row * 32 + column) > 0 ? at(dome, row * 32 + column) + 0.125 : 0.9));
    expect(errorInFace(off, dome)).toBeCloseTo(0.125, 12);
    expect(errorInFace(off, zeros)).toBeNull();
  });

  it('stands out from its farthest to its nearest tenth', () => {
    const steps = map(10, (row) => (row + 1) / 10);
    expect(faceRelief(steps, steps)).toBeCloseTo(0.9, 12);
    expect(
      faceRelief(
        map(10, (row) => 1 - (row + 1) / 10),
        steps,
      ),
    ).toBeCloseTo(-0.9, 12);
    expect(
      faceRelief(
        map(10, () => 0.4),
        steps,
      ),
    ).toBeCloseTo(0, 12);
    expect(
      faceRelief(
        steps,
        map(10, () => 0),
      ),
    ).toBeNull();
  });
});

describe('flatness', () => {
  it('is 0 for an all-zero and any constant map, a half for a chessboard', () => {
    expect(unevenness(zeros)).toBe(0);
    expect(unevenness(map(32, () => 0.7))).toBeCloseTo(0, 12);
    expect(unevenness(map(32, (row, column) => (row + column) % 2))).toBe(0.5);
  });
});

describe('centre and surround', () => {
  it('are what they say for a face in the middle and for an even map', () => {
    const { centre, surround } = centreAndSurround(
      map(32, (row, column) => Number(Math.hypot(row - 16, column - 15.5) < 9)),
    );
    expect(centre).toBeGreaterThan(0.6);
    expect(surround).toBe(0);
    expect(centreAndSurround(map(32, () => 0.25))).toEqual({ centre: 0.25, surround: 0.25 });
  });
});
