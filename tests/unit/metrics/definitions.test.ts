import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricDefinitions } from '@shared/metrics/definitions';
import { metricsPage } from '@shared/metrics/definitions-page';
import { describe, expect, it } from 'vitest';
import { root } from '../../../build/aliases.mjs';

describe('metric definitions', () => {
  it('have ids of their own, and a formula and a source each', () => {
    const ids = metricDefinitions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { formula, source, help, name } of metricDefinitions)
      for (const words of [formula, source, help, name]) expect(words.length).toBeGreaterThan(3);
  });

  it('are what docs/metrics.md prints', () => {
    expect(readFileSync(join(root, 'docs', 'metrics.md'), 'utf8')).toBe(metricsPage());
  });
});
