import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EngineInfo } from '@shared/domain/engine';
import type { Engine } from '@workbench/engine/engine';
import { selfTest } from '@workbench/engine/self-test';
import { listEngines, providers, startEngine } from '@workbench/engine/start';
import { buildBundles } from '../../fixtures/build';

describe('starting an engine', () => {
  const started: Engine[] = [];
  const start = async (threads: number, reproducible = true): Promise<Engine> => {
    const engine = await startEngine({ name: 'auto', threads, reproducible });
    started.push(engine);
    return engine;
  };

  beforeAll(buildBundles, 120_000);
  afterEach(() => {
    for (const engine of started.splice(0)) engine.dispose();
  });

  it('takes the WASM engine for "auto" and makes it the backend', async () => {
    const engine = await start(1);
    expect(engine).toMatchObject({ name: 'wasm', build: 'simd', threads: 1 });
    expect(engine.device).not.toBe('');
    expect(engine.memoryBytes()).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe('wasm');
  });

  it('gives the running engine to a second starter and ends it with the last', async () => {
    const first = await start(1);
    const second = await start(1);
    expect(second).toBe(first);
    started.pop()?.dispose();
    await expect(start(2)).rejects.toMatchObject({ code: 'conflict' });
    started.pop()?.dispose();
    expect((await start(2)).threads).toBe(2);
  });

  it('passes its own check against plain tfjs', async () => {
    expect(await selfTest(await start(2))).toMatchObject({ passed: true });
    expect(tf.getBackend()).toBe('wasm');
  });

  it('refuses an engine that is not present with the reason and the fix', async () => {
    for (const provider of providers) {
      const found = await provider.detect();
      if (found.present) continue;
      await expect(startEngine({ name: provider.name, threads: 1, reproducible: false })).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining(found.fix) as unknown,
      });
    }
  });

  it.each([-1, 1.5, NaN])('refuses %f threads', async (threads) => {
    await expect(start(threads)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('lists every engine, the missing ones with a reason', async () => {
    const engines = (await listEngines()).map((engine) => EngineInfo.parse(engine));
    expect(engines.map(({ name }) => name)).toEqual(['wasm', 'webgpu', 'tensorflow']);
    expect(engines[0]).toMatchObject({ available: true, software: false });
    expect(engines.filter(({ automatic }) => automatic)).toHaveLength(1);
    for (const { detail } of engines) expect(detail).not.toBe('');
  });
});
