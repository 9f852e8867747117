import { logTicks } from '@renderer/charts/axes';
import { brushed, parallelAxis } from '@renderer/charts/parallel-axes';
import { decimate, smooth } from '@renderer/charts/decimate';
import { heatColour } from '@renderer/charts/heat-colour';
import { describe, expect, it } from 'vitest';

describe('thinning a series', () => {
  it('keeps the ends in order, every peak and at most the limit', () => {
    const n = 1_000_000;
    const x = Float64Array.from({ length: n }, (_, i) => i);
    const y = Float64Array.from({ length: n }, (_, i) => Math.sin(i / 5000));
    y[777_777] = 50;
    y[123_456] = -50;
    const points = decimate({ x, y }, 2000);
    expect(points.length).toBeLessThanOrEqual(2000);
    expect(points).toContainEqual({ x: 777_777, y: 50 });
    expect(points).toContainEqual({ x: 123_456, y: -50 });
    expect(points.every((point, i) => i === 0 || point.x > (points[i - 1]?.x ?? 0))).toBe(true);
  });

  it('leaves out what is not a number and keeps short series as they are', () => {
    expect(decimate({ x: [1, 2, 3], y: [5, NaN, 7] })).toEqual([
      { x: 1, y: 5 },
      { x: 3, y: 7 },
    ]);
  });
});

describe('smoothing', () => {
  it('has no bias towards its start: a constant stays itself from the first value', () => {
    for (const value of smooth([3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
  });

  it('follows the debiased moving average', () => {
    // weight 0.5: 4; (0.5·2 + 0.5·0.5·…): sums 2, 1 + 1 = 2 over 0.5, 0.75 → 4, 2.667
    const smoothed = smooth([4, 2], 0.5);
    expect(smoothed[0]).toBeCloseTo(4, 12);
    expect(smoothed[1]).toBeCloseTo((0.5 * 2 + 0.5 * 2) / 0.75, 12);
  });

  it('passes over a missing value', () => {
    expect([...smooth([1, NaN, 1], 0.5)]).toEqual([1, 1, 1]);
  });
});

describe('heat colours', () => {
  const ramp = ['#1d2a3c', '#6e5434', '#ecba70'] as const;
  it('run from the first to the last stop and stay there outside the range', () => {
    expect(heatColour(0, ramp).background).toBe('rgb(29 42 60)');
    expect(heatColour(1, ramp).background).toBe('rgb(236 186 112)');
    expect(heatColour(7, ramp)).toEqual(heatColour(1, ramp));
  });

  it('choose the better readable of black and white', () => {
    expect(heatColour(0, ramp).text).toBe('#fff');
    expect(heatColour(1, ramp).text).toBe('#000');
  });
});

describe('ticks of a logarithmic axis', () => {
  it('are powers of ten over many of them, 2 and 5 between where there are few, round numbers within one', () => {
    expect(logTicks(1e-8, 1e-3, 3)).toEqual([1e-8, 1e-6, 1e-4]);
    expect(logTicks(4, 60, 3)).toEqual([5, 10, 20, 50]);
    expect(logTicks(0.18, 0.24, 3)).toEqual([0.18, 0.2, 0.22, 0.24]);
    expect(logTicks(0, 1, 3)).toEqual([]);
  });
});

describe('axes of parallel coordinates', () => {
  const words = (value: unknown) => String(value);
  it('spread numbers over their range, by logarithm where they span much', () => {
    expect(parallelAxis('a', 'A', [1, 2, 3, null], words).places).toEqual([0, 0.5, 1, null]);
    const [low, middle, high] = parallelAxis('b', 'B', [1e-5, 1e-3, 1e-1], words).places;
    expect([low, high]).toEqual([0, 1]);
    expect(middle).toBeCloseTo(0.5, 9);
  });
  it('give each word its place, and keep the lines that pass through all that is chosen', () => {
    const axes = [parallelAxis('a', 'A', ['x', 'y', 'x', 'z'], words), parallelAxis('b', 'B', [1, 2, 3, null], words)];
    expect(axes[0]?.places).toEqual([0, 0.5, 0, 1]);
    const chosen = new Map([['a', { low: 0, high: 0 }]]);
    expect(brushed(axes, chosen, 4)).toEqual([true, false, true, false]);
    expect(brushed(axes, new Map([...chosen, ['b', { low: 0.5, high: 1 }]]), 4)).toEqual([false, false, true, false]);
    expect(brushed(axes, new Map([['b', { low: 0, high: 1 }]]), 4)).toEqual([true, true, true, false]);
  });
});
