import { AppError } from '@shared/contract/errors';
import type { EngineInfo } from '@shared/domain/engine';
import { availableParallelism, cpus } from 'node:os';
import type { Engine, EngineOptions } from './engine';
import { supportsRelaxedSimd } from './kernels/kernel-module';
import { WasmEngine } from './wasm-engine';

/** The process's one engine, its options, and how many have started and not disposed of it. */
interface Running {
  readonly options: string;
  readonly engine: Promise<WasmEngine>;
  users: number;
}

let running: Running | null = null;

/**
 * Starts the compute engine and makes it tfjs's backend; models of tfjs-converter run on it too. A process has one
 * engine: starting with the same options again gives the one that runs (it ends when every starter has disposed of it).
 * @throws AppError `unsupported` for an engine that is not installed, `conflict` while one with other options runs,
 *   `bad-request` for a negative or broken number of threads, `not-found` when `dist/` lacks the kernels
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  if (options.name === 'webgpu' || options.name === 'tensorflow')
    throw new AppError('unsupported', `Engine "${options.name}" is not installed. ${missing[options.name]}`);
  if (!Number.isInteger(options.threads) || options.threads < 0)
    throw new AppError('bad-request', `threads is ${options.threads}; give a whole number, 0 for all cores.`);
  const key = JSON.stringify([options.threads, options.reproducible]);
  if (running && running.options !== key)
    throw new AppError('conflict', 'An engine with other options runs in this process; dispose of it first.');
  const entry = (running ??= { options: key, engine: launch(options), users: 0 });
  entry.users += 1;
  return entry.engine;
}

async function launch({ threads, reproducible }: EngineOptions): Promise<WasmEngine> {
  try {
    return await WasmEngine.start({ threads, reproducible, onDispose: release });
  } catch (error) {
    running = null;
    throw error;
  }
}

/** One user less; true when it was the last. */
function release(): boolean {
  if (running) running.users -= 1;
  if (running && running.users > 0) return false;
  running = null;
  return true;
}

const missing = {
  webgpu: 'This version does not train on WebGPU. WASM trains on every machine.',
  tensorflow: 'This version does not train on TensorFlow. WASM trains on every machine.',
} as const;

/** Every engine Relief knows, present or not; `imagesPerSecond` is for the caller to fill from the last bench. */
export function listEngines(): EngineInfo[] {
  const instructions = supportsRelaxedSimd()
    ? 'relaxed SIMD'
    : 'SIMD (relaxed SIMD with Node 22 or later, or with --experimental-wasm-relaxed-simd)';
  return [
    {
      name: 'wasm',
      title: 'WASM SIMD',
      available: true,
      detail: `${cpus()[0]?.model.trim() ?? 'processor'}, ${availableParallelism()} threads, ${instructions}`,
      imagesPerSecond: null,
    },
    { name: 'webgpu', title: 'WebGPU', available: false, detail: missing.webgpu, imagesPerSecond: null },
    { name: 'tensorflow', title: 'TensorFlow', available: false, detail: missing.tensorflow, imagesPerSecond: null },
  ];
}
