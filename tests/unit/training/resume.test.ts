import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import type { Engine } from '@workbench/engine/engine';
import { startEngine } from '@workbench/engine/start';
import { drawFaces } from '../../fixtures/drawn-faces';
import { bitsOf, curvesOf, lastWeights, scoresOf, tinyConfig, train, type TrainedRun } from '../../fixtures/train';

const data = drawFaces({ id: 'A', counts: { train: 8, dev: 4, test: 4 }, faceless: 1 });
const config = tinyConfig();
/** 16 training images, 4 a step, 2 epochs a stage. */
const stepsPerStage = 8;

let engine: Engine;
let uninterrupted: TrainedRun;
const folders: string[] = [];
beforeAll(async () => {
  engine = await startEngine({ name: 'wasm', threads: 2, reproducible: true });
  uninterrupted = await train({ config, datasets: [data], engine });
  folders.push(uninterrupted.folder);
});
afterAll(async () => {
  engine.dispose();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** The boundary between the stages, and nine seeded steps of both. */
function stopSteps(): number[] {
  const random = createRandom('stop steps');
  const others = Array.from({ length: 2 * stepsPerStage - 1 }, (_, step) => step + 1).filter(
    (step) => step !== stepsPerStage,
  );
  return [stepsPerStage, ...random.shuffle(others).slice(0, 9)];
}

describe('a run that is stopped and resumed', () => {
  it.each(stopSteps())('at step %i ends with the bits of the uninterrupted one', async (step) => {
    const first = await train({ config, datasets: [data], engine, stopAfter: step });
    folders.push(first.folder);
    expect(first.outcome).toEqual({ state: 'stopped', step });
    const second = await train({ config, datasets: [data], engine, resume: first.folder });

    expect(bitsOf(await lastWeights(second.folder))).toEqual(bitsOf(await lastWeights(uninterrupted.folder)));
    expect([...curvesOf(first.events), ...curvesOf(second.events)]).toEqual(curvesOf(uninterrupted.events));
    expect(await scoresOf(second)).toEqual(await scoresOf(uninterrupted));
  });

  it('and stopped again ends there, too', async () => {
    let run = await train({ config, datasets: [data], engine, stopAfter: 3 });
    folders.push(run.folder);
    const curves = curvesOf(run.events);
    for (const stopAfter of [4, 2, undefined]) {
      run = await train({
        config,
        datasets: [data],
        engine,
        resume: run.folder,
        ...(stopAfter === undefined ? {} : { stopAfter }),
      });
      curves.push(...curvesOf(run.events));
    }
    expect(curves).toEqual(curvesOf(uninterrupted.events));
    expect(await scoresOf(run)).toEqual(await scoresOf(uninterrupted));
  });
});

describe('a checkpoint', () => {
  it('is announced after all that led to it was told, so that curves on the disk reach at least as far', () => {
    const { events } = uninterrupted;
    const saved = events.flatMap((event, place) => (event.type === 'checkpoint' ? [{ event, place }] : []));
    expect(saved.length).toBeGreaterThan(1);
    for (const { event, place } of saved) {
      expect(events[place - 1]?.type).toBe('saving');
      const steps = (of: typeof events) => of.flatMap((told) => (told.type === 'scalars' ? [told.step] : []));
      expect(Math.max(...steps(events.slice(0, place)))).toBe(event.step);
      expect(steps(events.slice(place)).filter((step) => step <= event.step)).toEqual([]);
    }
  });
});

describe('the same run', () => {
  it('gives the same bits with one thread as with two', async () => {
    engine.dispose();
    engine = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
    const single = await train({ config, datasets: [data], engine });
    folders.push(single.folder);
    expect(bitsOf(await lastWeights(single.folder))).toEqual(bitsOf(await lastWeights(uninterrupted.folder)));
  });
});
