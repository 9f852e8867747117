import { describe, expect, it } from 'vitest';
import { boundingBox, intersectionOverSmaller, intersectionOverUnion } from '@workbench/faces/box';
import { suppressDuplicates } from '@workbench/faces/detector';
import { imageToRegion, ImagePyramid, regionToImage } from '@workbench/faces/region';
import { tilesOf } from '@workbench/faces/tiles';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';

function paint(width: number, height: number, value: (x: number, y: number) => number): RgbImage {
  const image = createImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) image.data.fill(value(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  return image;
}

describe('sampling a region', () => {
  it('gives the very pixels back at scale one', () => {
    const image = paint(20, 20, (x, y) => x * 7 + y * 3);
    const pyramid = new ImagePyramid(image);
    expect(pyramid.crop({ centreX: 10, centreY: 10, side: 20, rotation: 0 }, 20).data).toEqual(image.data);
  });

  it('turns by a right angle exactly', () => {
    const image = paint(16, 16, (x, y) => x * 9 + y * 4);
    const turned = new ImagePyramid(image).crop({ centreX: 8, centreY: 8, side: 16, rotation: Math.PI / 2 }, 16);
    // The region's x axis points down the image: its row r, column c shows image column 15 − r, row c.
    for (let row = 0; row < 16; row++)
      for (let column = 0; column < 16; column++)
        expect(turned.data[(row * 16 + column) * 3]).toBe(image.data[(column * 16 + 15 - row) * 3]);
  });

  it('keeps a ramp in its place through every halving, odd sides too', () => {
    const image = paint(403, 301, (x) => x / 2);
    const pyramid = new ImagePyramid(image);
    for (const size of [150, 90, 50, 24, 10]) {
      const pixels = pyramid.sample({ centreX: 200, centreY: 150, side: 200, rotation: 0 }, size);
      for (const column of [0, size >> 1, size - 1]) {
        const x = 100 + ((column + 0.5) * 200) / size - 0.5;
        expect(Math.abs((pixels[(2 * size + column) * 3] ?? 0) - x / 2), `size ${size}`).toBeLessThan(0.8);
      }
    }
  });

  it('is black outside the image', () => {
    const pixels = new ImagePyramid(paint(8, 8, () => 200)).sample({ centreX: 0, centreY: 4, side: 8, rotation: 0 }, 8);
    expect(pixels[3 * 8 * 3]).toBe(0);
    expect(pixels[(3 * 8 + 6) * 3]).toBe(200);
  });

  it('maps points there and back', () => {
    const region = { centreX: 31, centreY: -4, side: 77, rotation: 0.7 };
    const points = Float32Array.of(3, 4, 5, -20, 60, 1);
    const back = regionToImage(imageToRegion(points, region, 128), region, 128);
    points.forEach((value, i) => {
      expect(back[i]).toBeCloseTo(value, 3);
    });
  });
});

describe('boxes', () => {
  const box = (x: number, y: number, side: number) => ({ x, y, width: side, height: side });

  it('measures overlap', () => {
    expect(intersectionOverUnion(box(0, 0, 2), box(1, 0, 2))).toBeCloseTo(1 / 3, 12);
    expect(intersectionOverUnion(box(0, 0, 2), box(2, 0, 2))).toBe(0);
    expect(intersectionOverSmaller(box(0, 0, 10), box(2, 2, 3))).toBe(1);
    expect(boundingBox(Float32Array.of(1, 5, 9, -2, 7, 9))).toEqual({ x: -2, y: 5, width: 3, height: 2 });
  });

  it('keeps the best of overlapping candidates', () => {
    const candidates = [0.6, 0.9, 0.7].map((score, i) => ({ box: box(i * 2, 0, 10), score, rotation: 0 }));
    const apart = { box: box(40, 0, 10), score: 0.55, rotation: 0 };
    expect(suppressDuplicates([...candidates, apart]).map(({ score }) => score)).toEqual([0.9, 0.55]);
  });

  it('tiles cover a photograph and overlap, and leave small images alone', () => {
    const tiles = tilesOf(createImage(1920, 1280));
    for (let y = 0; y <= 1280; y += 64)
      for (let x = 0; x <= 1920; x += 64)
        expect(tiles.some((t) => Math.abs(t.centreX - x) <= t.side / 2 && Math.abs(t.centreY - y) <= t.side / 2)).toBe(
          true,
        );
    expect(tiles).toHaveLength(6);
    expect(tilesOf(createImage(320, 240))).toEqual([]);
  });
});
