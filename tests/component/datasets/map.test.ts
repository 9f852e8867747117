import type { SampleFilter } from '@shared/contract/channels';
import { isInside, nearestPoint, nextPoint, placePoints } from '@renderer/features/datasets/map-geometry';
import { afterEach, describe, expect, it } from 'vitest';
import { findByRole, findText, press } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project, sampleDetail, samplePage, tiles } from '../support/sample-data';

describe('the geometry of the map', () => {
  it('lays points out over its side, up being more', () => {
    expect(placePoints(Float32Array.of(-1, 3), Float32Array.of(0, 10), 200, 100, 20)).toEqual([
      { x: 20, y: 80 },
      { x: 180, y: 20 },
    ]);
  });

  it('tells inside from outside of a line that bends in', () => {
    const line = [
      [0, 0],
      [10, 0],
      [10, 10],
      [5, 4],
      [0, 10],
    ].map(([x = 0, y = 0]) => ({ x, y }));
    expect(isInside({ x: 2, y: 2 }, line)).toBe(true);
    expect(isInside({ x: 5, y: 8 }, line)).toBe(false);
    expect(isInside({ x: 11, y: 5 }, line)).toBe(false);
  });

  it('finds the point under the pointer, and the next one in a direction', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 1 },
      { x: 30, y: 0 },
      { x: 10, y: 20 },
    ];
    expect(nearestPoint(points, { x: 11, y: 3 }, 10)).toBe(1);
    expect(nearestPoint(points, { x: 60, y: 60 }, 10)).toBe(-1);
    expect(nextPoint(points, 0, [1, 0])).toBe(1);
    expect(nextPoint(points, 1, [0, 1])).toBe(3);
    expect(nextPoint(points, 2, [1, 0])).toBe(2);
    expect(nextPoint(points, -1, [1, 0])).toBe(0);
  });
});

describe('the map', () => {
  let mounted: MountedApp | undefined;
  afterEach(() => {
    mounted?.unmount();
  });

  it('chooses what a line is drawn around: the grid shows those and no others', async () => {
    giveElementsSize(800, 600);
    const all = tiles('R', 100);
    const asked: SampleFilter[] = [];
    mounted = await mountApp('/datasets', {
      'project.current': async () => project,
      'datasets.list': async () => [datasetSummary('R')],
      'samples.query': async ({ filter, offset, limit }) => {
        asked.push(filter);
        const shown = filter.only ? all.filter(({ index }) => filter.only?.some((one) => one.index === index)) : all;
        return samplePage(shown, offset, limit);
      },
      'samples.detail': async ({ dataset, index }) => sampleDetail(dataset, index),
      // Ten columns of ten points; x grows with the column.
      'samples.map': async ({ method }) => ({
        total: 100,
        samples: all.map(({ dataset, index }) => ({ dataset, index })),
        x: Float32Array.from(all, ({ index }) => Math.floor(index / 10)),
        y: Float32Array.from(all, ({ index }) => index % 10),
        attack: Uint8Array.from(all, ({ attackType }) => (attackType === null ? 0 : 1)),
        explained: method === 'umap' ? null : ([0.5, 0.2] as [number, number]),
      }),
    });
    (await findByRole('button', 'Map')).click();
    await findText('50 % and 20 % of variance');
    (await findByRole('radio', 'UMAP')).click();
    await findText('neighbours stay neighbours');
    (await findByRole('radio', 'PCA')).click();
    await findText('50 % and 20 % of variance');
    const canvas = await findByRole('application');
    const pointer = (type: string, x: number, y: number) =>
      canvas.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, button: 0, pointerId: 1, bubbles: true }));
    // Around the first three columns: at 24, 108 and 191 of 800 pixels.
    pointer('pointerdown', 2, 2);
    for (const [x, y] of [
      [230, 2],
      [230, 598],
      [2, 598],
    ] as const)
      pointer('pointermove', x, y);
    pointer('pointerup', 2, 598);
    (await findByRole('button', 'Show 30 samples in the grid')).click();
    await findByRole('button', 'Remove filter by the map');
    await settle(60);
    expect(asked.at(-1)?.only?.map(({ index }) => index)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    await findText('30 of 100 samples');
    (await findByRole('button', 'Remove filter by the map')).click();
    await findText('100 samples');
  });

  it('is walked by the arrow keys', async () => {
    giveElementsSize(800, 600);
    const all = tiles('R', 4);
    const seen: number[] = [];
    mounted = await mountApp('/datasets', {
      'project.current': async () => project,
      'datasets.list': async () => [datasetSummary('R')],
      'samples.query': async ({ offset, limit }) => samplePage(all, offset, limit),
      'samples.detail': async ({ dataset, index }) => {
        seen.push(index);
        return sampleDetail(dataset, index);
      },
      'samples.map': async () => ({
        total: 4,
        samples: all.map(({ dataset, index }) => ({ dataset, index })),
        x: Float32Array.of(0, 1, 2, 1),
        y: Float32Array.of(0, 0, 0, 1),
        attack: new Uint8Array(4),
        explained: [0.5, 0.2] as [number, number],
      }),
    });
    (await findByRole('button', 'Map')).click();
    const canvas = await findByRole('application', /Map of 4 samples/);
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp']) {
      press(canvas, key);
      await settle();
    }
    expect(seen).toEqual([0, 1, 3]);
  });
});
