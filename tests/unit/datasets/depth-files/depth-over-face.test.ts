import { describe, expect, it } from 'vitest';
import { fieldOver } from '@workbench/datasets/depth-files/depth-field';
import { depthOverFace } from '@workbench/datasets/depth-files/depth-over-face';

const picture = { width: 320, height: 240 };
/** Cuts out the middle 128 × 128 of the picture, upright. */
const middle = { centreX: 160, centreY: 120, side: 128, rotation: 0 };
const size = 32;

/** A ball of 50 px in the picture's middle, 600 mm away at its nearest, before a wall at 900 mm. */
function ballDistances(
  width: number,
  height: number,
  isHole: (x: number, y: number) => boolean = () => false,
): Float32Array {
  const scale = picture.width / width;
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [((i % width) + 0.5) * scale - 160, (Math.floor(i / width) + 0.5) * scale - 120];
    const r = Math.hypot(x, y);
    if (isHole(i % width, Math.floor(i / width))) return NaN;
    return r < 50 ? 650 - Math.sqrt(2500 - r * r) : 900;
  });
}
/** Where the ball is, and its relief, as a mesh would tell. */
const ball = Float32Array.from({ length: size * size }, (_, cell) => {
  const [x, y] = [((cell % size) + 0.5) * 4 - 64, (Math.floor(cell / size) + 0.5) * 4 - 64];
  const r = Math.hypot(x, y);
  return r < 48 ? Math.sqrt(1 - (r / 50) ** 2) : 0;
});

describe('measured depth over a face', () => {
  it('is nearest 1 and farthest 0 inside the face, and 0 around it', () => {
    const values = ballDistances(320, 240);
    const map = depthOverFace(fieldOver(picture, { ...picture, values, nearest: 'low' }), middle, size, ball);
    if (!map) throw new Error('no map');
    expect(map[0]).toBe(0);
    expect(map[16 * size + 16]).toBeGreaterThan(0.99);
    // Between its ends the map is the ball's own height, stretched from the 2nd to the 98th percentile.
    const cells = [...ball.keys()].filter((cell) => (ball[cell] ?? 0) > 0);
    const heights = cells.map((cell) => ball[cell] ?? 0).sort((a, b) => a - b);
    const [low = 0, high = 1] = [
      heights[Math.round(0.02 * (heights.length - 1))],
      heights[Math.round(0.98 * (heights.length - 1))],
    ];
    for (const cell of cells) {
      const expected = Math.min(1, Math.max(0, ((ball[cell] ?? 0) - low) / (high - low)));
      expect(Math.abs((map[cell] ?? NaN) - expected)).toBeLessThan(0.05);
    }
  });

  it('is the same whichever way the file counts, and asks the mesh where it does not say', () => {
    const values = ballDistances(320, 240);
    const near = fieldOver(picture, { ...picture, values: values.map((value) => 1000 - value), nearest: 'high' });
    const far = fieldOver(picture, { ...picture, values, nearest: 'low' });
    const expected = depthOverFace(far, middle, size, ball);
    const close = (map: Float32Array | null) =>
      map?.forEach((value, cell) => {
        expect(value).toBeCloseTo(expected?.[cell] ?? NaN, 4);
      });
    close(depthOverFace(near, middle, size, ball));
    close(depthOverFace({ ...near, nearest: 'as-mesh' }, middle, size, ball));
    close(depthOverFace({ ...far, nearest: 'as-mesh' }, middle, size, ball));
  });

  it('takes a field of another size, and a crop that is turned', () => {
    const half = fieldOver(picture, { width: 160, height: 120, values: ballDistances(160, 120), nearest: 'low' });
    const map = depthOverFace(half, middle, size, ball);
    const turned = depthOverFace(half, { ...middle, rotation: 0.7 }, size, ball);
    expect(map?.[16 * size + 16]).toBeGreaterThan(0.97);
    turned?.forEach((value, cell) => {
      expect(Math.abs(value - (map?.[cell] ?? NaN))).toBeLessThan(0.12); // A ball looks the same from every turn.
    });
  });

  it('fills what was not measured inside the face, and refuses a face that hardly was', () => {
    const holed = ballDistances(320, 240, (x, y) => x > 150 && x < 170 && y > 110 && y < 130);
    const map = depthOverFace(fieldOver(picture, { ...picture, values: holed, nearest: 'low' }), middle, size, ball);
    expect(map?.[16 * size + 16]).toBeGreaterThan(0.9);
    const empty = ballDistances(320, 240, (x) => x > 130);
    expect(
      depthOverFace(fieldOver(picture, { ...picture, values: empty, nearest: 'low' }), middle, size, ball),
    ).toBeNull();
    const zeros = new Float32Array(320 * 240);
    expect(
      depthOverFace(fieldOver(picture, { ...picture, values: zeros, nearest: 'low' }), middle, size, ball),
    ).toBeNull();
  });

  it('refuses a face without any relief, and keeps a finished map as it is', () => {
    const flat = new Float32Array(320 * 240).fill(700);
    expect(
      depthOverFace(fieldOver(picture, { ...picture, values: flat, nearest: 'low' }), middle, size, ball),
    ).toBeNull();
    const drawn = Float32Array.from({ length: size * size }, (_, cell) => (cell % 7) / 7);
    const covers = { left: 96, top: 56, width: 128, height: 128 };
    const field = { width: size, height: size, values: drawn, nearest: 'finished', covers } as const;
    expect(depthOverFace(field, middle, size, ball)).toEqual(drawn);
  });
});
