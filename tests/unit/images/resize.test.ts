import { describe, expect, it } from 'vitest';
import { resize, type ResizeKernel } from '@workbench/images/resize';
import { createImage, crop } from '@workbench/images/rgb-image';

const kernels: ResizeKernel[] = ['nearest', 'box', 'bilinear', 'bicubic', 'lanczos3'];

/** Grey value of a ramp that is linear in x and y, so that every interpolating kernel must reproduce it. */
const ramp = createImage(40, 30);
for (let y = 0; y < 30; y++)
  for (let x = 0; x < 40; x++) ramp.data.fill(20 + 3 * x + 2 * y, (y * 40 + x) * 3, (y * 40 + x) * 3 + 3);

describe('resize', () => {
  it('keeps a flat colour flat with every kernel, up and down', () => {
    const flat = createImage(13, 7);
    for (let i = 0; i < flat.data.length; i += 3) flat.data.set([10, 128, 250], i);
    for (const kernel of kernels)
      for (const [width, height] of [
        [5, 3],
        [40, 33],
        [13, 2],
      ] as const) {
        const result = resize(flat, width, height, kernel);
        for (let i = 0; i < result.data.length; i += 3)
          expect([...result.data.subarray(i, i + 3)], kernel).toEqual([10, 128, 250]);
      }
  });

  it('averages whole blocks when a box kernel shrinks by an integer', () => {
    const result = resize(ramp, 10, 15, 'box');
    for (let y = 0; y < 15; y++)
      for (let x = 0; x < 10; x++)
        expect(
          Math.abs((result.data[(y * 10 + x) * 3] ?? 0) - (20 + 3 * (4 * x + 1.5) + 2 * (2 * y + 0.5))),
        ).toBeLessThanOrEqual(0.5);
  });

  it('reproduces a ramp away from the borders', () => {
    for (const kernel of ['bilinear', 'bicubic', 'lanczos3'] as const)
      for (const [width, height] of [
        [20, 15],
        [80, 60],
        [31, 19],
      ] as const) {
        const result = resize(ramp, width, height, kernel);
        const x = Math.floor(width / 2);
        const y = Math.floor(height / 2);
        const expected = 20 + 3 * (((x + 0.5) * 40) / width - 0.5) + 2 * (((y + 0.5) * 30) / height - 0.5);
        expect(Math.abs((result.data[(y * width + x) * 3] ?? 0) - expected), `${kernel} ${width}`).toBeLessThanOrEqual(
          1.5,
        );
      }
  });

  it('does not alias a one-pixel grid into a pattern', () => {
    const grid = createImage(64, 64);
    for (let y = 0; y < 64; y++)
      for (let x = 0; x < 64; x++) grid.data.fill((x + y) % 2 ? 255 : 0, (y * 64 + x) * 3, (y * 64 + x) * 3 + 3);
    const small = resize(grid, 24, 24, 'bilinear');
    expect(Math.max(...small.data) - Math.min(...small.data)).toBeLessThan(30);
  });

  it('copies when nothing changes, and never shares memory', () => {
    const same = resize(ramp, 40, 30, 'lanczos3');
    expect(same).toEqual(ramp);
    expect(same.data).not.toBe(ramp.data);
  });
});

describe('crop', () => {
  it('takes the rectangle and leaves black outside', () => {
    const part = crop(ramp, -1, 28, 3, 4);
    expect([...part.data].filter((_, i) => i % 3 === 0)).toEqual([0, 76, 79, 0, 78, 81, 0, 0, 0, 0, 0, 0]);
    expect(crop(ramp, 100, 100, 2, 2).data).toEqual(new Uint8Array(12));
  });

  it('refuses sides and corners that are not whole pixels', () => {
    expect(() => crop(ramp, 0.5, 0, 2, 2)).toThrow(RangeError);
    expect(() => crop(ramp, 0, 0, 0, 2)).toThrow(RangeError);
    expect(() => createImage(2, 2, new Uint8Array(5))).toThrow(RangeError);
  });
});
