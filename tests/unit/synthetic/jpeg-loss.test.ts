import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { applyJpegLoss } from '@workbench/synthetic/jpeg-loss';

function noise(side: number): Uint8Array {
  const random = createRandom('jpeg');
  return Uint8Array.from({ length: 3 * side * side }, () => random.integer(256));
}

function meanError(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

describe('JPEG loss', () => {
  it('leaves a plain grey picture as it is, at sides that do not fill whole blocks too', () => {
    for (const side of [16, 21, 33]) {
      const grey = new Uint8Array(3 * side * side).fill(128);
      expect(applyJpegLoss(grey, side, 75)).toEqual(grey);
    }
  });

  it('loses more at lower quality and almost nothing on smooth pictures at 100', () => {
    const side = 32;
    const smooth = Uint8Array.from({ length: 3 * side * side }, (_, i) => 60 + 3 * (Math.floor(i / 3) % side));
    expect(meanError(smooth, applyJpegLoss(smooth, side, 100))).toBeLessThan(0.6);
    const rough = noise(side).map((value, i, all) => all[i - (i % 3)] ?? value); // grey noise
    const losses = [95, 75, 50, 20].map((quality) => meanError(rough, applyJpegLoss(rough, side, quality)));
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(losses[3]).toBeGreaterThan(2 * (losses[0] ?? 0));
  });

  it('halves the resolution of colour but not of brightness', () => {
    const side = 16;
    const stripes = (a: readonly number[], b: readonly number[]) =>
      Uint8Array.from({ length: 3 * side * side }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? a : b)[i % 3] ?? 0);
    const colour = applyJpegLoss(stripes([255, 0, 0], [0, 130, 0]), side, 100);
    const brightness = applyJpegLoss(stripes([180, 180, 180], [60, 60, 60]), side, 100);
    // Red against green of the same luminance melts into one colour; bright against dark stays.
    expect(Math.abs((colour[0] ?? 0) - (colour[3] ?? 0))).toBeLessThan(20);
    expect((brightness[0] ?? 0) - (brightness[3] ?? 0)).toBeGreaterThan(110);
  });
});
