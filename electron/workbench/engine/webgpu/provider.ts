import { AppError } from '@shared/contract/errors';
import type { EngineProvider } from '../provider';

const missing = {
  present: false,
  reason: 'This version does not train on WebGPU.',
  fix: 'WASM trains on every machine.',
} as const;

/** WebGPU: not built in yet. */
export const webgpuProvider: EngineProvider = {
  name: 'webgpu',
  title: 'WebGPU',
  reproducibility: 'none',
  detect: () => Promise.resolve(missing),
  start: () => Promise.reject(new AppError('unsupported', `${missing.reason} ${missing.fix}`)),
};
