import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineName } from '@workbench/engine/engine';
import { providers, startEngine } from '@workbench/engine/start';
import { buildBundles } from '../../fixtures/build';
import { drawFaces } from '../../fixtures/drawn-faces';
import { tinyConfig, train } from '../../fixtures/train';
import { parityOperations } from './parity-operations';
import { outcomeOf, type StageOutcome, trainSmall, trainStage } from './parity-steps';
import { type Outcome, relativeError } from './reference';

/**
 * One code path on every engine that is present: each operation with its gradients, whole training steps, a training, and
 * checkpoints taken over. The reference is WASM with plain SIMD, which finite differences vouch for.
 */

/** Of one step, relative to the largest value of each tensor: losses and weights, and gradients; of fifty, of the losses. */
const stepTolerance = 2e-4;
const gradientTolerance = 1e-3;
const trainingTolerance = 2e-3;
const trainingSteps = 50;
/** The largest of the stages' defaults. */
const learningRate = 1e-3;
const stages = [
  { stage: 1, backbone: 'residual' },
  { stage: 1, backbone: 'mobile' },
  { stage: 2, backbone: 'mobile' },
] as const;

/** Those that go on from a checkpoint: one of each stage and backbone. */
const continued: readonly (typeof stages)[number][] = [stages[0], stages[2]];

let engine: Engine;
const operations = parityOperations(() => engine);
const expected: {
  operations: Map<string, Outcome>;
  steps: Map<string, StageOutcome>;
  twoSteps: Map<string, StageOutcome>;
  losses: number[];
} = { operations: new Map(), steps: new Map(), twoSteps: new Map(), losses: [] };
const nameOf = ({ stage, backbone }: (typeof stages)[number]) => `stage ${stage}, ${backbone}`;

const found = new Map<EngineName, string | null>();
for (const provider of providers) {
  const detected = await provider.detect();
  found.set(provider.name, detected.present ? null : detected.reason);
  if (!detected.present) process.stdout.write(`parity: ${provider.name} skipped: ${detected.reason}\n`);
}

beforeAll(async () => {
  buildBundles();
  engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
  for (const [name, operation] of Object.entries(operations)) expected.operations.set(name, await outcomeOf(operation));
  for (const each of stages) {
    const one = await trainStage(engine, each.stage, each.backbone, 1);
    expected.steps.set(nameOf(each), one);
    if (continued.includes(each))
      expected.twoSteps.set(nameOf(each), await trainStage(engine, each.stage, each.backbone, 1, { start: one }));
  }
  expected.losses = await trainSmall(engine, trainingSteps);
  engine.dispose();
}, 120_000);

describe.each(providers.map(({ name }) => name))('%s computes what plain WASM computes:', (name) => {
  const missing = found.get(name) ?? null;
  describe.skipIf(missing !== null)(missing === null ? 'present' : `skipped: ${missing}`, () => {
    beforeAll(async () => {
      engine = await startEngine({ name, threads: 2, reproducible: false });
    }, 120_000);
    afterAll(() => {
      engine.dispose();
    });

    it.each(Object.keys(operations))('%s, with its gradients', async (operation) => {
      const { tolerance, ...parts } = operations[operation] ?? missingCase();
      const actual = await outcomeOf(parts);
      const reference = expected.operations.get(operation) ?? missingCase();
      expect(relativeError(actual.output, reference.output), 'output').toBeLessThan(tolerance);
      expect(actual.gradients).toHaveLength(reference.gradients.length);
      reference.gradients.forEach((gradient, index) => {
        const error = relativeError(actual.gradients[index] ?? new Float32Array(), gradient);
        expect(error, `gradient ${index}`).toBeLessThan(tolerance);
      });
    });

    it.each(stages)('a full step of stage $stage, $backbone: losses, weights and moments', async (each) => {
      const actual = await trainStage(engine, each.stage, each.backbone, 1);
      expectSame(actual, expected.steps.get(nameOf(each)) ?? missingCase());
    });

    it.each(continued)('the step after a checkpoint of WASM, stage $stage, $backbone', async (each) => {
      const start = expected.steps.get(nameOf(each)) ?? missingCase();
      const actual = await trainStage(engine, each.stage, each.backbone, 1, { start });
      expectSame(actual, expected.twoSteps.get(nameOf(each)) ?? missingCase());
    });

    it('a run that WASM goes on with, from the checkpoint as it lies on the disk', async () => {
      const data = drawFaces({ id: 'A', counts: { train: 8, dev: 4, test: 4 } });
      const config = tinyConfig({ stage1: { enabled: false }, stage2: { epochs: 1 } });
      const first = await train({ config, datasets: [data], engine, stopAfter: 1 });
      try {
        expect(first.outcome).toEqual({ state: 'stopped', step: 1 });
        engine.dispose();
        engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
        const second = await train({ config, datasets: [data], engine, resume: first.folder });
        expect(second.outcome.state).toBe('done');
        const steps = second.events.flatMap((event) => (event.type === 'scalars' ? [event.step] : []));
        expect(steps[0]).toBe(2);
      } finally {
        engine.dispose();
        engine = await startEngine({ name, threads: 2, reproducible: false });
        await rm(first.folder, { recursive: true, force: true });
      }
    });

    it(`${trainingSteps} steps of training`, async () => {
      const losses = await trainSmall(engine, trainingSteps);
      const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
      expect(last).toBeLessThan(0.9 * first);
      const error = relativeError(Float32Array.from(losses), Float32Array.from(expected.losses));
      expect(error).toBeLessThan(trainingTolerance);
    });

    it('the same bits again in its deterministic mode, or no such mode', async () => {
      engine.dispose();
      const starting = startEngine({ name, threads: 2, reproducible: true });
      if (providers.find((provider) => provider.name === name)?.reproducibility === 'none') {
        await expect(starting).rejects.toMatchObject({ code: 'unsupported' });
        engine = await startEngine({ name, threads: 2, reproducible: false });
        return;
      }
      engine = await starting;
      const first = await trainSmall(engine, 8);
      expect(await trainSmall(engine, 8)).toEqual(first);
    });
  });
});

