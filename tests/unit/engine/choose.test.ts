import { describe, expect, it } from 'vitest';
import { describeEngines, fastestMeasured } from '@workbench/engine/choose';
import type { EngineName } from '@workbench/engine/engine';
import type { Measurement } from '@workbench/engine/measurements';
import type { EngineDetection, EngineProvider } from '@workbench/engine/provider';

const present = (device: string, software = false): EngineDetection => ({
  ...{ present: true, device, version: '1', software, memoryBytes: null, detail: device },
});
const missing: EngineDetection = { present: false, reason: 'No driver.', fix: 'Install one.' };

function provider(name: EngineName, found: EngineDetection): EngineProvider {
  const start = () => Promise.reject(new Error('only looked at here'));
  return { name, title: name, reproducibility: 'none', detect: () => Promise.resolve(found), start };
}

const measured = (imagesPerSecond: number, device: string): Measurement => ({
  ...{ imagesPerSecond, device, version: '1', at: '2026-11-01T00:00:00.000Z' },
});

describe('the automatic choice of an engine', () => {
  const wasm = provider('wasm', present('processor'));

  it('takes WASM before anything was measured, whatever is present', async () => {
    expect(await fastestMeasured([wasm, provider('webgpu', present('card'))], {})).toBe('wasm');
  });

  it('takes the fastest measured of those present', async () => {
    const measurements = {
      wasm: measured(100, 'processor'),
      webgpu: measured(900, 'card'),
      tensorflow: measured(2000, 'x'),
    };
    const providers = [wasm, provider('webgpu', present('card')), provider('tensorflow', missing)];
    expect(await fastestMeasured(providers, measurements)).toBe('webgpu');
  });

  it('never takes a software adapter, even one measured as the fastest', async () => {
    const measurements = { wasm: measured(100, 'processor'), webgpu: measured(900, 'emulated') };
    expect(await fastestMeasured([wasm, provider('webgpu', present('emulated', true))], measurements)).toBe('wasm');
  });

  it('ignores a measurement of another device', async () => {
    const measurements = { wasm: measured(100, 'processor'), webgpu: measured(900, 'the old card') };
    expect(await fastestMeasured([wasm, provider('webgpu', present('a new card'))], measurements)).toBe('wasm');
  });

  it('describes missing engines with what to do, and marks the one it takes', async () => {
    const engines = await describeEngines([wasm, provider('webgpu', missing)], { wasm: measured(100, 'processor') });
    expect(engines).toMatchObject([
      { name: 'wasm', available: true, automatic: true, imagesPerSecond: 100, device: 'processor' },
      { name: 'webgpu', available: false, automatic: false, imagesPerSecond: null, detail: 'No driver. Install one.' },
    ]);
  });
});
