import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Engine } from '@workbench/engine/engine';
import { supportsRelaxedSimd } from '@workbench/engine/kernels/kernel-module';
import { startEngine } from '@workbench/engine/start';
import { buildBundles } from '../../fixtures/build';
import { differentiate, relativeError, type Case } from './reference';

// Node 20 knows relaxed SIMD but keeps it off; the tests are to run both builds there too.
if (!supportsRelaxedSimd()) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** Runs a suite on every build that this process supports, with one and with two threads. */
export function describeOnEngines(title: string, suite: (engine: () => Engine) => void): void {
  for (const reproducible of supportsRelaxedSimd() ? [true, false] : [true])
    for (const threads of [1, 2])
      describe(`${title}, ${reproducible ? 'plain' : 'relaxed'} SIMD, ${String(threads)} thread(s)`, () => {
        let engine: Engine | undefined;
        beforeAll(async () => {
          buildBundles();
          engine = await startEngine({ name: 'wasm', threads, reproducible });
        }, 120_000);
        afterAll(() => engine?.dispose());
        suite(() => {
          if (!engine) throw new Error('the engine has not started');
          return engine;
        });
      });
}

/** Output and every gradient on the engine equal those on tfjs's CPU backend, relative to the largest value. */
export function expectSameAsCpu(testCase: Case, tolerance = 1e-5): void {
  const actual = differentiate('wasm', testCase);
  const expected = differentiate('cpu', { ...testCase, apply: testCase.reference ?? testCase.apply });
  expect(relativeError(actual.output, expected.output), 'output').toBeLessThan(tolerance);
  expect(actual.gradients).toHaveLength(expected.gradients.length);
  expected.gradients.forEach((gradient, index) => {
    expect(
      relativeError(actual.gradients[index] ?? new Float32Array(), gradient),
      `gradient ${String(index)}`,
    ).toBeLessThan(tolerance);
  });
}