/**
 * Moments tell of gradients: each must agree relative to the largest of its tensor, or to a thousandth of the largest of all
 * where a tensor's are nothing but rounding (an offset before another normalisation has none). Adam's first steps go by
 * signs, so that weights are held to the reference where their gradient has one for certain, and to two steps elsewhere.
 */
function expectSame(actual: StageOutcome, reference: StageOutcome): void {
  for (const [index, values] of reference.losses.entries()) {
    const got = new Map(Object.entries(actual.losses[index] ?? {}));
    for (const [name, value] of Object.entries(values))
      expect(Math.abs((got.get(name) ?? NaN) - value) / Math.abs(value), name).toBeLessThan(stepTolerance);
  }
  const certain = new Map<string, (element: number) => boolean>();
  for (const [optimizer, state] of Object.entries(reference.optimizers)) {
    const got = actual.optimizers[optimizer] ?? missingCase();
    expect(got.step).toBe(state.step);
    expect(Object.keys(got.moments).sort()).toEqual(Object.keys(state.moments).sort());
    for (const part of ['/m', '/v']) {
      const moments = Object.entries(state.moments).filter(([name]) => name.endsWith(part));
      const floor = Math.max(...moments.map(([, { values }]) => largest(values))) / 1000;
      for (const [name, { shape, values }] of moments) {
        const held = got.moments[name] ?? missingCase();
        expect(held.shape, name).toEqual(shape);
        expect(largestDifference(held.values, values) / Math.max(largest(values), floor), name).toBeLessThan(
          gradientTolerance,
        );
        const weight = name.slice(0, -part.length);
        if (part === '/m') certain.set(weight, (element) => Math.abs(values[element] ?? 0) > floor);
      }
    }
  }
  expect([...actual.weights.keys()].sort()).toEqual([...reference.weights.keys()].sort());
  for (const [name, { shape, values }] of reference.weights) {
    const got = actual.weights.get(name) ?? missingCase();
    expect(got.shape, name).toEqual(shape);
    const isCertain = certain.get(name) ?? (() => true);
    // Running means after a convolution of normalised features are zero but for rounding.
    const scale = Math.max(largest(values), 0.01);
    values.forEach((value, element) => {
      const difference = Math.abs((got.values[element] ?? NaN) - value);
      const allowed = isCertain(element) ? stepTolerance * scale : 4 * learningRate;
      if (!(difference <= allowed)) expect(difference, `${name}, element ${element}`).toBeLessThanOrEqual(allowed);
    });
  }
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function largestDifference(actual: Float32Array, reference: Float32Array): number {
  if (actual.length !== reference.length) return Infinity;
  return largest(reference.map((value, index) => (actual[index] ?? NaN) - value));
}

function missingCase(): never {
  throw new Error('nothing was computed to compare with');
}
