import { paint } from '@shared/figures/colour-maps';
import { describe, expect, it } from 'vitest';

const painted = (values: number[], options: Parameters<typeof paint>[1]) => {
  const pixels = new Uint8ClampedArray(4 * values.length);
  paint(values, options, pixels);
  return values.map((_, i) => [...pixels.slice(4 * i, 4 * i + 4)]);
};

describe('painting a depth map', () => {
  it('puts the ends of viridis at the ends of the range and clamps beyond', () => {
    expect(painted([0, 1, -3, 9], { map: 'viridis', low: 0, high: 1 })).toEqual([
      [68, 1, 84, 255],
      [253, 231, 37, 255],
      [68, 1, 84, 255],
      [253, 231, 37, 255],
    ]);
  });

  it('draws no error as neutral grey, too far as blue, too near as brown', () => {
    const [far, none, near] = painted([-0.35, 0, 0.35], { map: 'error', low: -0.35, high: 0.35 });
    expect(new Set(none?.slice(0, 3)).size).toBe(1);
    expect((far?.[2] ?? 0) > (far?.[0] ?? 0)).toBe(true);
    expect((near?.[0] ?? 0) > (near?.[2] ?? 0)).toBe(true);
  });

  it('leaves values below the floor see-through', () => {
    expect(painted([0.1, 0.3], { map: 'grey', low: 0, high: 1, hideBelow: 0.2 }).map(([, , , alpha]) => alpha)).toEqual(
      [0, 255],
    );
  });
});
