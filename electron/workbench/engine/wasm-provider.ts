import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { availableParallelism, cpus } from 'node:os';
import { supportsRelaxedSimd } from './kernels/kernel-module';
import type { EngineProvider } from './provider';
import { WasmEngine } from './wasm-engine';

/** tfjs's WASM backend with our kernels: present wherever Relief runs. */
export const wasmProvider: EngineProvider = {
  name: 'wasm',
  title: 'WASM SIMD',
  reproducibility: 'every-host',

  detect() {
    const device = cpus()[0]?.model.trim() ?? 'processor';
    const instructions = supportsRelaxedSimd()
      ? 'relaxed SIMD'
      : 'SIMD (relaxed SIMD with Node 22 or later, or with --experimental-wasm-relaxed-simd)';
    const detail = `${device}, ${availableParallelism()} threads, ${instructions}`;
    return Promise.resolve({
      ...{ present: true, device, version: version_wasm, software: false, memoryBytes: null, detail },
    });
  },

  start: (options) => WasmEngine.start(options),
};
